// Sends a chosen or dropped file at once, with its progress, when the drop zone's form does nothing else
// (class "upload"); in a longer form the file waits for the submit button. The server answers {message, html} or {error};
// the question it stands in, if any, is told by the event "portal:kept".
import { replace } from "./enhance.js";

function send(zone, form, input) {
  const bar = zone.querySelector("progress");
  const state = zone.querySelector('[role="status"]');
  const request = new XMLHttpRequest();
  const end = (text, tone) => {
    bar.hidden = true;
    zone.dataset.tone = tone;
    state.textContent = text;
    input.value = "";
  };
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    bar.value = (100 * event.loaded) / event.total;
  });
  request.addEventListener("error", () => end(zone.dataset.failed, "danger"));
  request.addEventListener("load", () => {
    const ok = request.status < 300;
    const near = zone.closest("[data-portal-question]") ?? form.parentElement;
    const files = near.querySelector("[data-portal-files]");
    end(request.response?.message ?? request.response?.error ?? zone.dataset.failed, ok ? "ok" : "danger");
    if (ok && request.response?.html && files) replace(files, request.response.html);
    if (ok) zone.dispatchEvent(new CustomEvent("portal:kept", { bubbles: true, detail: request.response }));
  });
  bar.hidden = false;
  state.textContent = zone.dataset.sending;
  request.send(new FormData(form));
}

export function start(zone) {
  const input = zone.querySelector('input[type="file"]');
  const form = input.form;
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("dropzone--over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    zone.addEventListener(name, () => zone.classList.remove("dropzone--over"));
  }
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("change", () => {
    if (input.files.length && form.classList.contains("upload")) send(zone, form, input);
  });
}
