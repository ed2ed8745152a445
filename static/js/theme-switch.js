// The theme changes without a reload; the cookie tells the server for the next
// page.
import { on } from "./dom.js";

const YEAR = 31536000; // seconds

on("submit", "[data-theme-form]", (event, form) => {
  const choice = event.submitter?.value;
  if (!choice) return;
  event.preventDefault();
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${choice}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
  document.documentElement.dataset.theme = choice;
  document.dispatchEvent(new Event("themechange"));
  for (const button of form.querySelectorAll("[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === choice));
  }
  form.closest("[data-menu]")?.removeAttribute("open");
});
