// Keeps a long form as it is typed, without saving it: its page gives it back. Sent, nothing more is kept of it.
// What the server makes of it meanwhile ({html}) shows in data-portal-shown.
import { fill } from "./enhance.js";
import { keepSaving } from "./saving.js";

export function start(place) {
  const form = place.querySelector("form");
  let sent = false;
  const request = (options) => fetch(place.dataset.portalDraft, { ...options, body: new FormData(form) });
  const answered = (answer, { html }) => html && fill(place.querySelector("[data-portal-shown]"), html);
  keepSaving(form, { request, answered, isHeld: () => sent });
  form.addEventListener("submit", () => (sent = true));
}
