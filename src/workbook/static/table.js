// Worksheets: rows, and pasting from a spreadsheet. One of the parts that are joined into one module.

// --- Rows of a table --------------------------------------------------------------------------------------------

const bodyOf = set => set.querySelector("[data-row-template]").closest("table")?.tBodies[0] ?? set.querySelector("tbody");
const rowsOf = set => own(set, "tr[data-row]");
const newId = () => "r" + (random() % 78364164096).toString(36).padStart(7, "0").slice(-7);
const hasText = row => own(row, "input, select, textarea").some(f => f.type === "checkbox" || f.type === "radio" ? f.checked : f.value && !f.disabled);

function addRow(form, set, after, id = newId()) {
  const template = set.querySelector("template[data-row-template]");
  const html = template.innerHTML.replaceAll("__row__", id);
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const row = holder.content.querySelector("tr"), body = bodyOf(set);
  after ? after.after(row) : body.append(row);
  place(form, set, row);
  touch(form, set);
  number(set);
  card(form, row);
  unfold(form, row);
  return row;
}

// Rows offered empty are nowhere stored yet: told in order, those above first, they keep their places.
function place(form, set, row) {
  let before = null;
  for (const one of rowsOf(set)) {
    const id = one.dataset.row, key = `${set.dataset.question}.${id}`;
    if (!form.placed.has(key)) changeOf(form, set.dataset.question).add.push([id, before]);
    form.placed.add(key);
    before = id;
    if (one === row) return;
  }
}

function touch(form, set) {
  form.touched.add(set.dataset.question);
  clearTimeout(form.timers.get(set.dataset.question));
  form.timers.set(set.dataset.question, setTimeout(() => save(form, set.dataset.question), PAUSE));
  say(form);
}

function number(set) {
  rowsOf(set).forEach((row, n) => own(row, "[data-row-number]").forEach(el => { el.textContent = n + 1; }));
}

async function removeRow(form, row) {
  const set = questionOf(row), question = set.dataset.question;
  flush(form);
  const uses = await ask(form, {t: "uses", question, row: row.dataset.row});
  if (uses && !(await confirmIn(form, question, uses))) { row.querySelector("[data-act=remove-row]")?.focus(); return; }
  const after = row.previousElementSibling, next = row.nextElementSibling?.matches("[data-row]") ? row.nextElementSibling : after;
  const worth = hasText(row);
  row.remove();
  changeOf(form, question).remove.push(row.dataset.row);
  touch(form, set);
  number(set);
  const undo = make("button", {type: "button", className: "wb-button wb-quiet", textContent: form.words.undo});
  undo.onclick = () => {
    after?.isConnected ? after.after(row) : bodyOf(set).prepend(row);
    const change = changeOf(form, question);
    change.restore = [...(change.restore ?? []), row.dataset.row];
    change.remove = change.remove.filter(id => id !== row.dataset.row);
    touch(form, set);
    number(set);
    tell(form, question, form.words.undone);
    row.querySelector("input, select, textarea, button")?.focus();
  };
  if (worth) tell(form, question, form.words.removed, " ", undo);
  (reachable(next, "[data-act=remove-row], .wb-fold") ?? (worth ? undo : set.querySelector("[data-act=add-row]")))?.focus();
}

// Whether others refer to a row; without an answer within two seconds nobody is kept waiting.
function ask(form, message) {
  return new Promise(done => {
    const id = send(form, message);
    form.asked.set(id, done);
    setTimeout(() => { form.asked.delete(id); done(""); }, form.pulse.lost ? 0 : 2000);
  });
}

function confirmIn(form, question, text) {
  return new Promise(done => {
    const yes = make("button", {type: "button", className: "wb-button", textContent: form.words.removeAnyway});
    const no = make("button", {type: "button", className: "wb-button wb-quiet", textContent: form.words.keep});
    const close = answer => () => { const place = yes.closest("[data-tell]"); place.hidden = true; place.replaceChildren(); done(answer); };
    [yes.onclick, no.onclick] = [close(true), close(false)];
    tell(form, question, text, " ", yes, " ", no);
    no.focus();
  });
}

function moveRow(form, row, by) {
  const to = by < 0 ? row.previousElementSibling : row.nextElementSibling, set = questionOf(row);
  if (!to?.matches("[data-row]")) return;
  place(form, set, by < 0 ? row : to);
  by < 0 ? to.before(row) : to.after(row);
  changeOf(form, set.dataset.question).move.push([row.dataset.row, row.previousElementSibling?.dataset.row ?? null]);
  touch(form, set);
  number(set);
  row.querySelector(`[data-act=${by < 0 ? "row-up" : "row-down"}]`)?.focus();
  const rows = rowsOf(set);
  announce(form, fill(form.words.moved, {item: form.words.row, n: rows.indexOf(row) + 1, all: rows.length}));
}

// --- Paste from a spreadsheet -------------------------------------------------------------------------------------

function grid(text) {
  const sep = text.includes("\t") ? "\t" : text.split("\n")[0].includes(";") ? ";" : ",";
  const rows = [[""]];
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i], row = rows.at(-1);
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') { row[row.length - 1] += c; i++; }
      else if (c === '"') quoted = false;
      else row[row.length - 1] += c;
    } else if (c === '"' && row.at(-1) === "") quoted = true;
    else if (c === sep) row.push("");
    else if (c === "\n") rows.push([""]);
    else if (c !== "\r") row[row.length - 1] += c;
  }
  return rows.map(row => row.map(cell => cell.trim())).filter(row => row.some(Boolean));
}

