// What the kernel says, shown on the page. It knows no kind of question: names, values and data attributes in the
// kernel's HTML say what to do.

// --- What the kernel says ---------------------------------------------------------------------------------------

const hear = {
  saved(form, m) {
    settle(form, m);
    if (m.at) form.savedAt = m.at;
    newAnswers();
    caughtUp(form, m);
    if (form.pending.get(m.question)) return;
    error(form, m.question, {});
    catchUp(form);
  },
  refused(form, m) {
    const message = form.pending.get(m.question);
    if (message && message.id === m.id) { message.stuck = "refused"; message.why = m.message; keep(form); }
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
    if (m.changed?.length) newAnswers();
  },
  feedback(form, m) { put(form, m.question, "after", m.html, true); },
  hint(form, m) {
    const set = fieldset(form, m.question), place = set?.querySelector("[data-slot=hints]");
    place?.append(fragment(form, m.html));
    const button = set?.querySelector("[data-act=hint]");
    if (button && m.more) [button.dataset.n, button.textContent] = [place.children.length, form.words.another];
    else if (button) {
      place.lastElementChild.tabIndex = -1;
      if (!form.again.has(m.id)) place.lastElementChild.focus();
      button.remove();
    }
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

// Charts of answers look again.
const newAnswers = () => document.dispatchEvent(new CustomEvent("workbook:answers"));

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

// Who works with the keyboard stays where they were: on the same link, field or button, else on the one in its place.
function keepingFocus(root, focus, draw) {
  const kind = focus?.localName, n = focus ? own(root, kind).indexOf(focus) : -1;
  draw();
  if (n < 0) return;
  const same = ["href", "name", "data-act"].map(key => focus.getAttribute(key) && `${kind}[${key}="${CSS.escape(focus.getAttribute(key))}"]`);
  const found = same.filter(Boolean).map(one => root.querySelector(one)).find(Boolean) ?? own(root, kind)[n];
  found?.focus({preventScroll: true});
}

// What was folded out or in stays so when it is drawn anew.
function opened(root) {
  const key = d => [d.className, d.closest("[data-check]")?.dataset.check, d.closest("tr")?.dataset.row, d.closest("td")?.dataset.column].join();
  const was = new Map(own(root, "details").map(d => [key(d), d.open]));
  return fresh => own(fresh, "details").forEach(d => { d.open = was.get(key(d)) ?? d.open; });
}

// While someone types in a table, the other cells take what was changed elsewhere; the rest waits.
function takeCells(form, old, fresh) {
  for (const now of own(fresh, "tr[data-row] [name]")) {
    const same = own(old, `[name="${CSS.escape(now.name)}"]`).find(el => el.type !== "checkbox" || el.value === now.value);
    if (!same || same === document.activeElement) continue;
    if (now.type === "checkbox") same.checked = now.checked;
    else if (same.value !== now.value) same.value = now.value;
    card(form, same.closest("tr[data-row]"));
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
    if (!busy && old.dataset.kind === "table") takeCells(form, old, fragment(form, change.html));
  } else {
    const focus = old.contains(document.activeElement) ? document.activeElement : null;
    const fresh = fragment(form, change.html).firstElementChild;
    const kept = ["[data-slot=hints]", "[data-tell]"].map(part => [part, old.querySelector(part)]);
    // What was said of the answer stays, unless others changed it: this may be an answer to a beat before our own save.
    const said = !change.note && old.querySelector("[data-slot=after] > .wb-feedback"), after = fresh.querySelector("[data-slot=after]");
    const reopen = opened(old);
    old.replaceWith(fresh);
    reopen(fresh);
    if (said && !after.childElementCount) after.append(said);
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
    if (wrong) unfold(form, el);
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
  uncover(form, place);
}

// The status stays in sight at the foot of the window: never over what somebody is typing in.
function uncover(form, place) {
  const field = document.activeElement;
  if (!place.textContent || !typing(field) || !form.root.contains(field)) return;
  const typed = field.getBoundingClientRect(), over = place.getBoundingClientRect();
  if (typed.bottom > over.top && typed.top < over.top) scrollBy(0, Math.min(typed.bottom - over.top + 8, Math.max(0, typed.top - 80)));
}

// --- Words, sums, order: told by data attributes -------------------------------------------------------------------

// ``row``: only this row of a worksheet was changed.
function enhance(form, root, row = null) {
  const all = selector => [...own(root, selector), ...(root.matches(selector) ? [root] : [])];
  all("[data-words-for]").forEach(el => countWords(form, el));
  all("[data-total]").forEach(addUp);
  all("[data-act=paste], [data-act=add-row]").forEach(el => { el.hidden = false; });
  row ? card(form, row) : cards(form, root);
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

// An order: the place of an item in the list, its number, and "this is my order" say the same.
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
