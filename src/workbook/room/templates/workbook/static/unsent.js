// What was typed while the connection was gone, on a page that was then left, waits in this browser (see saving.js). Every
// page says so and leads there: the form sends it as soon as it is opened.
function unsent() {
  const {learner, unsent: said} = document.body.dataset, found = new Map();
  document.querySelector(".room-unsent")?.remove();
  try {
    for (const key of Object.keys(localStorage)) {
      if (!learner || !key.startsWith(`workbook:${learner}:`)) continue;
      const {page} = JSON.parse(localStorage.getItem(key)) ?? {};
      if (page?.path && page.path !== location.pathname) found.set(page.path, page.title);
    }
  } catch { /* a browser that keeps nothing */ }
  if (!found.size) return;
  const note = document.createElement("div"), list = document.createElement("ul");
  note.className = "room-unsent";
  note.setAttribute("role", "status");
  note.append(said, list);
  for (const [path, title] of found) {
    const link = document.createElement("a"), item = document.createElement("li");
    [link.href, link.textContent] = [new URL(path, location.origin).pathname, title || path];
    item.append(link);
    list.append(item);
  }
  document.getElementById("content").prepend(note);
}

unsent();
addEventListener("pageshow", unsent);