const columnsOf = set => {
  const holder = set.querySelector("template[data-row-template]")?.content ?? rowsOf(set)[0];
  return holder ? [...new Set(own(holder, "[name]").map(el => el.name.split(".").slice(3).join(".")))] : [];
};
const same = text => text.normalize("NFKC").toLowerCase().replace(/[\s*()]+/g, " ").trim();

function headings(set, columns, row) {
  const heads = own(set, "thead th[data-column]").map(th => [same(th.querySelector("[data-label]")?.textContent ?? th.textContent), th.dataset.column]);
  const found = row.map(cell => heads.find(([label, id]) => same(cell) && (label === same(cell) || id === same(cell)))?.[1]);
  return found.filter(Boolean).length * 2 > row.filter(Boolean).length ? found : null;
}

function choose(text, choices) {
  const wanted = same(text), by = test => choices.find(test)?.value;
  return by(c => same(c.label) === wanted || c.value.toLowerCase() === wanted)
    ?? by(c => same(c.label).split(/[ :–-]/)[0] === wanted) ?? by(c => c.value && wanted.startsWith(c.value + " "));
}

function setCell(set, row, column, text) {
  const fields = own(row, `[name="${CSS.escape(set.dataset.question)}.row.${CSS.escape(row.dataset.row)}.${CSS.escape(column)}"]`);
  const [field] = fields;
  if (!field || field.disabled || field.readOnly) return true;
  const many = field.multiple || field.type === "checkbox";
  if (field.tagName !== "SELECT" && field.type !== "checkbox" && field.type !== "radio") {
    const date = field.type === "date" && text.match(/^(\d{1,2})\.(\d{1,2})\.(\d{4})$/);
    field.value = date ? `${date[3]}-${date[2].padStart(2, "0")}-${date[1].padStart(2, "0")}` : text;
    return !text || field.value !== "";
  }
  const boxes = field.tagName === "SELECT" ? [...field.options] : fields;
  const choices = boxes.map(el => ({value: el.value, label: el.label || el.labels?.[0]?.textContent || ""}));
  const asked = many ? text.split(/[;,|\n]/).map(t => t.trim()).filter(Boolean) : [text].filter(Boolean);
  const whole = many && choose(text, choices);
  const ids = whole ? [whole] : asked.map(t => choose(t, choices));
  boxes.forEach(el => { el[field.tagName === "SELECT" ? "selected" : "checked"] = ids.includes(el.value) || (!asked.length && el.value === ""); });
  return ids.every(id => id !== undefined);
}

function pasteInto(form, set, text, start = null) {
  let rows = grid(text);
  const columns = columnsOf(set), heads = rows.length ? headings(set, columns, rows[0]) : null;
  if (heads) rows = rows.slice(1);
  const offset = start ? Math.max(0, columns.indexOf(start.name.split(".").slice(3).join("."))) : 0;
  const at = heads ?? columns.slice(offset);
  let row = start ? start.closest("tr[data-row]") : rowsOf(set).find(r => !hasText(r)), missed = [], done = 0;
  for (const cells of rows) {
    if (!row && set.querySelector("template[data-row-template]")) row = addRow(form, set, null);
    if (!row) break;
    cells.forEach((text, n) => {
      if (!at[n]) return;
      if (!setCell(set, row, at[n], text)) missed.push(text);
      const field = row.querySelector(`[name$=".${CSS.escape(row.dataset.row)}.${CSS.escape(at[n])}"]`);
      if (field) note(form, set, field);
    });
    card(form, row);
    done++;
    const next = row.nextElementSibling;
    row = next?.matches("[data-row]") && (start || !hasText(next)) ? next : null;
  }
  touch(form, set);
  const words = form.words;
  tell(form, set.dataset.question, fill(words.pasted, {n: done}) + (missed.length ? " " + fill(words.unmatched, {cells: missed.join(", ")}) : "")
    + (done < rows.length ? " " + fill(words.noRoom, {n: rows.length - done}) : ""));
}

function pastePanel(form, button) {
  const set = questionOf(button), id = `${form.prefix}-${set.dataset.question}-paste`;
  if (document.getElementById(id)) { document.getElementById(id).focus(); return; }
  const area = make("textarea", {id, rows: 5, spellcheck: false}), words = form.words;
  const go = make("button", {type: "button", className: "wb-button wb-main", textContent: words.putIn});
  const stop = make("button", {type: "button", className: "wb-button wb-quiet", textContent: words.cancel});
  const panel = make("div", {className: "wb-paste"}, make("label", {htmlFor: id, textContent: words.pasteHere}), area,
    make("div", {className: "wb-actions"}, go, stop));
  const close = () => { panel.remove(); button.focus(); };
  go.onclick = () => { const text = area.value; close(); if (text.trim()) pasteInto(form, set, text); };
  stop.onclick = close;
  button.closest(".wb-actions, .wb-row-actions, div")?.after(panel);
  area.focus();
}
