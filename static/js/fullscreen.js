// data-fullscreen: a button that shows the page on the whole screen, and again
// leaves it.
import { on } from "./dom.js";

on("click", "[data-fullscreen]", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.();
});
