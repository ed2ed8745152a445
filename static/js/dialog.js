// data-dialog="#id" opens a dialog; one that came open from the server becomes
// modal; a press outside closes it.
import { everyPart, on } from "./dom.js";

function open(dialog) {
  if (!dialog || dialog.matches(":modal")) return;
  dialog.removeAttribute("open");
  dialog.showModal();
}

on("click", "[data-dialog]", (event, button) => {
  const dialog = document.querySelector(button.dataset.dialog);
  if (!dialog) return;
  event.preventDefault();
  button.closest("[data-menu]")?.removeAttribute("open");
  open(dialog);
});

everyPart((root) => {
  root.querySelectorAll("dialog[data-open]").forEach(open);
  const errors = root.querySelector("[data-focus], [aria-invalid=true]");
  errors?.focus();
});

document.addEventListener("mousedown", (event) => {
  const dialog = event.target;
  if (!(dialog instanceof HTMLDialogElement) || !dialog.matches(":modal")) return;
  const box = dialog.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside && !dialog.querySelector("[data-guard]")) dialog.close("cancel");
});
