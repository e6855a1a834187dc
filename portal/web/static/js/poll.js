// Long work: asks data-portal-poll for {done, total, message, next} and goes to `next` once there is one.
const PAUSE = 1500;

export function start(box) {
  const bar = box.querySelector("progress");
  const text = box.querySelector('[role="status"]');
  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.portalPoll, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const { done, total, message, next } = await answer.json();
        bar.max = total || 1;
        bar.value = done;
        if (text.textContent !== message) text.textContent = message;
        if (next) return window.location.assign(next);
      }
    } catch {
      // The network is away: the work goes on without us, ask again later.
    }
    return setTimeout(ask, document.hidden ? PAUSE * 4 : PAUSE);
  };
  ask();
}
