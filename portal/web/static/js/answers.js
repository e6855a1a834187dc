// A section being answered: shows what an answer makes visible and what is left, lets the last answers go before the form
// is sent, and renews the form's token once the person has signed in again in another window.
import { follow } from "./following.js";

function measure(progress) {
  const meter = document.querySelector(".meter");
  if (!meter || !progress) return;
  Object.assign(meter.querySelector("progress"), { max: progress.expected || 1, value: progress.answered });
  meter.querySelector(".meter__text").textContent = progress.text;
}

async function renew(form) {
  const page = new DOMParser().parseFromString(await (await fetch(window.location.pathname)).text(), "text/html");
  const token = page.querySelector("[data-portal-answers] [name=csrf_token]")?.value;
  if (token) for (const input of document.querySelectorAll("[name=csrf_token]")) input.value = token;
  return Boolean(token);
}

export function start(form) {
  let ready = false;
  const saved = async () => {
    const waiting = [];
    for (const question of form.querySelectorAll("[data-portal-answer]")) {
      question.dispatchEvent(new CustomEvent("portal:save", { detail: waiting }));
    }
    await Promise.all(waiting);
    return !form.querySelector("[data-unsaved]:not([data-clash])");
  };
  form.addEventListener("portal:kept", ({ detail: { visible, remaining, progress } }) => {
    follow(visible, remaining);
    measure(progress);
  });
  form.addEventListener("portal:over", ({ detail: question }) => {
    const state = question.querySelector("[data-portal-save-state]");
    const link = { href: form.dataset.signIn, target: "_blank", textContent: form.dataset.signInLabel };
    state.replaceChildren(form.dataset.over, " ", Object.assign(document.createElement("a"), link));
    state.dataset.tone = "danger";
    const again = async () => (await renew(form)) && saved();
    window.addEventListener("focus", again, { once: true });
  });
  form.addEventListener("submit", async (event) => {
    if (ready || event.defaultPrevented) return;
    event.preventDefault();
    const { submitter } = event;
    if (!(await saved())) return;
    // With nothing to wait for we are still inside this very event, during which a browser ignores requestSubmit.
    await new Promise((resolve) => setTimeout(resolve));
    ready = true;
    form.requestSubmit(submitter);
    ready = false;
  });
}
