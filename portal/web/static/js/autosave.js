// Saves a form by itself. The server answers {message, version, visible, remaining, html}, or {error} from its error pages:
//   200 saved · 409 someone else saved first (html: both texts, see macros/sheet.html) · 422 refused, message says why.
//   visible: {question key: its number, empty when hidden}, as the server decides; remaining: « Il reste 3 questions ».
import { fill } from "./enhance.js";
import { follow } from "./following.js";
import { keepSaving } from "./saving.js";

export function start(form) {
  const conflict = form.parentElement.querySelector("[data-portal-conflict]");
  const request = (options) => fetch(form.action, { ...options, body: new FormData(form) });
  const answered = (answer, { version, visible, remaining, html }) => {
    if (answer.ok && version !== undefined) form.elements.version.value = version;
    if (answer.status === 409 && html && conflict) fill(conflict, html);
    if (answer.ok) follow(visible, remaining);
  };
  const { save } = keepSaving(form, { request, answered });
  form.addEventListener("submit", (event) => (event.preventDefault(), save()));
}
