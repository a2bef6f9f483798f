// An exercise in the browser: collects what is typed, sends it, and never says "saved" before the kernel did.
// It knows no kind of question: names, values and data attributes in the kernel's HTML say what to do.
// No build, no library, and nothing that needs a secure context (a room's page comes over plain http).

const BEAT = 2000, LOST = 5000, PAUSE = 120, RETRY = 8000;
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
    try { localStorage.setItem(store.key(form, question), JSON.stringify(message)); } catch { form.unkept = true; }
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
  return hearts[kernel] ??= {forms: new Set(), asked: 0, lost: false, lostAt: 0, timer: 0};
}

function join(form) {
  const pulse = form.pulse = heart(form.about.kernel);
  pulse.forms.add(form);
  pulse.timer ||= setInterval(() => beat(pulse), BEAT);
  return () => {
    pulse.forms.delete(form);
    if (!pulse.forms.size) { clearInterval(pulse.timer); pulse.timer = 0; }
  };
}

function beat(pulse) {
  const [first] = pulse.forms;
  if (pulse.asked && Date.now() - pulse.asked > LOST && !pulse.lost) {
    pulse.lost = true;
    pulse.lostAt = Date.now();
    pulse.forms.forEach(say);
  }
  pulse.asked ||= Date.now();
  if (first) send(first, {t: "beat", seq: first.seq, forms: [...pulse.forms].map(form => form.about.prefix)});
  if (pulse.lost && !inLab()) comeBack(pulse);
  else pulse.forms.forEach(retry);
}

