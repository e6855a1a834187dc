// An act that cannot be undone asks once; without scripts the server's own confirmation page does.
export function start(form) {
  form.addEventListener("submit", (event) => {
    if (!window.confirm(form.dataset.portalConfirm)) event.preventDefault();
  });
}
