// Toasts: messages at the edge that leave by themselves. Those the server put on
// the page, and those that scripts or htmx add.
import { icon, on, words } from "./dom.js";

const LIFE = 6000; // milliseconds; bad news stays until it is closed

const region = () => document.getElementById("toasts");

export function toast(text, tone = "info") {
  const note = document.createElement("div");
  note.className = "toast-note";
  note.dataset.toast = "";
  note.dataset.tone = tone;
  const line = document.createElement("p");
  line.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-ghost btn-icon btn-sm";
  close.dataset.toastClose = "";
  close.setAttribute("aria-label", words("close"));
  close.append(icon("x"));
  note.append(icon({ good: "circle-check", bad: "alert-circle", warn: "alert-triangle" }[tone] ?? "info-circle"), line, close);
  region()?.append(note);
}

function watch(note) {
  if (note.dataset.tone === "bad") return;
  let timer;
  const start = () => { timer = setTimeout(() => note.remove(), LIFE); };
  const stop = () => clearTimeout(timer);
  note.addEventListener("pointerenter", stop);
  note.addEventListener("pointerleave", start);
  note.addEventListener("focusin", stop);
  note.addEventListener("focusout", start);
  start();
}

if (region()) {
  region().querySelectorAll("[data-toast]").forEach(watch);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (node instanceof Element && node.matches("[data-toast]")) watch(node);
      }
    }
  }).observe(region(), { childList: true });
}

on("click", "[data-toast-close]", (event, button) => button.closest("[data-toast]").remove());

// A request by htmx that got no answer at all.
document.addEventListener("htmx:error", (event) => {
  if (event.detail?.error?.name !== "AbortError") toast(words(navigator.onLine ? "failed" : "offline"), "bad");
});
