// The command palette: Ctrl-K or ⌘K opens it, typed words are looked up on the
// server, arrows choose, Enter goes. Input methods may compose in peace.
import { on } from "./dom.js";

const PAUSE = 120; // milliseconds
const palette = document.querySelector("[data-palette]");

if (palette) {
  const input = palette.querySelector("input");
  const list = palette.querySelector(".palette-list");
  const empty = palette.querySelector(".palette-empty");
  let timer;
  let request;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    if (!option) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  };

  const show = (html) => {
    list.innerHTML = html; // from our own server, which escapes it
    options().forEach((option, i) => { option.id = `palette-option-${i}`; });
    choose(options()[0]);
    empty.hidden = options().length > 0 || input.value.trim() === "";
  };

  const look = async () => {
    request?.abort();
    request = new AbortController();
    const url = `${palette.dataset.url}?q=${encodeURIComponent(input.value.trim())}`;
    try {
      const answer = await fetch(url, { signal: request.signal, headers: { "HX-Request": "true" } });
      if (answer.ok) show(await answer.text());
    } catch (error) {
      if (error.name !== "AbortError") show("");
    }
  };

  const open = () => {
    if (palette.open) return;
    palette.showModal();
    input.select();
    look();
  };

  const move = (step) => {
    const all = options();
    const at = all.indexOf(chosen());
    choose(all[(at + step + all.length) % all.length]);
  };

  on("click", "[data-palette-open]", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });

  input.addEventListener("input", (event) => {
    if (event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  input.addEventListener("compositionend", look);

  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // 229: a key taken by the input method
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (options().length > 0) move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      chosen().click();
    } else if (event.key === "Escape") { // a search field would only empty itself
      event.preventDefault();
      palette.close();
    }
  });

  list.addEventListener("click", (event) => {
    if (event.target.closest("a")) palette.close();
  });
}
