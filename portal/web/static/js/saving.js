// Saves a place by itself: after a pause, one request at a time, again after a failure, and at once when the page is left.
// What is typed meanwhile waits its turn. Hooks: request(options) sends it; answered(answer, found) shows what came back;
// isHeld() tells when a choice is awaited first. The server answers {message, …}, or {error} from its error pages.
const TYPING = 900;
const LEFT = 300; // saving at once would move the page and lose the press that left the field
const RETRY = 8000;
const SET = "[type=radio], [type=checkbox], select";

export function keepSaving(place, { request, answered, isHeld = () => false }) {
  const state = place.querySelector("[data-portal-save-state]");
  let [timer, saving] = [0, null];
  const say = (text, tone) => Object.assign(state, { textContent: text }).dataset.tone = tone;
  const isUnsaved = () => "unsaved" in place.dataset;
  const later = (delay) => {
    clearTimeout(timer);
    place.dataset.unsaved = "";
    timer = setTimeout(save, delay);
  };
  async function send(leaving) {
    delete place.dataset.unsaved;
    say(state.dataset.saving, "busy");
    try {
      const answer = await request({ method: "POST", keepalive: leaving, headers: { Accept: "application/json" } });
      const found = await answer.json();
      say(found.message ?? found.error, answer.ok ? "ok" : "danger");
      answered(answer, found, say);
    } catch {
      say(state.dataset.failed, "danger");
      later(RETRY);
    }
  }
  const save = async (leaving = false) => {
    clearTimeout(timer);
    while (saving) await saving;
    if (isHeld()) return;
    await (saving = send(leaving === true));
    saving = null;
  };
  place.addEventListener("input", ({ target }) => target.type !== "file" && later(target.matches(SET) ? 0 : TYPING));
  place.addEventListener("focusout", () => isUnsaved() && later(LEFT));
  window.addEventListener("pagehide", () => isUnsaved() && save(true));
  return { save, saved: () => (isUnsaved() ? save() : saving) };
}
