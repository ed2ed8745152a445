// data-pdf="address": draws a PDF page by page on its canvas. The library is
// loaded only when there is one, and runs nothing that stands in the file.
import { everyPart, on } from "./dom.js";

const viewers = new WeakMap();

async function open(box) {
  if (viewers.has(box)) return;
  viewers.set(box, { page: 0 });
  try {
    const library = await import(box.dataset.library);
    library.GlobalWorkerOptions.workerSrc = box.dataset.worker;
    const file = await library.getDocument({
      url: box.dataset.pdf, cMapUrl: box.dataset.cmaps, cMapPacked: true, isEvalSupported: false, enableXfa: false,
    }).promise;
    viewers.set(box, { file, page: 1, task: null });
    await draw(box);
  } catch {
    fail(box);
  }
}

function fail(box) {
  const words = document.createElement("p");
  words.className = "text-secondary";
  words.textContent = box.dataset.textFailed;
  box.replaceChildren(words);
}

async function draw(box) {
  const viewer = viewers.get(box);
  const canvas = box.querySelector("canvas");
  const page = await viewer.file.getPage(viewer.page);
  const plain = page.getViewport({ scale: 1 });
  const scale = box.clientWidth / plain.width;
  const viewport = page.getViewport({ scale: scale * Math.min(window.devicePixelRatio || 1, 2) });
  canvas.width = viewport.width;
  canvas.height = viewport.height;
  viewer.task?.cancel();
  viewer.task = page.render({ canvasContext: canvas.getContext("2d"), viewport });
  label(box, viewer);
  await viewer.task.promise.catch((error) => {
    if (error.name !== "RenderingCancelledException") throw error;
  });
  box.dataset.drawn = viewer.page;
}

function label(box, viewer) {
  const { page, file } = viewer;
  box.querySelector("[data-pdf-page]").textContent = box.dataset.textPage.replace("{n}", page).replace("{of}", file.numPages);
  for (const button of box.querySelectorAll("[data-pdf-step]")) {
    const to = page + Number(button.dataset.pdfStep);
    button.disabled = to < 1 || to > file.numPages;
  }
}

on("click", "[data-pdf-step]", (event, button) => {
  const box = button.closest("[data-pdf]");
  const viewer = viewers.get(box);
  if (!viewer?.file) return;
  viewer.page += Number(button.dataset.pdfStep);
  draw(box).catch(() => fail(box));
});

everyPart((root) => {
  if (root instanceof Element && root.matches("[data-pdf]")) open(root);
  root.querySelectorAll("[data-pdf]").forEach(open);
});
