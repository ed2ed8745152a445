// data-print: a button that prints the page.
import { on } from "./dom.js";

on("click", "[data-print]", () => print());
