// An exercise in the browser: what people do with it, and its life from the first drawing to the end. Last of the parts
// that are joined into one module.

// --- Events ------------------------------------------------------------------------------------------------------

function act(form, button) {
  const set = questionOf(button), question = set?.dataset.question, row = button.closest("tr[data-row]");
  const acts = {
    check: () => send(form, {t: "check", question}),
    hint: () => send(form, {t: "hint", question, n: Number(button.dataset.n) || 0}),
    "hand-in": () => send(form, {t: "hand-in", name: form.root.querySelector("[name=name]")?.value, sure: "sure" in button.dataset}),
    file: () => send(form, {t: "file"}),
    "add-row": () => {
      const field = addRow(form, set, null).querySelector("input, select, textarea");
      field?.focus();
      form.typed = field;  // somebody is about to type in it: what others save must not draw the empty row away
    },
    "remove-row": () => removeRow(form, row),
    "item-up": () => moveItem(form, button, -1),
    "item-down": () => moveItem(form, button, 1),
    "row-up": () => moveRow(form, row, -1),
    "row-down": () => moveRow(form, row, 1),
    paste: () => pastePanel(form, button),
    fold: () => folding.fold(form, set, row),
    "fold-all": () => folding["fold-all"](form, set),
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
    enhance(form, set, event.target.closest("tr[data-row]"));
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
  const typed = form.root?.querySelector("[name=name]")?.value, reopen = form.root && opened(form.root);
  form.el.replaceChildren(fragment(form, html));
  form.root = form.el.firstElementChild;
  reopen?.(form.root);
  const name = form.root.querySelector("[name=name]");
  if (name && typed) name.value = typed;
  enhance(form, form.root);
  listen(form);
  say(form);
}

// What only shows is drawn anew whenever something was stored, but not under somebody's hands: a click whose button goes
// between press and release is heard by nobody, and a field that goes takes the keys with it.
function redraw(form) {
  clearTimeout(form.waits);
  if (!("live" in form.root.dataset)) return;
  const focus = form.root.contains(document.activeElement) ? document.activeElement : null;
  if (form.root.matches(":active") || typing(focus)) form.waits = setTimeout(redraw, PAUSE, form);
  else keepingFocus(form.el, focus, () => show(form, form.model.get("html")));
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

// What was told stays when the page is loaded anew, or by itself after a sleep: this tab remembers who asked for what.
const memory = form => `workbook:told:${form.about.owner}:${form.about.exercise}`;

function remember(form) {
  const told = own(form.root, "fieldset[data-question]").map(set => ({
    question: set.dataset.question,
    checked: !!(set.querySelector("[data-act=check]") && set.querySelector("[data-slot=after]")?.childElementCount),
    hints: set.querySelector("[data-slot=hints]")?.childElementCount ?? 0,
  })).filter(({checked, hints}) => checked || hints);
  try { sessionStorage.setItem(memory(form), JSON.stringify(told)); } catch { /* then it is asked for again */ }
}

function recall(form) {
  let told = [];
  try { told = JSON.parse(sessionStorage.getItem(memory(form))) ?? []; } catch { /* nothing to tell again */ }
  for (const {question, checked, hints} of told) {
    for (let n = 0; n < hints; n++) form.again.add(send(form, {t: "hint", question, n}));
    if (checked) send(form, {t: "check", question});
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
    const fields = own(set, `[name="${CSS.escape(name)}"]`);
    restore(set, {[name]: values}, fields);
    if (fields[0]) { unfold(form, fields[0]); card(form, fields[0].closest("tr")); }
  }
  form.changes.delete(question);
  form.touched.delete(question);
}

function render({model, el, signal}) {
  const about = model.get("about");
  const form = {
    model, el, about, words: model.get("words"), seq: about.seq, lastId: random() * 1000, prefix: `${about.prefix}v${random() % 10000}`,
    pending: new Map(), timers: new Map(), touched: new Set(), changes: new Map(), placed: new Set(), later: new Map(), asked: new Map(), folds: new Map(), again: new Set(), typed: null, waits: 0,
  };
  const message = m => {
    if (m?.t === "alive" || m?.t === "beat" || m?.id) heard(form.pulse);
    hear[m?.t]?.(form, m);
    if (m?.question) remember(form);
    say(form);
  };
  const leave = join(form);
  show(form, model.get("html"));
  model.on("msg:custom", message);
  const drawn = () => redraw(form);
  model.on("change:html", drawn);
  resume(form);
  recall(form);
  send(form, {t: "beat", seq: form.seq});
  const hide = () => { flush(form); keep(form); };
  addEventListener("pagehide", hide);
  document.addEventListener("visibilitychange", hide);
  const focus = sessionStorage.getItem("workbook:focus");
  const back = focus && form.root.querySelector(`[name="${CSS.escape(focus)}"]`);
  if (back) { sessionStorage.removeItem("workbook:focus"); unfold(form, back); back.focus(); }
  const end = () => {
    flush(form);
    leave();
    removeEventListener("pagehide", hide);
    document.removeEventListener("visibilitychange", hide);
    model.off("msg:custom", message);
    model.off("change:html", drawn);
    clearTimeout(form.waits);
  };
  return end;
}

export default {render};
