// What a lesson's page does by itself: put each form into its place, say what is going on, tell the server good-bye.
// It works on plain http in a local network: nothing here needs a secure context.
(() => {
  "use strict";
  document.documentElement.classList.add("script");
  const slots = new Set();
  let kernel = "";
  let words = null;
  let late = 0;

  const word = (key) => {
    words ??= JSON.parse(document.getElementById("room-words").textContent);
    return words[key];
  };

  const say = (slot, text, trouble) => {
    let note = slot.querySelector(":scope > .room-waiting, :scope > .room-trouble");
    if (!note) {
      note = document.createElement("p");
      slot.prepend(note);
    }
    note.className = trouble ? "room-trouble" : "room-waiting";
    note.setAttribute("role", trouble ? "alert" : "status");
    note.textContent = text;
  };

  const settle = (slot) => {
    slot.querySelector(":scope > .room-waiting")?.remove();
    slot.classList.add("room-ready");
    slots.delete(slot);
    if (!slots.size) {
      clearTimeout(late);
      document.documentElement.dataset.forms = "ready";
    }
  };

  // Voila's front end wants a typesetter for formulas and would fetch one from outside; the course has none.
  window.MathJax = { Hub: { Config() {}, Configured() {}, Queue() {}, Register: { StartupHook() {} } }, Ajax: {} };

  // JupyterLab's empty frame around the page claims to be a banner and more: it holds nothing a reader needs.
  const quiet = new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        if (node.nodeType !== Node.ELEMENT_NODE || !node.matches(".jp-LabShell, #main, [id^=jp-]")) continue;
        for (const part of [node, ...node.querySelectorAll("[role]")]) {
          if (!part.closest(".room-slot")) part.removeAttribute("role");
        }
      }
    }
  });
  addEventListener("DOMContentLoaded", () => quiet.observe(document.body, { childList: true }));

  // Something of the form can be seen or used: an element with a size, not an empty shell.
  const filled = (slot) =>
    [...slot.querySelectorAll("form, fieldset, input, select, textarea, button, img, svg, table, p, .widget-html")].some(
      (part) => !part.classList.contains("room-waiting") && part.getClientRects().length,
    );

  const watch = (slot) => {
    const look = () => {
      if (!filled(slot)) return;
      observer.disconnect();
      settle(slot);
    };
    const observer = new MutationObserver(look);
    observer.observe(slot, { childList: true, subtree: true });
    look();
  };

  const trouble = (text) => slots.forEach((slot) => say(slot, text, true));

  addEventListener("DOMContentLoaded", () => document.querySelectorAll(".room-slot:not(.room-ready)").forEach((slot) => slots.add(slot)));

  window.workbook = {
    /** A cell has run: move what it made to its place in the text. */
    place(index) {
      const made = document.getElementById(`made-${index}`);
      const slot = document.getElementById(`slot-${index}`);
      slots.add(slot);
      if (!made.hasChildNodes()) {
        made.remove();
        settle(slot);
        return;
      }
      say(slot, word("almost"));
      slot.append(...made.childNodes);
      made.remove();
      watch(slot);
    },
    /** All cells have run; the front end comes next. */
    begin(id) {
      kernel = id;
      late = setTimeout(() => slots.forEach((slot) => say(slot, word("slow"))), 20000);
    },
    /** The server could not finish the page. */
    failed() {
      document.querySelectorAll(".room-slot:not(.room-ready)").forEach((slot) => say(slot, word("lost"), true));
    },
  };

  // Hooks that Voila's front end calls.
  window.voila_heartbeat = window.voila_process = window.voila_finish = () => {};

  addEventListener(
    "error",
    (event) => {
      if (event.target instanceof HTMLScriptElement && slots.size) trouble(word("lost"));
    },
    true,
  );

  // The page goes for good: its kernel can go too. Beacons arrive although the page has gone.
  addEventListener("pagehide", () => {
    if (kernel) navigator.sendBeacon(`${document.body.dataset.baseUrl}goodbye/${kernel}`);
  });
  // Shown again from the browser's memory by "back": its kernel has gone, so load anew.
  addEventListener("pageshow", (event) => {
    if (event.persisted && kernel) location.reload();
  });

  // Progress at the top follows what was answered here or in another window.
  const progress = async () => {
    if (document.hidden) return;
    const shown = document.querySelectorAll("[data-progress]");
    if (!shown.length) return;
    try {
      const counts = await (await fetch(`${document.body.dataset.baseUrl}progress.json`)).json();
      for (const element of shown) {
        const count = counts[element.dataset.progress];
        if (!count) continue;
        element.querySelector("progress").value = Math.min(count.done, count.of);
        element.querySelector(".room-count").textContent = word("count")
          .replace("{done}", count.done)
          .replace("{of}", count.of);
        element.classList.toggle("room-done", count.of > 0 && count.done >= count.of);
      }
    } catch {
      // the form itself says when the connection is lost
    }
  };
  setInterval(progress, 15000);
  addEventListener("visibilitychange", progress);
  addEventListener("change", () => setTimeout(progress, 1500));
})();
