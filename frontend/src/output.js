// The stock Output widget: what is printed and displayed in answer to a message goes into it.

import {DOMWidgetModel, DOMWidgetView} from "@jupyter-widgets/base";

const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];

const joined = text => (Array.isArray(text) ? text.join("") : text);

function make(name, given) {
  return Object.assign(document.createElement(name), given);
}

/** An output as an element; `show` draws a widget into an element. */
function element(output, show) {
  if (output.output_type === "stream") return make("pre", {textContent: joined(output.text)});
  if (output.output_type === "error") return make("pre", {className: "room-trouble", textContent: `${output.ename}: ${output.evalue}`});
  const {data} = output, widget = data["application/vnd.jupyter.widget-view+json"], picture = PICTURES.find(type => data[type]);
  const el = make("div");
  if (widget) show(widget.model_id, el);
  else if (data["text/html"]) el.innerHTML = joined(data["text/html"]);
  else if (data["image/svg+xml"]) el.append(make("img", {alt: "", src: `data:image/svg+xml,${encodeURIComponent(joined(data["image/svg+xml"]))}`}));
  else if (picture) el.append(make("img", {alt: "", src: `data:${picture};base64,${joined(data[picture])}`}));
  else el.append(make("pre", {textContent: joined(data["text/markdown"] ?? data["text/plain"] ?? "")}));
  return el;
}

/** `outputs` with one more; what is printed to the same stream stays together. */
function added(outputs, output) {
  const last = outputs[outputs.length - 1];
  if (output.output_type !== "stream" || last?.output_type !== "stream" || last.name !== output.name) return [...outputs, output];
  return [...outputs.slice(0, -1), {...last, text: joined(last.text) + output.text}];
}

export function outputs(kernel) {
  class OutputModel extends DOMWidgetModel {
    defaults() {
      return {...super.defaults(), _model_name: "OutputModel", _view_name: "OutputView", msg_id: "", outputs: []};
    }

    initialize(...given) {
      super.initialize(...given);
      this.listenTo(this, "change:msg_id", this.follow);
      this.follow();
    }

    follow() {
      const before = this.previous("msg_id"), now = this.get("msg_id");
      if (before) kernel.outputs.delete(before);
      if (now) kernel.outputs.set(now, message => this.hear(message));
    }

    hear({header: {msg_type}, content}) {
      if (msg_type === "clear_output") {
        if (content.wait) this.clearing = true;
        else this.show([]);
      } else if (["stream", "display_data", "execute_result", "error"].includes(msg_type)) {
        this.show(added(this.clearing ? [] : this.get("outputs"), {output_type: msg_type, ...content}));
      }
    }

    show(all) {
      this.clearing = false;
      this.set("outputs", all);
      this.save_changes();
    }
  }

  class OutputView extends DOMWidgetView {
    render() {
      super.render();
      this.inside = [];
      this.listenTo(this.model, "change:outputs", this.draw);
      this.draw();
    }

    draw() {
      this.inside.splice(0).forEach(view => view.remove());
      const drawn = {};
      this.drawn = drawn;
      const show = async (id, el) => {
        const view = await this.model.widget_manager.show(id, el);
        if (this.drawn === drawn) this.inside.push(view);
        else view.remove();
      };
      this.el.replaceChildren(...this.model.get("outputs").map(output => element(output, show)));
    }

    remove() {
      this.inside.splice(0).forEach(view => view.remove());
      return super.remove();
    }
  }
  return {OutputModel, OutputView};
}
