// Saves one question by itself. The server answers {message, base, visible, owed, comment, remaining, progress}, or
// {error}: 409 someone else was faster (html: both texts) · 422 refused · 400 and 401 the session or its form is over:
// asked again once signed in elsewhere. LEFT: saving at once moves the page and loses the press that left the field.
import { fill } from "./enhance.js";

const [TYPING, LEFT, RETRY] = [900, 300, 8000];
const SET = "[type=radio], [type=checkbox], select";

export function start(question) {
  const [key, form] = [question.dataset.portalQuestion, question.closest("form")];
  const state = question.querySelector("[data-portal-save-state]");
  let [timer, saving] = [0, null];
  const say = (text, tone) => Object.assign(state, { textContent: text }).dataset.tone = tone;
  const later = (delay) => {
    clearTimeout(timer);
    question.dataset.unsaved = "";
    timer = setTimeout(save, delay);
  };
  const own = ([name]) => name === key || name.startsWith(`${key}:`) || name === "csrf_token";
  const kept = ({ base, owed, comment }) => {
    form.elements[`${key}:base`].value = base;
    question.querySelector("[data-error]").textContent = "";
    const lines = owed.map((line) => Object.assign(document.createElement("li"), { textContent: line }));
    question.querySelector("[data-owed]").replaceChildren(...lines);
    if (comment) question.querySelector(".question__comment").open = true;
  };
  async function send(leaving) {
    delete question.dataset.unsaved;
    say(state.dataset.saving, "busy");
    try {
      const body = new URLSearchParams([...new FormData(form)].filter(own));
      const options = { method: "POST", body, keepalive: leaving, headers: { Accept: "application/json" } };
      const answer = await fetch(question.dataset.portalAnswer, options);
      const found = await answer.json();
      say([409, 422].includes(answer.status) ? "" : found.message ?? found.error, answer.ok ? "ok" : "danger");
      if (answer.ok) question.dispatchEvent(new CustomEvent("portal:kept", { bubbles: true, detail: found }));
      if (answer.status === 422) question.querySelector("[data-error]").textContent = found.error;
      if (answer.status === 409) fill(question.querySelector("[data-portal-conflict]"), found.html);
      question.toggleAttribute("data-clash", answer.status === 409);
      if ([400, 401].includes(answer.status)) throw new Error("session");
    } catch (failure) {
      question.dataset.unsaved = "";
      if (failure.message === "session") form.dispatchEvent(new CustomEvent("portal:over", { detail: question }));
      else [say(state.dataset.failed, "danger"), later(RETRY)];
    }
  }
  // One at a time: what is typed meanwhile waits its turn, with the version that the first one brings back.
  const save = async (leaving = false) => {
    clearTimeout(timer);
    while (saving) await saving;
    if ("clash" in question.dataset) return;
    await (saving = send(leaving === true));
    saving = null;
  };
  question.addEventListener("portal:kept", (event) => kept(event.detail));
  question.addEventListener("portal:save", (event) => event.detail.push("unsaved" in question.dataset ? save() : saving));
  question.addEventListener("input", ({ target }) => target.type !== "file" && later(target.matches(SET) ? 0 : TYPING));
  question.addEventListener("focusout", () => "unsaved" in question.dataset && later(LEFT));
  window.addEventListener("pagehide", () => "unsaved" in question.dataset && save(true));
}
