// data-guard on a form: leaving the page with unsaved changes asks first.
import { on, words } from "./dom.js";

const changed = new Set();

on("input", "form[data-guard]", (event, form) => changed.add(form));
on("change", "form[data-guard]", (event, form) => changed.add(form));
on("submit", "form[data-guard]", (event, form) => changed.delete(form));
on("reset", "form[data-guard]", (event, form) => changed.delete(form));

const unsaved = () => [...changed].some((form) => form.isConnected);

window.addEventListener("beforeunload", (event) => {
  if (unsaved()) event.preventDefault();
});

// htmx replaces content without leaving the page: ask before a part with changes
// goes, unless its own form was sent.
document.addEventListener("htmx:before:request", (event) => {
  const { sourceElement, target } = event.detail?.ctx ?? {};
  const goes = [...changed].some((form) => form.isConnected && target instanceof Element && target.contains(form) && !form.contains(sourceElement));
  if (!goes) return;
  if (!window.confirm(words("unsaved"))) event.preventDefault();
});