function heard(pulse) {
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

// The server answers again but our kernel does not: load the page anew. What was typed waits in localStorage.
async function comeBack(pulse) {
  const safe = [...pulse.forms].every(form => !form.unkept || !form.pending.size);
  const last = Number(sessionStorage.getItem("workbook:reloaded") || 0);
  if (pulse.asking || !safe || Date.now() - pulse.lostAt < LOST || Date.now() - last < 3 * LOST) return;
  pulse.asking = true;
  try {
    const answer = await fetch(location.href, {method: "HEAD", cache: "no-store"});
    pulse.there = answer.status < 500 ? (pulse.there || 0) + 1 : 0;
  } catch { pulse.there = 0; }
  pulse.asking = false;
  if (!pulse.lost || pulse.there < 2) return;
  pulse.forms.forEach(flush);
  sessionStorage.setItem("workbook:reloaded", Date.now());
  sessionStorage.setItem("workbook:focus", document.activeElement?.name || "");
  location.reload();
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
  const {sent, stuck, ...plain} = message;
  send(form, plain);
  say(form);
}

function retry(form) {
  for (const message of form.pending.values())
    if (message.stuck !== "refused" && Date.now() - (message.sent || 0) > RETRY) post(form, message);
}

const flush = form => [...form.touched].forEach(question => save(form, question));

// --- What the kernel says ---------------------------------------------------------------------------------------

const hear = {
  saved(form, m) {
    settle(form, m);
    if (m.at) form.savedAt = m.at;
    caughtUp(form, m);
    if (form.pending.get(m.question)) return;
    error(form, m.question, {});
    catchUp(form);
  },
  refused(form, m) {
    const message = form.pending.get(m.question);
    if (message && message.id === m.id) { message.stuck = "refused"; message.why = m.message; }
    slots(form, m.question, m.html);
    caughtUp(form, m);
    if (m.at) form.savedAt = m.at;
    // What was said of the last answer is not about what stands there now.
    fieldset(form, m.question)?.querySelector("[data-slot=after] > .wb-feedback")?.remove();
    error(form, m.question, m.parts ?? {[m.part ?? ""]: m.message});
  },
  failed(form, m) {
    for (const message of form.pending.values()) if (message.id === m.id) { message.stuck = "failed"; message.why = m.message; }
    if (!m.question) form.said = m.message;
  },
  beat(form, m) {
    form.seq = Math.max(form.seq, m.seq ?? 0);
    for (const change of m.changed ?? []) replace(form, change);
  },
  feedback(form, m) { put(form, m.question, "after", m.html, true); },
  hint(form, m) {
    const set = fieldset(form, m.question), place = set?.querySelector("[data-slot=hints]");
    place?.append(fragment(form, m.html));
    const button = set?.querySelector("[data-act=hint]");
    if (button && m.more) [button.dataset.n, button.textContent] = [place.children.length, form.words.another];
    else if (button) { place.lastElementChild.tabIndex = -1; place.lastElementChild.focus(); button.remove(); }
  },
  uses(form, m) { form.asked.get(m.id)?.(m.message); form.asked.delete(m.id); },
  "handed-in"(form) { form.root.querySelector("[data-act=hand-in]")?.focus(); },
  file(form, m) {
    const bytes = Uint8Array.from(atob(m.data), c => c.charCodeAt(0));
    const url = URL.createObjectURL(new Blob([bytes], {type: "application/zip"}));
    make("a", {href: url, download: m.name}).click();
    setTimeout(() => URL.revokeObjectURL(url), RETRY);
  },
};

function caughtUp(form, m) {
  if (m.base === form.seq) form.seq = m.seq;
  for (const change of m.changed ?? []) replace(form, change);
}

function settle(form, m) {
  const message = form.pending.get(m.question);
  if (message && message.id === m.id) { form.pending.delete(m.question); store.drop(form, m.question, m.id); }
  slots(form, m.question, m.html);
}

function slots(form, question, html) {
  for (const [slot, text] of Object.entries(html ?? {})) put(form, question, slot, text);
}

// Kernel-made HTML only: whatever a person typed was escaped there.
function fragment(form, html) {
  const template = document.createElement("template");
  template.innerHTML = html.replaceAll(form.about.prefix + "-", form.prefix + "-");
  fit(template.content);
  return template.content;
}

// Lessons lie side by side wherever they are served: …/unit/lesson or …/unit/lesson.ipynb.
function fit(root) {
  for (const link of own(root, "a[data-lesson]")) {
    const path = location.pathname.replace(/[^/]+\/[^/]+?(\.ipynb)?$/, link.dataset.lesson + "$1");
    link.setAttribute("href", path);
    if (inLab()) link.target = "_blank";
  }
}

function put(form, question, slot, html, show = false) {
  const el = fieldset(form, question)?.querySelector(`[data-slot="${CSS.escape(slot)}"]`);
  if (!el) return;
  if (el.contains(form.typed) && !show) { el.later = html; return; }
  const focus = el.contains(document.activeElement) && document.activeElement.name;
  const reopen = opened(el);
  el.replaceChildren(fragment(form, html));
  reopen(el);
  if (slot === "notice" || slot === "banner") el.hidden = !html;
  if (focus) el.querySelector(`[name="${CSS.escape(focus)}"]`)?.focus();
}

// What was folded out stays so when it is drawn anew.
function opened(root) {
  const key = d => d.closest("[data-check]")?.dataset.check ?? d.closest("tr")?.dataset.row + d.closest("td")?.dataset.column;
  const open = own(root, "details[open]").map(key);
  return fresh => own(fresh, "details").forEach(d => { d.open ||= open.includes(key(d)); });
}

// While someone types in a table, the other cells take what was changed elsewhere; the rest waits.
function takeCells(old, fresh) {
  for (const now of own(fresh, "tr[data-row] [name]")) {
    const same = own(old, `[name="${CSS.escape(now.name)}"]`).find(el => el.type !== "checkbox" || el.value === now.value);
    if (!same || same === document.activeElement) continue;
    if (now.type === "checkbox") same.checked = now.checked;
    else if (same.value !== now.value) same.value = now.value;
  }
}

// A question that was changed elsewhere takes its new form at once, unless someone is typing in it.
function replace(form, change) {
  const old = fieldset(form, change.question), banner = form.root.querySelector("[data-slot=banner]");
  if (!change.question && banner) { banner.replaceChildren(fragment(form, change.html)); banner.hidden = !change.html; }
  if (!old) return;
  const busy = form.pending.has(change.question) || form.touched.has(change.question);
  if (busy || old.contains(form.typed)) {
    form.later.set(change.question, change.n - 1);
    if (!busy && old.dataset.kind === "table") takeCells(old, fragment(form, change.html));
  } else {
    const focus = old.contains(document.activeElement) ? document.activeElement : null;
    const fresh = fragment(form, change.html).firstElementChild;
    const kept = ["[data-slot=hints]", "[data-tell]"].map(part => [part, old.querySelector(part)]);
    const reopen = opened(old);
    old.replaceWith(fresh);
    reopen(fresh);
    for (const [part, el] of kept) if (el?.childNodes.length) fresh.querySelector(part)?.replaceWith(el);
    form.later.delete(change.question);
    enhance(form, fresh);
    const again = focus && (document.getElementById(focus.id) ?? fresh.querySelector(`[name="${CSS.escape(focus.name || "-")}"]`));
    again?.focus({preventScroll: true});
  }
  if (change.note) tell(form, change.question, fill(form.words.elsewhere, {time: clock(change.at)}));
}

function catchUp(form) {
  // Not drawn then, and stale by now: ask for it as it stands.
  const free = [...form.later].filter(([q]) => !form.pending.has(q) && !form.touched.has(q) && !fieldset(form, q)?.contains(form.typed));
  free.forEach(([question]) => form.later.delete(question));
  if (free.length) send(form, {t: "beat", seq: Math.min(...free.map(([, n]) => n))});
  for (const el of own(form.root, "[data-slot]")) {
    const html = el.later;
    if (html === undefined || el.contains(form.typed)) continue;
    delete el.later;
    put(form, questionOf(el).dataset.question, el.dataset.slot, html);
  }
}

// What is typed and cannot be used stays in its field; the message stands below and is tied to it.
function error(form, question, parts) {
  const set = fieldset(form, question);
  if (!set) return;
  const [part, message] = Object.entries(parts)[0] ?? ["", ""];
  const names = Object.keys(parts).map(p => p ? `${question}.${p}` : question);
  for (const el of set.elements) {
    const wrong = names.includes(el.name) || (names.includes(question) && el.name.startsWith(question));
    wrong ? el.setAttribute("aria-invalid", "true") : el.removeAttribute("aria-invalid");
  }
  const place = set.querySelector(":scope > .wb-error");
  if (place) { place.textContent = Object.values(parts).join(" "); place.hidden = !message; place.dataset.part = part; }
  set.classList.toggle("wb-invalid", !!message);
}

function tell(form, question, text, ...more) {
  const place = fieldset(form, question)?.querySelector("[data-tell]");
  if (!place) return;
  place.hidden = false;
  place.replaceChildren(text, ...more);
}

function say(form) {
  const place = form.root.querySelector("[data-status]"), words = form.words;
  if (!place) return;
  const stuck = [...form.pending.values()].find(m => m.stuck);
  const busy = form.pending.size || form.touched.size;
  const [look, text] = form.pulse?.lost ? ["lost", form.unkept ? words.lostUnkept : inLab() ? words.lostLab : words.lost]
    : stuck ? ["failed", fill(words.failed, {why: stuck.why})]
    : busy ? ["busy", words.saving]
    : form.said ? ["failed", form.said]
    : form.savedAt ? ["saved", fill(words.saved, {time: clock(form.savedAt)})] : ["", ""];
  if (place.textContent !== text) place.textContent = text;
  place.dataset.look = look;
}

// --- Words, sums, order: told by data attributes -------------------------------------------------------------------

function enhance(form, root) {
  const all = selector => [...own(root, selector), ...(root.matches(selector) ? [root] : [])];
  all("[data-words-for]").forEach(el => countWords(form, el));
  all("[data-total]").forEach(addUp);
  all("[data-act=paste], [data-act=add-row]").forEach(el => { el.hidden = false; });
}

function countWords(form, el) {
  const {wordsFor, wordsLeast, wordsMost, wordsText} = el.dataset;
  const n = (el.closest("fieldset, form").querySelector("#" + CSS.escape(wordsFor))?.value.match(/\S+/g) ?? []).length;
  el.querySelector("[data-words-count]").textContent = fill(wordsText, {n});
  el.classList.toggle("wb-over", n > (wordsMost ?? Infinity) || (n > 0 && n < (wordsLeast ?? 0)));
}

function addUp(el) {
  const values = own(el.closest("fieldset"), "input[inputmode]").map(f => Number(f.value.replace(/[\s%]/g, "").replace(",", ".")) || 0);
  const sum = Math.round(values.reduce((a, b) => a + b, 0) * 1e6) / 1e6;
  el.querySelector("[data-sum]").textContent = sum;
  el.classList.toggle("wb-over", sum > Number(el.dataset.total));
}

// An order: the place of an item in the list, its number, and "this order is right" say the same.
function arrange(form, field) {
  const list = field.closest("fieldset").querySelector("[data-order]");
  if (field.dataset.confirm !== undefined) rank(list, field.checked);
  if (field.dataset.rank === undefined || !field.value) return;
  const item = field.closest("[data-part]"), others = [...list.children].filter(one => one !== item);
  const before = others[Number(field.value) - 1];
  before ? before.before(item) : list.append(item);
  arranged(form, list, item);
  field.focus();
}

function rank(list, given) {
  [...list.children].forEach((item, n) => { item.querySelector("[data-rank]").value = given ? String(n + 1) : ""; });
}

function arranged(form, list, item) {
  const set = list.closest("fieldset"), confirm = set.querySelector("[data-confirm]"), said = set.querySelector("[data-moved]");
  rank(list, true);
  if (confirm) confirm.checked = true;
  const given = {item: item.querySelector("label")?.textContent.trim(), place: [...list.children].indexOf(item) + 1, all: list.children.length};
  if (said) said.textContent = fill(said.dataset.moved, given);
}

function moveItem(form, button, by) {
  const item = button.closest("[data-part]"), list = item.parentElement;
  const to = by < 0 ? item.previousElementSibling : item.nextElementSibling;
  if (to) by < 0 ? to.before(item) : to.after(item);
  arranged(form, list, item);
  button.focus();
  changed(form, item.querySelector("[data-rank]"), true);
}

function announce(form, text) {
  const place = form.root.querySelector("[data-announce]") ?? form.root.appendChild(
    make("p", {className: "wb-unseen", role: "status", "data-announce": ""}));
  place.textContent = text;
}

// --- Events ------------------------------------------------------------------------------------------------------

function act(form, button) {
  const set = questionOf(button), question = set?.dataset.question, row = button.closest("tr[data-row]");
  const acts = {
    check: () => send(form, {t: "check", question}),
    hint: () => send(form, {t: "hint", question, n: Number(button.dataset.n) || 0}),
    "hand-in": () => send(form, {t: "hand-in", name: form.root.querySelector("[name=name]")?.value}),
    file: () => send(form, {t: "file"}),
    "add-row": () => addRow(form, set, null).querySelector("input, select, textarea")?.focus(),
    "remove-row": () => removeRow(form, row),
    "item-up": () => moveItem(form, button, -1),
    "item-down": () => moveItem(form, button, 1),
    "row-up": () => moveRow(form, row, -1),
    "row-down": () => moveRow(form, row, 1),
    paste: () => pastePanel(form, button),
  };
  flush(form);
  acts[button.dataset.act]?.();
}

function listen(form) {
  const on = (name, handler) => form.root.addEventListener(name, handler);
  const field = event => event.target.name && !event.target.closest(".wb-paste") && questionOf(event.target) ? event.target : null;
  on("input", event => {
    if (!field(event)) return;
    form.typed = typing(event.target) ? event.target : null;
    const set = questionOf(event.target);
    if (set.querySelector("[data-order]")) arrange(form, event.target);
    changed(form, event.target, !typing(event.target) || event.target.tagName === "SELECT");
    enhance(form, set);
  });
  on("change", event => { if (field(event)) flush(form); });
  on("focusout", () => { form.typed = null; flush(form); setTimeout(() => catchUp(form), 0); });
  // In JupyterLab keys mean commands wherever the focus is, unless the focused element itself says no.
  on("focusin", event => event.target.setAttribute("data-lm-suppress-shortcuts", "true"));
  on("submit", event => event.preventDefault());
  on("keydown", event => { if (event.key === "Enter" && event.target.matches("textarea[rows='1']")) event.preventDefault(); });
  on("click", event => {
    const button = event.target.closest("button");
    if (button?.dataset.act) act(form, button);
  });
  on("paste", event => {
    const cell = event.target.closest?.("tr[data-row]") && event.target, text = event.clipboardData?.getData("text/plain") ?? "";
    const several = text.includes("\t") || (text.trim().includes("\n") && !event.target.matches("textarea:not([rows='1'])"));
    if (!cell?.name || !several) return;
    event.preventDefault();
    pasteInto(form, questionOf(cell), text, cell);
  });
}

// --- Life --------------------------------------------------------------------------------------------------------

function show(form, html) {
  const typed = form.root?.querySelector("[name=name]")?.value;
  form.el.replaceChildren(fragment(form, html));
  form.root = form.el.firstElementChild;
  const name = form.root.querySelector("[name=name]");
  if (name && typed) name.value = typed;
  enhance(form, form.root);
  listen(form);
  say(form);
}

// After a reload: what was not acknowledged is shown again and sent again.
function resume(form) {
  for (const set of own(form.root, "fieldset[data-question]")) {
    for (const question of [set.dataset.question, set.dataset.question + ".self"]) {
      const message = store.get(form, question);
      if (message?.t !== "save" || message.question !== question) continue;
      if (message.change) restoreRows(form, set, message.change);
      else restore(set, message.entries ?? {});
      form.pending.set(question, {...message, id: ++form.lastId});
      store.put(form, question, form.pending.get(question));
      post(form, form.pending.get(question));
    }
  }
}

function restore(set, entries, among = [...set.elements]) {
  for (const el of among) {
    if (!el.name || el.tagName === "FIELDSET") continue;
    const values = entries[el.name] ?? [];
    if (el.type === "radio" || el.type === "checkbox") el.checked = values.includes(el.value);
    else if (el.multiple) [...el.options].forEach(o => { o.selected = values.includes(o.value); });
    else el.value = values[0] ?? "";
  }
}

function restoreRows(form, set, change) {
  const find = id => set.querySelector(`tr[data-row="${CSS.escape(id)}"]`), question = set.dataset.question;
  for (const [id, after] of change.add ?? []) if (!find(id)) addRow(form, set, after && find(after), id);
  for (const id of change.remove ?? []) find(id)?.remove();
  for (const [cell, values] of Object.entries(change.cells ?? {})) {
    const name = `${question}.row.${cell}`;
    restore(set, {[name]: values}, own(set, `[name="${CSS.escape(name)}"]`));
  }
  form.changes.delete(question);
  form.touched.delete(question);
}

function render({model, el, signal}) {
  const about = model.get("about");
  const form = {
    model, el, about, words: model.get("words"), seq: about.seq, lastId: random() * 1000, prefix: `${about.prefix}v${random() % 10000}`,
    pending: new Map(), timers: new Map(), touched: new Set(), changes: new Map(), placed: new Set(), later: new Map(), asked: new Map(), typed: null,
  };
  const message = m => {
    if (m?.t === "alive" || m?.t === "beat" || m?.id) heard(form.pulse);
    hear[m?.t]?.(form, m);
    say(form);
  };
  const leave = join(form);
  show(form, model.get("html"));
  model.on("msg:custom", message);
  const redraw = () => form.root.classList.contains("wb-hand-in") && show(form, model.get("html"));
  model.on("change:html", redraw);
  resume(form);
  send(form, {t: "beat", seq: form.seq});
  const hide = () => flush(form);
  addEventListener("pagehide", hide);
  document.addEventListener("visibilitychange", hide);
  const focus = sessionStorage.getItem("workbook:focus");
  const back = focus && form.root.querySelector(`[name="${CSS.escape(focus)}"]`);
  if (back) { sessionStorage.removeItem("workbook:focus"); back.focus(); }
  const end = () => {
    flush(form);
    leave();
    removeEventListener("pagehide", hide);
    document.removeEventListener("visibilitychange", hide);
    model.off("msg:custom", message);
    model.off("change:html", redraw);
  };
  return end;
}

export default {render};
