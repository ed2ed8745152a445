// data-bulk on a form with a table: a check box for all rows, a bar that appears
// while rows are selected and says how many. Shift selects a range.
import { everyPart, on } from "./dom.js";

const items = (form) => [...form.querySelectorAll("[data-bulk-item]")];
const last = new WeakMap();

function show(form) {
  const all = items(form);
  const chosen = all.filter((box) => box.checked).length;
  form.toggleAttribute("data-bulk-active", chosen > 0);
  const head = form.querySelector("[data-bulk-all]");
  if (head) {
    head.checked = chosen > 0 && chosen === all.length;
    head.indeterminate = chosen > 0 && chosen < all.length;
  }
  for (const box of all) box.closest("tr")?.setAttribute("aria-selected", String(box.checked));
  const count = form.querySelector("[data-bulk-count]");
  if (count) count.textContent = count.dataset.text.replace("0", String(chosen));
}

function range(form, box) {
  const all = items(form);
  const from = all.indexOf(last.get(form));
  const to = all.indexOf(box);
  if (from < 0) return;
  for (const other of all.slice(Math.min(from, to), Math.max(from, to))) other.checked = box.checked;
}

on("click", "[data-bulk-item]", (event, box) => {
  const form = box.closest("[data-bulk]");
  if (!form) return;
  if (event.shiftKey) range(form, box);
  last.set(form, box);
  show(form);
});

on("change", "[data-bulk-all]", (event, head) => {
  const form = head.closest("[data-bulk]");
  for (const box of items(form)) box.checked = head.checked;
  show(form);
});

everyPart((root) => {
  const inside = root instanceof Element ? root.closest("[data-bulk]") : null;
  if (inside) show(inside);
  root.querySelectorAll("[data-bulk]").forEach(show);
});
