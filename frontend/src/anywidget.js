// Showing an anywidget: a widget whose script and style are values of its model. On a page made by our server these two
// are addresses of files ({at: address}), which the browser keeps; what a kernel makes later comes as text.

const loading = new WeakMap(); // model -> promise of what its script exports
const styles = new Map(); // address or text -> promise

function style(css) {
  const text = css?.at ?? css;
  if (!text) return null;
  if (!styles.has(text)) {
    styles.set(text, new Promise(done => {
      const made = css.at
        ? Object.assign(document.createElement("link"), {rel: "stylesheet", href: css.at, onload: done, onerror: done})
        : Object.assign(document.createElement("style"), {textContent: css});
      document.head.append(made);
      if (!css.at) done();
    }));
  }
  return styles.get(text);
}

async function script(esm) {
  if (!esm.at) {
    const address = URL.createObjectURL(new Blob([esm], {type: "text/javascript"}));
    try { return await import(address); } finally { URL.revokeObjectURL(address); }
  }
  try {
    return await import(esm.at);
  } catch {
    // The network broke: once more. By the same address some browsers would only repeat the failure.
    await new Promise(done => setTimeout(done, 1500));
    return import(`${esm.at}?again`);
  }
}

// What an anywidget may do with its model. A message that cannot be sent is refused, so that who sends it can keep it.
function proxy(model, kernel) {
  let mine = [];
  return {
    get: name => model.get(name),
    set: (name, value) => model.set(name, value),
    save_changes: () => model.save_changes(),
    on(name, heard) {
      mine.push([name, heard]);
      model.on(name, heard);
    },
    // As Backbone has it: without a function all of that name, without a name all; never those of another view.
    off(name, heard) {
      mine = mine.filter(one => {
        const meant = (!name || one[0] === name) && (!heard || one[1] === heard);
        if (meant) model.off(...one);
        return !meant;
      });
    },
    send(content, callbacks, buffers) {
      if (kernel.lost) throw new Error("No connection to the kernel");
      model.send(content, callbacks, buffers);
    },
    widget_manager: model.widget_manager,
  };
}

async function load(model, kernel) {
  const [module] = await Promise.all([script(model.get("_esm")), style(model.get("_css"))]);
  const exported = module.default ?? module;
  const widget = typeof exported === "function" ? await exported() : exported;
  await widget.initialize?.({model: proxy(model, kernel)});
  return widget;
}

/** Draw the widget into `el`; returns a function that takes it away again. */
export async function draw(model, el, kernel) {
  if (!loading.has(model)) loading.set(model, load(model, kernel));
  const widget = await loading.get(model), seen = proxy(model, kernel), gone = new AbortController();
  const end = await widget.render?.({model: seen, el, signal: gone.signal});
  return () => {
    gone.abort();
    end?.();
    seen.off();
  };
}
