// Stands for the package sanitize-html, which would be half of all that is loaded: descriptions of controls keep the tags
// and attributes they may have.

/** `html` with nothing in it but `allowedTags` and `allowedAttributes` ({tag or "*": names, "aria-*" for all of them}). */
export default function sanitize(html, {allowedTags, allowedAttributes}) {
  const read = new DOMParser().parseFromString(html, "text/html");
  for (const el of [...read.body.querySelectorAll("*")].reverse()) {
    const tag = el.localName;
    if (/^(script|style|template|iframe|noscript)$/.test(tag)) el.remove();
    else if (!allowedTags.includes(tag)) el.replaceWith(...el.childNodes);
    const names = [...(allowedAttributes["*"] ?? []), ...(allowedAttributes[tag] ?? [])];
    for (const {name, value} of [...el.attributes]) {
      const kept = names.some(one => (one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : name === one));
      if (!kept || /^\s*(javascript|data|vbscript):/i.test(value)) el.removeAttribute(name);
    }
  }
  return read.body.innerHTML;
}
