// data-confirm="question" on a form, button or link asks before it acts. It
// works ahead of htmx and of other modules: the first event is stopped and, after
// a yes, sent again.
const dialog = () => document.getElementById("confirm-dialog");
const agreed = new WeakSet();

let answer = () => {}; // to the question that is open, or just was

function ask(question, danger) {
  const d = dialog();
  answer(d.returnValue === "ok"); // its close event may not have come yet
  d.querySelector("#confirm-text").textContent = question;
  const ok = d.querySelector("[data-confirm-ok]");
  ok.classList.toggle("btn-danger", danger);
  ok.classList.toggle("btn-primary", !danger);
  d.returnValue = "cancel";
  d.showModal();
  return new Promise((resolve) => {
    answer = resolve;
  });
}

document.addEventListener("close", (event) => {
  const d = event.target;
  if (d === dialog() && !d.open) answer(d.returnValue === "ok");
}, true);

async function hold(event, element, again) {
  if (agreed.delete(element)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const danger = element.matches(".btn-danger") || element.querySelector(".btn-danger") !== null;
  if (await ask(element.dataset.confirm, danger)) {
    agreed.add(element);
    again();
  }
}

document.addEventListener("click", (event) => {
  const element = event.target instanceof Element && event.target.closest("[data-confirm]:not(form)");
  if (element && dialog()) hold(event, element, () => element.click());
}, true);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-confirm]") || !dialog()) return;
  const submitter = event.submitter;
  hold(event, form, () => form.requestSubmit(submitter));
}, true);
