// Saves a form by itself. The server answers {message, version, visible, remaining, html}, or {error} from its error pages:
//   200 saved · 409 someone else saved first (html: both texts, see macros/sheet.html) · 422 refused, message says why.
//   visible: {question key: true | false}, as the server's rules decide; remaining: « Il reste 3 questions ».
import { fill } from "./enhance.js";

const TYPING = 900;
const LEFT = 300; // a field is left by pressing a button: the page must not move under the pointer meanwhile
const RETRY = 8000;

function follow(visible, remaining) {
  for (const [key, shown] of Object.entries(visible ?? {})) {
    const question = document.querySelector(`[data-portal-question="${CSS.escape(key)}"]`);
    if (question) question.hidden = !shown;
  }
  for (const place of document.querySelectorAll("[data-portal-remaining]")) {
    if (remaining) place.textContent = remaining;
  }
}

export function start(form) {
  const state = form.querySelector("[data-portal-save-state]");
  const conflict = form.parentElement.querySelector("[data-portal-conflict]");
  let [timer, sending, again, unsaved] = [0, false, false, false];
  const say = (text, tone) => {
    state.textContent = text;
    state.dataset.tone = tone;
  };
  const later = (delay) => {
    clearTimeout(timer);
    unsaved = true;
    timer = setTimeout(() => save(), delay);
  };
  async function save(leaving = false) {
    clearTimeout(timer);
    if (sending) return void (again = true);
    [sending, again] = [true, false];
    say(state.dataset.saving, "busy");
    try {
      const options = { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } };
      const answer = await fetch(form.action, { ...options, keepalive: leaving });
      const { message, error, version, visible, remaining, html } = await answer.json();
      unsaved = false;
      say(message ?? error, answer.ok ? "ok" : "danger");
      if (answer.ok && version !== undefined) form.elements.version.value = version;
      if (answer.status === 409 && html && conflict) fill(conflict, html);
      if (answer.ok) follow(visible, remaining);
    } catch {
      say(state.dataset.failed, "danger");
      later(RETRY);
    }
    sending = false;
    if (again) save();
  }
  form.addEventListener("input", (event) => later(event.target.matches("[type=radio], [type=checkbox], select") ? 0 : TYPING));
  form.addEventListener("focusout", () => unsaved && later(LEFT));
  form.addEventListener("submit", (event) => (event.preventDefault(), save()));
  window.addEventListener("pagehide", () => unsaved && save(true));
}
