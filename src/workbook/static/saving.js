// What is typed goes to the kernel, and nothing is called "saved" before the kernel said so. First of the parts that are
// joined into one module: saving.js, drawing.js, table.js, folding.js, form.js (see forms/widget.py).
// No build, no library, and nothing that needs a secure context (a room's page comes over plain http).

// A beat that is missed is told at the latest BEAT + LOST after the connection broke: within five seconds.
const BEAT = 1500, LOST = 3300, PAUSE = 120, RETRY = 8000, SURE = 2000;
const random = () => crypto.getRandomValues(new Uint32Array(1))[0];
const own = (root, selector) => [...root.querySelectorAll(selector)];
const clock = at => new Date(at ?? Date.now()).toLocaleTimeString([], {hour: "2-digit", minute: "2-digit"});
const fill = (text, given) => (text ?? "").replace(/\{(\w+)\}/g, (_, name) => given[name] ?? "");
const inLab = () => document.body.dataset.voila !== "voila";
const typing = field => field?.matches?.("textarea, select, input:not([type=radio]):not([type=checkbox])");

function make(name, given = {}, ...inside) {
  const el = document.createElement(name);
  for (const [key, value] of Object.entries(given)) key in el ? (el[key] = value) : el.setAttribute(key, value);
  el.append(...inside);
  return el;
}

// --- What is not yet acknowledged, kept in this browser ------------------------------------------------------------

const store = {
  key: (form, question) => `workbook:${form.about.owner}:${form.about.exercise}:${question}`,
  put(form, question, message) {
    // Other pages tell of it (unsent.js) once it is sure that it will not arrive by itself.
    const waits = form.pulse?.lost || message.stuck === "refused" || Date.now() - (message.sent || Date.now()) > SURE;
    const page = inLab() || !waits ? null : {path: location.pathname, title: document.title.split(" – ")[0]};
    try { localStorage.setItem(store.key(form, question), JSON.stringify({...message, page})); } catch { form.unkept = true; }
  },
  drop(form, question, id) {
    try { if (store.get(form, question)?.id === id) localStorage.removeItem(store.key(form, question)); } catch { /* none */ }
  },
  get(form, question) {
    try { return JSON.parse(localStorage.getItem(store.key(form, question))); } catch { return null; }
  },
};

// --- One heartbeat for all forms that one kernel serves ----------------------------------------------------------

function heart(kernel) {
  const hearts = globalThis.workbookHearts ??= {};
  if (!hearts[kernel]) document.addEventListener("workbook:leave", event => leave(hearts[kernel].forms, event));
  return hearts[kernel] ??= {forms: new Set(), asked: 0, lost: false, timer: 0};
}

// A lesson's page whose kernel has gone loads itself anew; not while this browser could not keep what was typed.
function leave(forms, event) {
  forms.forEach(flush);
  if ([...forms].some(form => form.unkept && form.pending.size)) event.preventDefault();
}

function join(form) {
  const pulse = form.pulse = heart(form.about.kernel);
  pulse.forms.add(form);
  pulse.timer ||= setInterval(() => beat(pulse), BEAT);
  return () => {
    pulse.forms.delete(form);
    if (!pulse.forms.size) { clearInterval(pulse.timer); clearTimeout(pulse.asked); pulse.timer = pulse.asked = 0; }
  };
}

function beat(pulse) {
  const [first] = pulse.forms;
  pulse.asked ||= setTimeout(() => { pulse.lost = true; pulse.forms.forEach(say); pulse.forms.forEach(keep); }, LOST);
  if (first) send(first, {t: "beat", seq: first.seq, forms: [...pulse.forms].map(form => form.about.prefix)});
  pulse.forms.forEach(retry);
}

function heard(pulse) {
  clearTimeout(pulse.asked);
  pulse.asked = 0;
  if (!pulse.lost) return;
  pulse.lost = false;
  for (const form of pulse.forms) {
    send(form, {t: "beat", seq: form.seq});
    form.pending.forEach(message => { message.sent = 0; });
    retry(form);
    say(form);
  }
}

// --- Sending ---------------------------------------------------------------------------------------------------

