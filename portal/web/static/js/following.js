// What an answer changes elsewhere in the page: the numbers of questions, empty for those that it hides ({key: "2.3" | ""}),
// and what is left to do.
export function follow(visible, remaining, progress) {
  for (const [key, number] of Object.entries(visible ?? {})) {
    const question = document.getElementById(`q-${key}`);
    if (!question) continue;
    question.hidden = !number;
    question.querySelector(".question__number").textContent = number;
  }
  for (const place of document.querySelectorAll("[data-portal-remaining]")) {
    if (remaining) place.textContent = remaining;
  }
  const meter = document.querySelector(".meter");
  if (!meter || !progress) return;
  Object.assign(meter.querySelector("progress"), { max: progress.expected || 1, value: progress.answered });
  meter.querySelector(".meter__text").textContent = progress.text;
}
