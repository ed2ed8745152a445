// data-mention on a form: picking a person writes "@Name " into the text where
// the cursor is. Without script the person picked is sent with the form.
import { on } from "./dom.js";

on("change", "form[data-mention] select", (event, select) => {
  const text = select.form.querySelector("textarea");
  const name = select.selectedOptions[0]?.textContent.trim();
  if (!text || !select.value || !name) return;
  const before = text.value.slice(0, text.selectionStart);
  const gap = before === "" || /\s$/.test(before) ? "" : " ";
  text.setRangeText(`${gap}@${name} `, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  select.value = "";
  text.focus();
});
