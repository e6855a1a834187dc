// What an answer changes elsewhere in the page: questions that it shows or hides ({key: true | false}), what is left to do.
export function follow(visible, remaining, progress) {
  for (const [key, shown] of Object.entries(visible ?? {})) {
    const question = document.querySelector(`[data-portal-question="${CSS.escape(key)}"]`);
    if (question) question.hidden = !shown;
  }
  for (const place of document.querySelectorAll("[data-portal-remaining]")) {
    if (remaining) place.textContent = remaining;
  }
  const meter = document.querySelector(".meter");
  if (!meter || !progress) return;
  Object.assign(meter.querySelector("progress"), { max: progress.expected || 1, value: progress.answered });
  meter.querySelector(".meter__text").textContent = progress.text;
}
