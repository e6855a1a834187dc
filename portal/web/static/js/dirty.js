// Warns before a page with unsaved changes is left; sending the form, or undoing every change, lifts the warning.
const picture = (form) =>
  JSON.stringify([...new FormData(form)].map(([name, value]) => [name, value.name ?? value]));

export function start(form) {
  const first = picture(form);
  let sent = false;
  form.addEventListener("submit", () => (sent = true));
  window.addEventListener("pageshow", () => (sent = false));
  window.addEventListener("beforeunload", (event) => {
    if (!sent && form.isConnected && picture(form) !== first) event.preventDefault();
  });
}
