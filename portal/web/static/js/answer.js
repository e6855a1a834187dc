// Saves one question by itself. The server answers {message, base, visible, owed, comment, remaining, progress}, or
// {error}: 409 someone else was faster (html: both texts) · 422 refused · 400 and 401 the session or its form is over:
// asked again once signed in elsewhere.
import { keepDraft } from "./drafts.js";
import { fill } from "./enhance.js";
import { keepSaving } from "./saving.js";

export function start(question) {
  const [key, form] = [question.dataset.portalQuestion, question.closest("form")];
  const fields = () => [...new FormData(form)].filter(([name]) => name === key || name.startsWith(`${key}:`));
  const error = question.querySelector("[data-error]");
  const request = (options) => {
    const body = new URLSearchParams([...fields(), ["csrf_token", form.elements.csrf_token.value]]);
    return fetch(question.dataset.portalAnswer, { ...options, body });
  };
  const kept = ({ base, owed, comment }) => {
    form.elements[`${key}:base`].value = base;
    error.textContent = "";
    const lines = owed.map((line) => Object.assign(document.createElement("li"), { textContent: line }));
    question.querySelector("[data-owed]").replaceChildren(...lines);
    if (comment) question.querySelector(".question__comment").open = true;
  };
  const answered = (answer, found, say) => {
    if ([400, 401, 409, 422].includes(answer.status)) say("", "danger");
    if (answer.ok) question.dispatchEvent(new CustomEvent("portal:kept", { bubbles: true, detail: found }));
    if (answer.status === 422) error.textContent = found.error;
    if (answer.status === 409) fill(question.querySelector("[data-portal-conflict]"), found.html);
    question.toggleAttribute("data-clash", answer.status === 409);
    if (![400, 401].includes(answer.status)) return;
    question.dataset.unsaved = "";
    form.dispatchEvent(new CustomEvent("portal:over", { detail: question }));
  };
  const { saved } = keepSaving(question, { request, answered, isHeld: () => "clash" in question.dataset });
  question.addEventListener("portal:kept", (event) => kept(event.detail));
  question.addEventListener("portal:save", (event) => event.detail.push(saved()));
  keepDraft(question, form, fields);
}
