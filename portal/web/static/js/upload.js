// Sends the chosen or dropped files at once, one after the other, with their progress, when the drop zone's form does
// nothing else (class "upload"); in a longer form they wait for the submit button. The server answers {message, html} or {error};
// the question it stands in, if any, is told by the event "portal:kept".
import { replace } from "./enhance.js";

function send(zone, form, file) {
  const bar = zone.querySelector("progress");
  const state = zone.querySelector('[role="status"]');
  const request = new XMLHttpRequest();
  const body = new FormData(form);
  body.set("file", file);
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    bar.value = (100 * event.loaded) / event.total;
  });
  return new Promise((end) => {
    request.addEventListener("error", () => end([`${file.name} : ${zone.dataset.failed}`, false]));
    request.addEventListener("load", () => {
      const ok = request.status < 300;
      const near = zone.closest("[data-portal-question]") ?? form.parentElement;
      const files = near.querySelector("[data-portal-files]");
      if (ok && request.response?.html && files) replace(files, request.response.html);
      if (ok) zone.dispatchEvent(new CustomEvent("portal:kept", { bubbles: true, detail: request.response }));
      end([request.response?.message ?? request.response?.error ?? zone.dataset.failed, ok]);
    });
    [bar.hidden, state.textContent] = [false, zone.dataset.sending];
    request.send(body);
  });
}

async function sendAll(zone, form, input) {
  const told = [];
  for (const file of [...input.files]) told.push(await send(zone, form, file));
  zone.querySelector("progress").hidden = true;
  zone.dataset.tone = told.every(([, ok]) => ok) ? "ok" : "danger";
  zone.querySelector('[role="status"]').textContent = told.map(([text]) => text).join(" ");
  input.value = "";
}

export function start(zone) {
  const input = zone.querySelector('input[type="file"]');
  const form = input.form;
  const over = (event) => (event.preventDefault(), zone.classList.add("dropzone--over"));
  for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, over);
  for (const name of ["dragleave", "drop"]) {
    zone.addEventListener(name, () => zone.classList.remove("dropzone--over"));
  }
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("change", () => {
    if (input.files.length && form.classList.contains("upload")) sendAll(zone, form, input);
  });
}
