// The widgets of a page: what is known of each, and how one is shown. An anywidget that stands by itself needs nothing
// but its own script; for anything else the stock controls are loaded.

import {draw} from "./anywidget.js";
import {Model, withBuffers} from "./model.js";

const LAYOUT = "@jupyter-widgets/base";

// A value that names another widget.
const refers = value =>
  typeof value === "string" ? value.startsWith("IPY_MODEL_") : value instanceof Object && Object.values(value).some(refers);

export class Widgets {
  /** `stock` is the address of the stock controls. */
  constructor(kernel, stock) {
    Object.assign(this, {kernel, stock});
    this.states = new Map(); // widget id -> its state, as far as the kernel has told
    this.models = new Map(); // widget id -> Model
    kernel.opened = message => this.open(message);
  }

  /** Take over what the page tells of its widgets: {id: {state, buffers: [{path, data}]}}, data in base64. */
  learn(told) {
    for (const [id, {state, buffers = []}] of Object.entries(told)) {
      const binary = buffers.map(({data}) => new DataView(Uint8Array.from(atob(data), c => c.charCodeAt(0)).buffer));
      this.take(id, withBuffers(state, buffers.map(({path}) => path), binary));
    }
  }

  take(id, state) {
    if (this.models.has(id)) this.models.get(id).take(state);
    else if (this.states.has(id)) Object.assign(this.states.get(id), state);
    else this.follow(id, state);
  }

  follow(id, state) {
    this.states.set(id, state);
    this.kernel.listen(id, ({content: {data}, buffers}) => {
      // A model of ours holds this same state and takes care of it.
      if (data?.method === "update" && !this.models.has(id)) Object.assign(state, withBuffers({...data.state}, data.buffer_paths, buffers));
    });
  }

  async open(message) {
    const {comm_id, target_name, data} = message.content;
    if (target_name !== "jupyter.widget") return;
    this.follow(comm_id, withBuffers(data.state, data.buffer_paths, message.buffers));
    await (await this.manager)?.open(comm_id);
  }

  /** A widget that needs no other one. */
  alone(state) {
    const {layout, ...rest} = state;
    return state._model_module === "anywidget" && !refers(rest);
  }

  /** Show widget `id` in `el`; the promise is kept when it can be seen. */
  async show(id, el) {
    const state = this.states.get(id);
    if (!state) throw new Error(`Nothing is known of widget ${id}`);
    if (!this.alone(state)) {
      this.manager ??= import(this.stock).then(({default: make}) => make(this));
      return (await this.manager).show(id, el);
    }
    const model = this.model(id);
    el.classList.add(...(state._dom_classes ?? []));
    this.arrange(el, state.layout);
    const end = await draw(model, el, this.kernel);
    model.on("comm:close", () => { end(); el.remove(); });
  }

  model(id) {
    if (!this.models.has(id)) this.models.set(id, new Model(id, this.states.get(id), this.kernel));
    return this.models.get(id);
  }

  // A layout's values are style properties with another sign between the words.
  arrange(el, layout) {
    const id = layout?.replace("IPY_MODEL_", "");
    if (this.states.get(id)?._model_module !== LAYOUT) return;
    const model = this.model(id);
    const apply = () => {
      for (const [name, value] of Object.entries(model.state))
        if (!name.startsWith("_")) el.style.setProperty(name.replaceAll("_", "-"), value ?? "");
    };
    model.on("change", apply);
    apply();
  }
}
