// data-dropzone: several files by picking, dropping or pasting, one request per
// file with its own progress, cancel and error. The form's other fields go with
// each file. When all are done the page (or the part data-target) is loaded again
// from data-done.
import { icon, on } from "./dom.js";

const AT_ONCE = 2; // requests in flight per form
const queues = new WeakMap();

function queueOf(form) {
  if (!queues.has(form)) queues.set(form, { waiting: [], active: 0, failed: 0, done: 0 });
  return queues.get(form);
}

function add(form, files) {
  const queue = queueOf(form);
  for (const file of files) {
    const item = { file, row: row(form, file) };
    if (tooLarge(form, file)) refuse(queue, item.row, form.dataset.textLarge);
    else queue.waiting.push(item);
  }
  pump(form);
}

function row(form, file) {
  const line = document.createElement("li");
  const name = document.createElement("span");
  name.className = "dropzone-name";
  name.textContent = file.name;
  const state = document.createElement("span");
  state.className = "dropzone-state";
  state.textContent = form.dataset.textWaiting;
  const cancel = document.createElement("button");
  cancel.type = "button";
  cancel.className = "btn btn-ghost btn-icon btn-sm";
  cancel.setAttribute("aria-label", `${form.dataset.textCancel}: ${file.name}`);
  cancel.append(icon("x"));
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  line.append(name, state, cancel, bar);
  form.querySelector("[data-dropzone-list]").append(line);
  return { line, state, cancel, bar };
}

// A file over the limit would be refused only after it was sent.
const tooLarge = (form, file) => file.size > Number(form.dataset.limit || Infinity);

function refuse(queue, { line, state, cancel, bar }, text) {
  queue.failed++;
  line.dataset.state = "failed";
  state.textContent = text;
  cancel.remove();
  bar.remove();
}

function pump(form) {
  const queue = queueOf(form);
  while (queue.active < AT_ONCE && queue.waiting.length > 0) {
    queue.active++;
    send(form, queue.waiting.shift());
  }
  if (queue.active > 0 || queue.done === 0) return;
  if (queue.failed === 0) finish(form, queue);
  else offer(form, queue);
}

function send(form, item) {
  const { line, state, cancel, bar } = item.row;
  const request = new XMLHttpRequest();
  const end = (kind, text) => {
    line.dataset.state = kind;
    state.textContent = text;
    cancel.remove();
    bar.remove();
    const queue = queueOf(form);
    queue.active--;
    if (kind === "done") queue.done++;
    if (kind === "failed") queue.failed++;
    pump(form);
  };
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = event.loaded / event.total;
    state.textContent = `${Math.floor(bar.value * 100)}%`;
  });
  request.addEventListener("load", () => {
    if (request.status < 400) end("done", form.dataset.textDone);
    else end("failed", reason(request) || form.dataset.textFailed);
  });
  request.addEventListener("error", () => end("failed", form.dataset.textFailed));
  request.addEventListener("abort", () => end("cancelled", form.dataset.textCancelled));
  cancel.addEventListener("click", () => request.abort());
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  request.setRequestHeader("Accept", "text/plain, text/html");
  request.send(content(form, item.file));
}

// content is the form's fields with one file; the file comes last, so that the
// server knows the fields when the stream begins.
function content(form, file) {
  const data = new FormData(form);
  data.delete("file");
  data.append("file", file, file.name);
  return data;
}

// reason reads the words of a refusal: plain text, or the message in a part.
function reason(request) {
  const type = request.getResponseHeader("Content-Type") ?? "";
  if (type.startsWith("text/plain")) return request.responseText.trim().slice(0, 300);
  if (!type.startsWith("text/html")) return "";
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const places = ["[data-upload-error]", ".field-error", ".note p:not(.note-title)", ".note", ".error-detail", ".error-help"];
  const told = places.map((place) => page.querySelector(place)).find(Boolean);
  return told?.textContent.replace(/\s+/g, " ").trim().slice(0, 300) ?? "";
}

// offer lets the person read why files were refused before going on with those
// that were taken.
function offer(form, queue) {
  if (queue.offered?.isConnected) return;
  queue.offered = document.createElement("button");
  queue.offered.type = "button";
  queue.offered.className = "btn";
  queue.offered.textContent = form.dataset.textContinue;
  queue.offered.addEventListener("click", () => finish(form, queue));
  form.querySelector("[data-dropzone-list]").after(queue.offered);
}

function finish(form, queue) {
  queue.done = 0;
  const { done, target } = form.dataset;
  const dialog = form.closest("dialog");
  if (target && window.htmx) {
    dialog?.close();
    form.querySelector("[data-dropzone-list]").replaceChildren();
    window.htmx.ajax("GET", done || location.href, { target, swap: "outerHTML" });
  } else if (done) {
    location.assign(done);
  } else {
    location.reload();
  }
}

on("change", "[data-dropzone] input[type=file]", (event, input) => {
  add(input.form, [...input.files]);
  input.value = "";
});

const zone = (event) => event.target instanceof Element ? event.target.closest("[data-dropzone]") : null;
const area = (form) => form.querySelector("[data-dropzone-area]");

document.addEventListener("dragover", (event) => {
  const form = zone(event);
  if (!form || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  area(form).toggleAttribute("data-over", true);
});

document.addEventListener("dragleave", (event) => {
  const form = zone(event);
  if (form && !form.contains(event.relatedTarget)) area(form).removeAttribute("data-over");
});

document.addEventListener("drop", (event) => {
  const form = zone(event);
  if (!form || !event.dataTransfer?.files.length) return;
  event.preventDefault();
  area(form).removeAttribute("data-over");
  add(form, [...event.dataTransfer.files]);
});

// A pasted screenshot has no name of its own: it gets one with the time.
document.addEventListener("paste", (event) => {
  const forms = [...document.querySelectorAll("[data-dropzone]")].filter((form) => form.getClientRects().length > 0);
  const form = zone(event) ?? forms[0];
  const files = [...(event.clipboardData?.files ?? [])];
  if (!form || files.length === 0) return;
  event.preventDefault();
  add(form, files.map((file) => named(file, form.dataset.textPasted)));
});

function named(file, word) {
  if (!/^image\.\w+$/.test(file.name)) return file;
  const stamp = new Date().toISOString().slice(0, 19).replace("T", " ").replaceAll(":", "-");
  const extension = file.name.split(".").pop();
  return new File([file], `${word} ${stamp}.${extension}`, { type: file.type });
}
