// Text areas grow with their text where CSS cannot do it (field-sizing).
import { everyPart, on } from "./dom.js";

if (!CSS.supports("field-sizing", "content")) {
  const fit = (area) => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  };
  on("input", "textarea[data-autosize]", (event, area) => fit(area));
  everyPart((root) => root.querySelectorAll("textarea[data-autosize]").forEach(fit));
}
