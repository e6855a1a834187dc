// Copies data-portal-copy and says so in place of the label.
export function start(button) {
  const label = button.querySelector("span") ?? button;
  const first = label.textContent;
  label.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.portalCopy);
    label.textContent = button.dataset.copied;
    setTimeout(() => (label.textContent = first), 2000);
  });
}
