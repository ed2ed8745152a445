// data-row-keys: buttons that set the status of the marked row of a checklist,
// each by its own key (keys.js presses them). The row is posted on its own and
// replaced by the answer.
import { on, words } from "./dom.js";
import { toast } from "./toast.js";

const marked = () => document.querySelector("tr[data-key-current][data-url]");

on("click", "[data-row-status]", async (event, button) => {
  const row = marked();
  if (!row || !row.dataset.url) {
    toast(words("pickrow"));
    return;
  }
  const form = button.closest("[data-row-keys]");
  form.elements.version.value = row.dataset.version;
  form.elements.status.value = button.dataset.rowStatus;
  await window.htmx.ajax("POST", `${row.dataset.url}/quick`, { source: form, target: row, swap: "outerHTML" });
});
