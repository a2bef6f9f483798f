// A chart of the learner's answers. It asks the kernel whether answers changed when the page is shown, when a form on the
// page has saved or was told of a change, and every few seconds while it is in sight; the kernel compares a number and
// draws only if they did.

const EVERY = 3000, LOST = 6000, SOON = 250;
const inLab = () => !!document.querySelector(".jp-LabShell, .jp-NotebookShell, #jp-main-dock-panel, #main-panel");

function make(name, given = {}, ...inside) {
  const el = document.createElement(name);
  for (const [key, value] of Object.entries(given)) el.setAttribute(key, value);
  el.append(...inside);
  return el;
}

// Lessons lie side by side wherever they are served: …/unit/lesson or …/unit/lesson.ipynb.
function fit(root) {
  for (const link of root.querySelectorAll("a[data-lesson]")) {
    link.setAttribute("href", location.pathname.replace(/[^/]+\/[^/]+?(\.ipynb)?$/, link.dataset.lesson + "$1"));
    if (inLab()) link.target = "_blank";
  }
}

// Ids of one view only: a chart may stand on a page twice.
function own(root, view) {
  for (const el of root.querySelectorAll("[id]")) el.id += view;
  for (const el of root.querySelectorAll("[aria-labelledby]"))
    el.setAttribute("aria-labelledby", el.getAttribute("aria-labelledby").split(" ").map(id => id + view).join(" "));
}

let views = 0;

function render({model, el}) {
  const view = `-v${++views}`;
  const words = model.get("words");
  const chart = make("div"), status = make("span", {role: "status", class: "wb-tags"});
  const button = make("button", {type: "button", class: "wb-button"}, words.again);
  el.replaceChildren(make("div", {class: "wb wb-chart", dir: words.dir}, chart, make("div", {class: "wb-actions"}, button, status)));
  let visible = false, failed = false, waiting = 0, late = 0, soon = 0;

  const show = () => {
    const open = chart.querySelector("details")?.open;
    // Kernel-made HTML only: whatever a person typed was escaped there.
    const template = document.createElement("template");
    template.innerHTML = model.get("html");
    fit(template.content);
    own(template.content, view);
    chart.replaceChildren(template.content);
    if (open) chart.querySelector("details")?.setAttribute("open", "");
  };
  const say = text => { if (status.textContent !== text) status.textContent = text; };
  const ask = t => {
    if (t === "look" && (waiting || !visible || document.hidden)) return;
    send(t);
  };
  const send = t => {
    waiting = Date.now();
    try { model.send({t}); } catch { /* no connection: the forms say so */ }
  };
  // Also out of sight: who scrolls there, or prints, finds it as the answers stand.
  const refresh = () => {
    clearTimeout(soon);
    soon = setTimeout(() => { if (!document.hidden) send("look"); }, SOON);
  };
  const heard = message => {
    if (message?.t !== "looked") return;
    waiting = 0;
    clearTimeout(late);
    if (message.failed) say(message.failed);
    else if (message.changed) say(words.drawn);
    else if (message.asked === "draw") say(words.same);
    else if (failed) say("");
    failed = !!message.failed;
  };
  button.addEventListener("click", () => {
    say("");
    clearTimeout(late);
    late = setTimeout(() => say(words.lost), LOST);
    ask("draw");
  });
  model.on("change:html", show);
  model.on("msg:custom", heard);
  show();

  const watcher = new IntersectionObserver(entries => {
    visible = entries.at(-1).isIntersecting;
    ask("look");
  });
  watcher.observe(el);
  document.addEventListener("visibilitychange", refresh);
  document.addEventListener("workbook:answers", refresh);
  refresh();
  const timer = setInterval(() => {
    // A question that was lost (the kernel was not listening yet, the connection broke) is asked again.
    if (waiting && Date.now() - waiting > LOST) waiting = 0;
    ask("look");
  }, EVERY);

  // On paper everything is said in words too.
  let opened = [];
  const print = () => {
    opened = [...chart.querySelectorAll("details:not([open])")];
    opened.forEach(one => { one.open = true; });
  };
  const printed = () => opened.forEach(one => { one.open = false; });
  addEventListener("beforeprint", print);
  addEventListener("afterprint", printed);
  return () => {
    clearInterval(timer);
    clearTimeout(late);
    clearTimeout(soon);
    watcher.disconnect();
    document.removeEventListener("visibilitychange", refresh);
    document.removeEventListener("workbook:answers", refresh);
    removeEventListener("beforeprint", print);
    removeEventListener("afterprint", printed);
    model.off("change:html", show);
    model.off("msg:custom", heard);
  };
}

export default {render};
