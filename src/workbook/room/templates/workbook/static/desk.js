// The facilitator's page: takes its key from the address, and keeps its live part fresh.
(() => {
  "use strict";
  const door = document.getElementById("enter");
  if (door) {
    const key = location.hash.slice(1);
    if (key) {
      history.replaceState(null, "", location.pathname);
      document.getElementById("key").value = key;
      door.requestSubmit();
    }
    return;
  }
  if (location.hash) history.replaceState(null, "", location.pathname);
  const live = document.getElementById("live");
  if (!live) return;
  setInterval(async () => {
    if (document.hidden || live.contains(document.activeElement)) return;
    try {
      const answer = await fetch("/live");
      if (answer.ok) live.innerHTML = await answer.text();
      live.classList.toggle("room-stale", !answer.ok);
    } catch {
      live.classList.add("room-stale");
    }
  }, Number(live.dataset.every));
})();
