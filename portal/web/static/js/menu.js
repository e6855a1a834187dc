// A <details> used as a menu: closes on Escape (focus goes back to its summary) and when attention goes elsewhere.
export function start(details) {
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    details.open = false;
    details.querySelector("summary").focus();
  });
  const leave = (event) => {
    if (!details.contains(event.target)) details.open = false;
  };
  document.addEventListener("pointerdown", leave);
  document.addEventListener("focusin", leave);
}
