// A section being answered: shows what an answer makes visible and what is left, lets the last answers go before the form
// is sent, and renews the form's token once the person has signed in again in another window.
import { follow } from "./following.js";

async function renew(form) {
  const page = new DOMParser().parseFromString(await (await fetch(form.action)).text(), "text/html");
  const token = page.querySelector("[data-portal-answers] [name=csrf_token]")?.value;
  if (token) for (const input of document.querySelectorAll("[name=csrf_token]")) input.value = token;
  return token;
}

export function start(form) {
  let [ready, pressed, ended] = [false, null, false];
  const over = form.querySelector("[data-over]").content.firstElementChild;
  const link = over.querySelector("a");
  const signIn = link.getAttribute("href");
  const saved = async () => {
    const waiting = [];
    for (const question of form.querySelectorAll("[data-portal-answer]")) {
      question.dispatchEvent(new CustomEvent("portal:save", { detail: waiting }));
    }
    await Promise.all(waiting);
    return !form.querySelector("[data-unsaved]:not([data-clash])");
  };
  const tell = (element) => {
    const question = element.closest("[data-portal-question]");
    const place = question?.querySelector("[data-portal-conflict]") ?? form.querySelector(".section-steps");
    link.href = signIn + (question ? encodeURIComponent(`#${question.id}`) : "");
    if (place.previousElementSibling !== over) place.before(over);
    over.scrollIntoView({ block: "nearest" });
  };
  // Whoever is signed in is led away from the page of sign-in; with no answer, the form itself will tell.
  const isOver = () => fetch(signIn, { method: "HEAD", redirect: "manual" }).then((answer) => answer.ok, () => false);
  form.addEventListener("portal:kept", ({ detail: { visible, remaining, progress } }) => {
    ended = false;
    over.remove();
    follow(visible, remaining, progress);
  });
  form.addEventListener("portal:over", ({ detail: question }) => ((ended = true), pressed || tell(question)));
  window.addEventListener("focus", async () => ended && (await renew(form)) && saved());
  form.addEventListener("submit", async (event) => {
    if (ready || event.defaultPrevented) return;
    event.preventDefault();
    const { submitter } = event;
    // The button that the Enter key presses is nowhere to be seen: what is typed in is.
    pressed = submitter.tabIndex < 0 ? document.activeElement : submitter;
    const isSaved = await saved();
    if (isSaved) ended = await isOver();
    if (ended) tell(pressed);
    pressed = null;
    if (ended || !isSaved) return;
    // With nothing to wait for we are still inside this very event, during which a browser ignores requestSubmit.
    await new Promise((resolve) => setTimeout(resolve));
    ready = true;
    form.requestSubmit(submitter);
    ready = false;
  });
}
