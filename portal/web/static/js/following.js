// What an answer changes elsewhere in the page: questions that it shows or hides ({key: true | false}), what is left to do.
export function follow(visible, remaining) {
  for (const [key, shown] of Object.entries(visible ?? {})) {
    const question = document.querySelector(`[data-portal-question="${CSS.escape(key)}"]`);
    if (question) question.hidden = !shown;
  }
  for (const place of document.querySelectorAll("[data-portal-remaining]")) {
    if (remaining) place.textContent = remaining;
  }
}
