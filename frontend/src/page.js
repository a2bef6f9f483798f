// What a lesson's page does by itself: put what its cells made into its place, show its widgets, say what is going on, tell
// the server good-bye, and come back when the kernel has gone. It works on plain http in a local network: nothing here
// needs a secure context.

import {Kernel} from "./kernel.js";
import {Widgets} from "./widgets.js";

const SLOW = 20000; // milliseconds after which we say that it takes longer than usual
const REST = 15000; // milliseconds between two times that the page loads itself anew

document.documentElement.classList.add("script");
const stock = new URL("stock.js", document.currentScript.src).href;
const base = () => document.body.dataset.baseUrl;
const unready = () => document.querySelectorAll(".room-slot:not(.room-ready)");
const filling = new Set();
let words, widgets, goodbye, late, done = false;

function word(key) {
  words ??= JSON.parse(document.getElementById("room-words").textContent);
  return words[key];
}

function say(slot, text, trouble) {
  let note = slot.querySelector(":scope > .room-waiting, :scope > .room-trouble");
  if (!note) {
    note = document.createElement("p");
    slot.prepend(note);
  }
  note.className = trouble ? "room-trouble" : "room-waiting";
  note.setAttribute("role", trouble ? "alert" : "status");
  note.textContent = text;
}

const lost = () => unready().forEach(slot => say(slot, word("lost"), true));

function settle(slot) {
  slot.querySelector(":scope > .room-waiting")?.remove();
  slot.classList.add("room-ready");
  filling.delete(slot);
  finish();
}

function finish() {
  if (!done || filling.size) return;
  clearTimeout(late);
  document.documentElement.dataset.forms = "ready";
}

// --- What the server tells while the page arrives: <room-news kernel=…>, <room-news cell=…>, <room-news done|failed> ----

const news = {
  kernel(id) {
    goodbye = `${base()}goodbye/${id}`;
    widgets = new Widgets(new Kernel(`${base()}api/kernels/${id}`, comeBack), stock);
    late = setTimeout(() => unready().forEach(slot => say(slot, word("slow"))), SLOW);
  },
  /** A cell has run: move what it made to its place in the text, and draw the widgets in it. */
  async cell(index) {
    const made = document.getElementById(`made-${index}`), slot = document.getElementById(`slot-${index}`);
    filling.add(slot);
    for (const told of document.querySelectorAll("script.room-widgets")) {
      widgets.learn(JSON.parse(told.textContent));
      told.remove();
    }
    const shown = [...made.querySelectorAll("[data-widget]")];
    if (shown.length) say(slot, word("almost"));
    slot.append(...made.childNodes);
    made.remove();
    try {
      await Promise.all(shown.map(el => widgets.show(el.dataset.widget, el)));
      settle(slot);
    } catch (error) {
      console.error(error);
      say(slot, word("lost"), true);
    }
  },
  done() {
    done = true;
    widgets.kernel.connect();
    finish();
  },
  failed() {
    done = true;
    lost();
  },
};

customElements.define("room-news", class extends HTMLElement {
  connectedCallback() {
    for (const {name, value} of this.attributes) news[name]?.(value);
    this.remove();
  }
});
// The page has ended and its end was not there: the connection broke.
addEventListener("DOMContentLoaded", () => { if (!done) lost(); });

// --- Leaving and coming back -----------------------------------------------------------------------------------------

// The page goes for good: its kernel can go too. Beacons arrive although the page has gone.
addEventListener("pagehide", () => { if (goodbye) navigator.sendBeacon(goodbye); });
// Shown again from the browser's memory by "back": its kernel has gone, so load anew.
addEventListener("pageshow", event => { if (event.persisted && goodbye) location.reload(); });

const memory = {
  get: key => { try { return sessionStorage.getItem(key); } catch { return null; } },
  set: (key, value) => { try { sessionStorage.setItem(key, value); } catch { /* none */ } },
};

// The kernel has gone and the server is there: load the page anew, with a new kernel. Forms keep what was typed in this
// browser; one that cannot says so by preventing "workbook:leave".
function comeBack() {
  const wait = Number(memory.get("workbook:reloaded")) + REST - Date.now();
  if (document.hidden) document.addEventListener("visibilitychange", comeBack, {once: true});
  else if (wait > 0) setTimeout(comeBack, wait);
  else if (!document.dispatchEvent(new CustomEvent("workbook:leave", {cancelable: true}))) setTimeout(comeBack, REST);
  else {
    memory.set("workbook:reloaded", Date.now());
    memory.set("workbook:focus", document.activeElement?.name ?? "");
    location.reload();
  }
}

// --- Progress at the top follows what was answered here or in another window ---------------------------------------------

async function progress() {
  if (document.hidden) return;
  const shown = document.querySelectorAll("[data-progress]");
  if (!shown.length) return;
  try {
    const counts = await (await fetch(`${base()}progress.json`)).json();
    for (const element of shown) {
      const count = counts[element.dataset.progress];
      if (!count) continue;
      element.querySelector("progress").value = Math.min(count.done, count.of);
      element.querySelector(".room-count").textContent = word("count").replace("{done}", count.done).replace("{of}", count.of);
      element.classList.toggle("room-done", count.of > 0 && count.done >= count.of);
    }
  } catch {
    // the form itself says when the connection is lost
  }
}

setInterval(progress, 15000);
addEventListener("visibilitychange", progress);
addEventListener("change", () => setTimeout(progress, 1500));
