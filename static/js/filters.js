// data-autosubmit: a filter applies when it is changed; typed words apply after
// a pause. Composed input (pinyin) counts when it is finished.
import { on } from "./dom.js";

const PAUSE = 350; // milliseconds
const timers = new WeakMap();

function send(form) {
  clearTimeout(timers.get(form));
  form.requestSubmit();
}

on("change", "form[data-autosubmit]", (event, form) => {
  if (!event.target.matches("[type=search]")) send(form);
});

function later(event, form) {
  if (!event.target.matches("[type=search]") || event.isComposing) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => send(form), PAUSE));
}

on("input", "form[data-autosubmit]", later);
on("compositionend", "form[data-autosubmit]", later);

// Addresses of filtered lists stay short: empty filters are left out.
on("formdata", "form[data-autosubmit]", (event) => {
  for (const [name, value] of [...event.formData]) {
    if (value === "") event.formData.delete(name);
  }
});
