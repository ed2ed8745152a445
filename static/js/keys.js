// Keyboard: j and k walk through a data-keylist, Enter or o opens the row; any
// element with data-key="x" is pressed by x, inside the current row first; ?
// lists the keys of the page. Keys never fire while something is being typed.
import { typing } from "./dom.js";

const ROW = "[data-keylist] > tbody > tr:not([data-group]), [data-keylist] > li, [data-keylist] > [data-row]";
const shown = (element) => element.getClientRects().length > 0;
const rows = () => [...document.querySelectorAll(ROW)].filter(shown);
const current = () => document.querySelector("[data-key-current]");

function go(step) {
  const all = rows();
  if (all.length === 0) return false;
  const at = all.indexOf(current());
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + step))];
  select(next);
  return true;
}

function select(row) {
  current()?.removeAttribute("data-key-current");
  row.setAttribute("data-key-current", "");
  row.scrollIntoView({ block: "nearest" });
  const focusable = row.querySelector("a[href], button, input:not([type=hidden]), summary");
  if (row.tabIndex >= 0) row.focus({ preventScroll: true });
  else focusable?.focus({ preventScroll: true });
}

function press(key) {
  const wanted = `[data-key="${CSS.escape(key)}"]`;
  const row = current();
  const element = [...(row?.querySelectorAll(wanted) ?? []), ...document.querySelectorAll(wanted)]
    .find((e) => shown(e) && (!e.closest("[data-keylist]") || row?.contains(e)));
  if (!element) return false;
  if (element.matches("input:not([type=checkbox], [type=radio]), textarea, select")) element.focus();
  else element.click();
  return true;
}

function help() {
  const dialog = document.getElementById("keys-dialog");
  if (!dialog) return false;
  const list = document.querySelector("[data-keylist]") !== null;
  for (const line of dialog.querySelectorAll("[data-keys-for=list]")) line.hidden = !list;
  const here = new Map();
  for (const element of document.querySelectorAll("[data-key]")) {
    here.set(element.dataset.key, element.dataset.keyLabel ?? element.getAttribute("aria-label") ?? element.textContent.trim());
  }
  dialog.querySelector("[data-keys-here]").replaceChildren(...[...here].map(line));
  dialog.showModal();
  return true;
}

function line([key, label]) {
  const row = document.createElement("div");
  const name = document.createElement("dt");
  const cap = document.createElement("kbd");
  cap.textContent = key;
  name.append(cap);
  const what = document.createElement("dd");
  what.textContent = label;
  row.append(name, what);
  return row;
}

function handle(key) {
  switch (key) {
    case "j": return go(1) || press(key);
    case "k": return go(-1) || press(key);
    case "?": return help();
    default: return press(key);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target) && !event.target.matches?.("[type=checkbox], [type=radio]")) return;
  if (document.querySelector("dialog:modal") && !event.target.closest?.("dialog")) return;
  if (event.key.length === 1 && event.key !== " " && handle(event.key)) event.preventDefault();
});

// A row that htmx replaces stays the current one.
let kept = "";
document.addEventListener("htmx:before:swap", () => { kept = current()?.id ?? ""; });
document.addEventListener("htmx:after:settle", () => {
  const row = kept && !current() && document.getElementById(kept);
  if (row) row.setAttribute("data-key-current", "");
});
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.(ROW);
  if (row && row !== current()) {
    current()?.removeAttribute("data-key-current");
    row.setAttribute("data-key-current", "");
  }
});
