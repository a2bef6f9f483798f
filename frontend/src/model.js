// A widget's state in the browser, with the methods that an anywidget's script calls. It stands for
// WidgetModel of @jupyter-widgets/base where a page has no stock controls.

export class Model {
  constructor(id, state, kernel) {
    Object.assign(this, {id, state, kernel});
    this.listeners = new Map(); // "change:name" … -> Set of functions
    this.changed = new Set(); // names set here and not yet told to the kernel
    kernel.listen(id, message => this.hear(message));
  }

  get(name) {
    return this.state[name];
  }

  /** Set one value, or several from an object. */
  set(name, value) {
    const values = typeof name === "string" ? {[name]: value} : name;
    Object.keys(values).forEach(key => this.changed.add(key));
    this.take(values);
  }

  save_changes() {
    const state = Object.fromEntries([...this.changed].map(name => [name, this.state[name]]));
    this.changed.clear();
    if (Object.keys(state).length) this.tell({method: "update", state, buffer_paths: []});
  }

  send(content, _callbacks, buffers) {
    this.tell({method: "custom", content}, buffers);
  }

  on(names, heard) {
    for (const name of names.split(/\s+/)) this.listeners.set(name, (this.listeners.get(name) ?? new Set()).add(heard));
  }

  off(names, heard) {
    for (const name of names.split(/\s+/)) this.listeners.get(name)?.delete(heard);
  }

  tell(data, buffers) {
    this.kernel.send("comm_msg", {comm_id: this.id, data}, {buffers});
  }

  /** Take over values, from here or from the kernel, and tell who listens. */
  take(values) {
    const news = Object.entries(values).filter(([name, value]) => this.state[name] !== value);
    Object.assign(this.state, values);
    for (const [name, value] of news) this.trigger(`change:${name}`, this, value);
    if (news.length) this.trigger("change", this);
  }

  trigger(name, ...given) {
    for (const heard of [...this.listeners.get(name) ?? []]) heard(...given);
  }

  // An echo says what we set ourselves, perhaps before we set it anew: nothing to learn from it.
  hear({header, content: {data}, buffers}) {
    if (header.msg_type === "comm_close") this.trigger("comm:close");
    else if (data.method === "custom") this.trigger("msg:custom", data.content, buffers);
    else if (data.method === "update") this.take(withBuffers(data.state, data.buffer_paths, buffers));
  }
}

/** A state with its binary values put where they belong. */
export function withBuffers(state, paths = [], buffers = []) {
  paths.forEach((path, i) => {
    const holder = path.slice(0, -1).reduce((at, key) => at[key], state);
    holder[path[path.length - 1]] = buffers[i];
  });
  return state;
}
