// « Maintenant »: puts the present in a field. It is the server's, not this device's: what it was when the page came
// (data-now, civil time), and the time gone by since. data-portal-now names the field.
export function start(button) {
  const came = performance.now();
  const then = Date.parse(`${button.dataset.now}Z`);
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.portalNow);
    field.value = new Date(then + performance.now() - came).toISOString().slice(0, 16);
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
