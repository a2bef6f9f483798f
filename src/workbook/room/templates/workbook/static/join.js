// The code of the room comes with the link behind "#", which no browser sends: fill it in and take it out of the address.
(() => {
  "use strict";
  const code = document.getElementById("code");
  const brought = decodeURIComponent(location.hash.slice(1)).replace(/[^0-9A-Za-z-]/g, "").slice(0, 20);
  if (code && brought) {
    code.value ||= brought;
    history.replaceState(null, "", location.pathname);
    document.getElementById("name").focus();
  }
  // Names of a table are asked for only where there is one.
  const together = document.querySelector("input[name=together]");
  const members = document.getElementById("members-field");
  if (together && members) {
    const follow = () => {
      members.hidden = !together.checked;
    };
    together.addEventListener("change", follow);
    follow();
  }
})();