function send(form, message) {
  message.id ||= ++form.lastId;
  try { form.model.send(message); } catch { /* no connection: the heartbeat says so, the queue keeps it */ }
  return message.id;
}

const fieldset = (form, question) => form.root.querySelector(`fieldset[data-question="${CSS.escape(question)}"]`);
const questionOf = el => el.closest("fieldset[data-question]");

function entries(set) {
  const found = {}, data = new FormData(set.form);
  for (const name of new Set([...set.elements].map(el => el.name).filter(Boolean))) {
    const values = data.getAll(name).filter(value => typeof value === "string");
    if (values.length) found[name] = values;
  }
  return found;
}

// A table sends what changed in it, by cell; every other question is sent whole.
function changed(form, field, soon = false) {
  const set = questionOf(field), self = field.closest("[data-self]");
  const name = self ? self.dataset.self + ".self" : set.dataset.question;
  if (set.dataset.kind === "table" && !self) note(form, set, field);
  clearTimeout(form.timers.get(name));
  form.touched.add(name);
  form.timers.set(name, setTimeout(() => save(form, name), soon ? 0 : PAUSE));
  say(form);
}

function changeOf(form, question) {
  if (!form.changes.has(question)) form.changes.set(question, {cells: {}, add: [], remove: [], move: [], aside: {}});
  return form.changes.get(question);
}

function note(form, set, field) {
  const question = set.dataset.question, parts = field.name.split("."), change = changeOf(form, question);
  const values = new FormData(set.form).getAll(field.name);
  if (parts[1] === "row" && set.querySelector("[data-row-template]")) place(form, set, field.closest("[data-row]"));
  if (parts[1] === "row") unfold(form, field);
  if (parts[1] === "row") change.cells[parts.slice(2).join(".")] = values;
  if (parts[1] === "aside") change.aside[parts[2]] = asideOf(set, parts[2]);
}

function asideOf(set, check) {
  const get = part => set.querySelector(`[name="${set.dataset.question}.aside.${CSS.escape(check)}.${part}"]`)?.value ?? "";
  return get("as") ? {as: get("as"), text: get("text"), by: get("by")} : null;
}

function merged(old, now) {
  if (!old) return now;
  const gone = new Set(now.remove), back = new Set([...now.add.map(([row]) => row), ...(now.restore ?? [])]);
  const cells = Object.fromEntries(Object.entries({...old.cells, ...now.cells}).filter(([cell]) => !gone.has(cell.split(".")[0])));
  return {
    cells,
    add: [...old.add, ...now.add].filter(([row]) => !gone.has(row)),
    move: [...old.move, ...now.move].filter(([row]) => !gone.has(row)),
    remove: [...new Set([...old.remove.filter(row => !back.has(row)), ...now.remove])],
    restore: [...(old.restore ?? []), ...(now.restore ?? [])],
    aside: {...old.aside, ...now.aside},
  };
}

function save(form, question) {
  clearTimeout(form.timers.get(question));
  if (!form.touched.delete(question)) return;
  const message = {t: "save", question, id: ++form.lastId}, before = form.pending.get(question);
  const change = form.changes.get(question);
  const self = form.root.querySelector(`[data-self="${CSS.escape(question.replace(/\.self$/, ""))}"]`);
  if (change) message.change = merged(before?.change, change);
  else if (question.endsWith(".self") && self) message.entries = Object.fromEntries(
    own(self, "input:checked").map(el => [el.name, [el.value]]));
  else message.entries = entries(fieldset(form, question));
  form.changes.delete(question);
  form.pending.set(question, message);
  store.put(form, question, message);
  post(form, message);
}

function post(form, message) {
  message.sent = Date.now();
  const {sent, stuck, page, ...plain} = message;
  // What the kernel refuses anyway is not sent: over a slow network a pasted book would keep everything else waiting.
  if (JSON.stringify(plain).length > form.about.most) hear.refused(form, {...plain, message: form.words.tooMuch});
  else send(form, plain);
  say(form);
}

function retry(form) {
  for (const message of form.pending.values())
    if (message.stuck !== "refused" && Date.now() - (message.sent || 0) > RETRY) post(form, message);
}

const keep = form => form.pending.forEach((message, question) => store.put(form, question, message));
const flush = form => [...form.touched].forEach(question => save(form, question));
