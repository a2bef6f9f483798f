// The stock controls of ipywidgets (Dropdown, Button, VBox, Output …) on our connection to the kernel. Loaded only by a
// page that shows one. Our own forms work inside them as any other widget.

import * as base from "@jupyter-widgets/base";
import {ManagerBase} from "@jupyter-widgets/base-manager";
import * as controls from "@jupyter-widgets/controls";
import {MessageLoop} from "@lumino/messaging";
import {Widget} from "@lumino/widgets";

import {draw} from "./anywidget.js";
import {unique} from "./kernel.js";
import {outputs} from "./output.js";

/** One widget's channel, as WidgetModel wants it. */
class Comm {
  constructor(kernel, target_name, comm_id) {
    Object.assign(this, {kernel, target_name, comm_id, early: []});
    this.end = kernel.listen(comm_id, message => {
      if (message.header.msg_type === "comm_close") return this.closed?.(message);
      return this.heard ? this.heard(message) : void this.early.push(message);
    });
  }

  open(data, metadata) {
    return this.tell("comm_open", {target_name: this.target_name, data}, undefined, metadata);
  }

  send(data, callbacks, metadata, buffers) {
    return this.tell("comm_msg", {data}, callbacks, metadata, buffers);
  }

  close(data = {}, callbacks, metadata, buffers) {
    this.end();
    return this.tell("comm_close", {data}, callbacks, metadata, buffers);
  }

  tell(type, content, callbacks, metadata, buffers) {
    return this.kernel.send(type, {comm_id: this.comm_id, ...content}, {callbacks, metadata, buffers});
  }

  on_msg(heard) {
    this.heard = heard;
    this.early.splice(0).forEach(heard);
  }

  on_close(closed) {
    this.closed = closed;
  }
}

class Manager extends ManagerBase {
  constructor(widgets, classes) {
    super();
    Object.assign(this, {widgets, kernel: widgets.kernel, classes});
    // What changed while nobody listened: between the making of the page and its connection, or while that was broken.
    const renew = () => {
      this.mine = new Map();
      return this._loadFromKernel().catch(error => console.error(error));
    };
    this.kernel.connected.push(renew);
    if (this.kernel.open) renew();
    addEventListener("resize", () => {
      for (const el of document.querySelectorAll("[data-stock]")) MessageLoop.postMessage(el.shown, Widget.ResizeMessage.UnknownSize);
    });
  }

  async loadClass(name, module) {
    const found = this.classes[module]?.[name];
    if (!found) throw new Error(`The widget ${name} of ${module} is not served here`);
    return found;
  }

  // What was changed here since the kernel was asked for all states is newer than its answer.
  async new_model(options, state) {
    const model = await super.new_model(options, state), take = model.set_state;
    model.on("change", () => {
      if (!model._state_lock) this.mine?.set(model, {...this.mine.get(model), ...model.changedAttributes()});
    });
    model.set_state = news => {
      const mine = "_model_name" in news ? this.mine?.get(model) ?? {} : {};
      return take.call(model, Object.fromEntries(Object.entries(news).filter(([name]) => !(name in mine))));
    };
    return model;
  }

  async _create_comm(target, id = unique(), data, metadata) {
    const comm = new Comm(this.kernel, target, id);
    if (data || metadata) comm.open(data, metadata);
    return comm;
  }

  async _get_comm_info() {
    return {};
  }

  /** A model is made when somebody asks for it, from what the page knows. */
  get_model(id) {
    if (!this.has_model(id) && this.widgets.states.has(id)) this.open(id);
    return super.get_model(id);
  }

  open(id) {
    const state = this.widgets.states.get(id);
    return this.new_model(
      {
        model_name: state._model_name,
        model_module: state._model_module,
        model_module_version: state._model_module_version,
        comm: new Comm(this.kernel, this.comm_target_name, id),
      },
      {...state},
    );
  }

  async show(id, el) {
    const view = await this.create_view(await this.get_model(id));
    el.dataset.stock = "";
    el.shown = view.luminoWidget;
    Widget.attach(view.luminoWidget, el);
    return view;
  }
}

// An anywidget among stock controls.
function anywidgets(kernel) {
  class AnyModel extends base.DOMWidgetModel {}
  class AnyView extends base.DOMWidgetView {
    async render() {
      this.end = await draw(this.model, this.el, kernel);
    }
    remove() {
      this.end?.();
      return super.remove();
    }
  }
  return {AnyModel, AnyView};
}

const address = file => new URL(file, import.meta.url).href;

/** The manager of the stock controls for the page's widgets, once their style is there. */
export default async function make(widgets) {
  await new Promise(done => {
    document.head.append(
      Object.assign(document.createElement("link"), {rel: "stylesheet", href: address("stock.css"), onload: done, onerror: done}),
    );
  });
  return new Manager(widgets, {
    "@jupyter-widgets/base": base,
    "@jupyter-widgets/controls": controls,
    "@jupyter-widgets/output": outputs(widgets.kernel),
    anywidget: anywidgets(widgets.kernel),
  });
}
