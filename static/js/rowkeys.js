// The rows of a checklist. data-row-edit turns a row into a form in its place.
// data-row-keys holds buttons that set the status of the marked row, each by
// its own key (keys.js presses them): the row is posted on its own and replaced
// by the answer.
import { on, words } from "./dom.js";
import { toast } from "./toast.js";

on("click", "[data-row-edit]", (event, link) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || !window.htmx) return;
  event.preventDefault();
  window.htmx.ajax("GET", link.getAttribute("href"), { source: link, target: link.closest("tr"), swap: "outerHTML" });
});

on("click", "[data-row-status]", (event, button) => {
  const row = document.querySelector("tr[data-key-current][data-version]");
  const edit = row?.querySelector("[data-row-edit]");
  if (!edit) {
    toast(words("pickrow"));
    return;
  }
  const form = button.closest("[data-row-keys]");
  form.elements.version.value = row.dataset.version;
  form.elements.status.value = button.dataset.rowStatus;
  const url = edit.getAttribute("href").replace(/edit$/, "quick");
  window.htmx.ajax("POST", url, { source: form, target: row, swap: "outerHTML" });
});
