// Long worksheets on a phone: a filled row is a folded card with its name, what it is about, and how many cells are open.
// What somebody opens or writes into stays open. On a wide page nothing is folded: that is for the style sheet to say.
// One of the parts that are joined into one module.

const FEW = 3;
const isBox = el => el.type === "checkbox" || el.type === "radio";
const given = el => isBox(el) ? (el.checked ? el.value : "") : el.value;
const cellKey = el => el.name.split(".").slice(3).join(".") + (isBox(el) ? "=" + el.value : "");
const foldKey = row => `${questionOf(row).dataset.question}.${row.dataset.row}`;

function cards(form, root) {
  const sets = [...own(root, "fieldset[data-kind=table]"), ...(root.matches("fieldset[data-kind=table]") ? [root] : [])];
  for (const set of sets.filter(set => set.querySelector(".wb-sheet"))) {
    const rows = rowsOf(set), blank = set.querySelector("template[data-row-template]")?.content;
    const empty = new Map(own(blank ?? document.createElement("i"), "[name]").map(el => [cellKey(el), given(el)]));
    const filled = rows.filter(row => own(row, "[name]").some(el => given(el) !== (empty.get(cellKey(el)) ?? "")));
    for (const row of rows) {
      card(form, row);
      fold(row, !(form.folds.get(foldKey(row)) ?? (filled.length < FEW || !filled.includes(row))));
    }
    if (filled.length >= FEW) foldAll(form, set);
  }
}

function fold(row, folded) {
  row.toggleAttribute("data-folded", folded);
  row.querySelector(".wb-fold")?.setAttribute("aria-expanded", String(!folded));
}

// What a folded row says of itself.
function card(form, row) {
  const head = row.querySelector(".wb-row-name"), name = head?.querySelector("[id]");
  if (!name) return;
  let button = head.querySelector(".wb-fold");
  if (!button) {
    const id = `${name.id}-fold`;
    button = make("button", {type: "button", className: "wb-button wb-fold", id, "data-act": "fold", "aria-labelledby": `${name.id} ${id}`},
      make("span", {className: "wb-fold-title"}), make("span", {className: "wb-tags"}));
    head.append(button);
    head.setAttribute("aria-labelledby", name.id);
  }
  const cells = own(row, "td[data-column]");
  const asked = cells.some(cell => cell.hasAttribute("data-required")) ? cells.filter(cell => cell.hasAttribute("data-required")) : cells;
  const open = asked.filter(cell => { const fields = own(cell, "[name]"); return fields.length && !fields.some(given); }).length;
  const said = cells.map(cell => {
    const field = cell.querySelector("[name]");
    const text = !field ? cell.querySelector(".wb-supplied")?.textContent : field.tagName === "SELECT" ? field.value && field.selectedOptions[0].text
      : isBox(field) ? own(cell, "[name]").filter(el => el.checked).map(el => el.labels[0]?.textContent).join("; ") : field.value;
    return (text ?? "").trim();
  });
  // What was supplied says what a row is about; else the first thing that stands in it.
  const supplied = cells.map((cell, n) => cell.querySelector("[name]") ? "" : said[n]).filter(Boolean).slice(0, 2);
  button.firstElementChild.textContent = supplied.join(" · ") || (said.find(Boolean) ?? "");
  button.lastElementChild.textContent = open ? fill(form.words.open, {n: open}) : form.words.complete;
}

function unfold(form, el) {
  const row = el?.closest?.("tr[data-row]");
  if (!row) return;
  form.folds.set(foldKey(row), true);
  fold(row, false);
}

function foldAll(form, set) {
  if (set.querySelector("[data-act=fold-all]")) return;
  const button = make("button", {type: "button", className: "wb-button wb-quiet wb-fold-all", "data-act": "fold-all"});
  set.querySelector(".wb-sheet").before(button);
  named(form, set, button);
}

function named(form, set, button = set.querySelector("[data-act=fold-all]")) {
  if (button) button.textContent = set.querySelector("tr[data-folded]") ? form.words.unfoldAll : form.words.foldAll;
}

const folding = {
  fold(form, set, row) {
    const folded = !row.hasAttribute("data-folded");
    form.folds.set(foldKey(row), !folded);
    fold(row, folded);
    named(form, set);
  },
  "fold-all"(form, set) {
    const open = !!set.querySelector("tr[data-folded]");
    for (const row of rowsOf(set)) {
      form.folds.set(foldKey(row), open);
      fold(row, !open);
    }
    named(form, set);
  },
};

// Where the focus can go in a row: not into what is folded away.
const reachable = (row, selector) => own(row ?? document.createElement("i"), selector).find(el => el.checkVisibility?.() ?? el.offsetParent);
