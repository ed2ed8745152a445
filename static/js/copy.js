// data-copy="words" copies them.
import { on, words } from "./dom.js";
import { toast } from "./toast.js";

on("click", "[data-copy]", async (event, button) => {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast(words("copied"), "good");
  } catch {
    toast(words("failed"), "bad");
  }
});
