// Small helpers shared by the modules.

// on calls handle(event, element) for events of a kind that happen inside an
// element matching selector, now or later on the page.
export function on(kind, selector, handle, options) {
  document.addEventListener(kind, (event) => {
    const found = event.target instanceof Element && event.target.closest(selector);
    if (found) handle(event, found);
  }, options);
}

// everyPart calls set(root) for the page and for each part htmx swaps in.
export function everyPart(set) {
  set(document);
  document.addEventListener("htmx:after:settle", (event) => set(event.target instanceof Element ? event.target : document));
}

// words returns a text that the server put on the page for scripts.
export function words(name) {
  return document.getElementById("words")?.dataset[name] ?? "";
}

// icon makes an icon of the sprite.
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${words("icons")}#${name}`);
  svg.append(use);
  return svg;
}

// typing reports whether keys belong to the element rather than to the page.
export function typing(element) {
  return element instanceof Element && element.closest("input, textarea, select, [contenteditable]") !== null;
}
