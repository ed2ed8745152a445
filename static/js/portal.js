// The public portal: solves the challenge of a form in the background, before
// it is sent. Loaded on that page alone. Without script, or where the browser
// offers no cryptography (plain http), the form is sent without a solution.
const place = document.querySelector("[data-challenge]");

if (place && window.isSecureContext && window.Worker) {
  import(place.dataset.widget).then(() => {
    const widget = document.createElement("altcha-widget");
    widget.setAttribute("challengeurl", place.dataset.challenge);
    widget.setAttribute("workerurl", place.dataset.worker);
    widget.setAttribute("name", "altcha");
    widget.setAttribute("auto", "onload");
    widget.setAttribute("workers", "2");
    widget.setAttribute("hidefooter", "");
    widget.setAttribute("hidelogo", "");
    widget.setAttribute("strings", place.dataset.strings);
    place.append(widget);
    place.hidden = false;
  }).catch(() => {}); // the form works without
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) {
    window.print();
  }
});
