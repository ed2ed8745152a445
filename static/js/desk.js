// The checker's desk. The next item is asked for while this one is judged, so
// that it appears at once; answers are sent one after the other behind it, again
// until they are acknowledged, and one that is refused brings its item back.
// Keys are data-key attributes, see keys.js. Without this module the desk is a
// plain form.
import { on } from "./dom.js";

const desk = () => document.getElementById("desk");
const asPart = { "HX-Request": "true" };
const AGAIN = 3000; // milliseconds until a lost answer is sent again

// Time spent on an item: only while the page is seen.
let since = performance.now();
let spent = 0;
const millis = () => Math.max(1, Math.round(spent + (document.hidden ? 0 : performance.now() - since)));
document.addEventListener("visibilitychange", () => {
  if (document.hidden) spent += performance.now() - since;
  else since = performance.now();
});

function say(what) {
  const line = document.getElementById("desk-saved");
  if (line) {
    line.textContent = line.dataset[what] ?? "";
    line.dataset.state = what;
  }
}

// A part of the desk as an element that is not on the page yet.
function element(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  return box.content.querySelector("#desk");
}

async function ask(url) {
  const answer = await fetch(url, { headers: asPart });
  const part = answer.ok && !answer.redirected ? element(await answer.text()) : null;
  if (!part) throw new Error(`${url} answered ${answer.status}`);
  for (const image of part.querySelectorAll("image[href]")) new Image().src = image.getAttribute("href");
  return part;
}

// The next item, asked for ahead. What comes after the last answer depends on
// it and is asked for then.
let ahead = { url: "", part: null };
function preload() {
  const { next, last } = desk()?.dataset ?? {};
  ahead = { url: "", part: null };
  if (!next || last !== undefined) return;
  const one = { url: next, part: null };
  ahead = one;
  ask(next).then((part) => { one.part = part; }, () => {}); // asked for again when it is needed
}

function show(part, url) {
  document.getElementById("flag-dialog")?.close();
  desk().replaceWith(part);
  if (url) history.pushState({ desk: true }, "", url);
  since = performance.now();
  spent = 0;
  window.htmx?.process(part);
  window.scrollTo(0, 0);
  (part.querySelector("[role=alert], [aria-invalid=true]") ?? part.querySelector("h1"))?.focus({ preventScroll: true });
  preload();
}

async function go(url) {
  if (ahead.url === url && ahead.part) return show(ahead.part, url);
  await sent();
  try {
    show(await ask(url), url);
  } catch {
    location.assign(url);
  }
}

// Answers on their way, in order.
const waiting = [];
let sending = false;
let idle = [];
const sent = () => (waiting.length ? new Promise((resolve) => idle.push(resolve)) : Promise.resolve());

async function send() {
  if (sending || waiting.length === 0) return;
  sending = true;
  const { url, body, at } = waiting[0];
  try {
    const answer = await fetch(url, { method: "POST", headers: { ...asPart, "X-Desk": "1" }, body });
    if (answer.redirected || answer.status === 401) {
      say("gone");
      setTimeout(send, AGAIN);
      return;
    }
    if (answer.status >= 500 || answer.status === 429) throw new Error(`answered ${answer.status}`);
    waiting.shift();
    if (answer.ok) {
      const { count } = await answer.json();
      document.getElementById("desk-count").textContent = count;
      if (waiting.length === 0) say("saved");
    } else {
      say("");
      idle = []; // whoever wanted to go on stays here
      const part = element(await answer.text());
      if (part) show(part, at);
      else location.assign(at);
    }
  } catch {
    say("retry");
    setTimeout(send, AGAIN);
    return;
  } finally {
    sending = false;
  }
  if (waiting.length === 0) for (const done of idle.splice(0)) done();
  send();
}

// A wrong label needs a defect: the server would say so, but later.
function incomplete(form, data) {
  if (data.get("verdict") !== "wrong" || data.has("defect")) return false;
  const note = form.querySelector("[data-desk-error]");
  note.querySelector("span").textContent = document.getElementById("desk-saved").dataset.defect;
  note.hidden = false;
  form.querySelector("[name=defect]")?.focus();
  return true;
}

function judge(form, data) {
  if (!data.get("verdict") || incomplete(form, data)) return;
  waiting.push({ url: form.action, body: new URLSearchParams(data), at: location.href });
  say("saving");
  send();
  go(desk().dataset.next);
}

// The own answer: the label comes with the acknowledgement.
async function reveal(form, data) {
  say("saving");
  await sent();
  try {
    const answer = await fetch(form.action, { method: "POST", headers: asPart, body: new URLSearchParams(data) });
    const part = answer.redirected ? null : element(await answer.text());
    if (!part) return say("gone");
    say(answer.ok ? "saved" : "");
    const before = millis();
    show(part, "");
    if (!answer.ok) spent = before;
  } catch {
    say("retry");
  }
}

on("submit", "form[data-desk]", (event, form) => {
  if (event.defaultPrevented) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  data.set("millis", millis());
  if (form.dataset.desk === "own") reveal(form, data);
  else judge(form, data);
});

on("click", "[data-desk-go]", (event, link) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});

// A right label has no defects, and who ticks one has seen the message.
on("change", "form[data-desk=check] [name=defect]", (event, box) => {
  if (box.checked) box.form.querySelector("[data-desk-error]").hidden = true;
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches?.("#desk textarea")) event.target.blur();
});

window.addEventListener("popstate", () => { if (desk()) location.reload(); });
window.addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault(); });

if (desk()) preload();
