// Runs before first paint: the theme this person chose on this machine, and the sign that scripts run.
try {
  const chosen = localStorage.getItem("vigie-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.bsTheme = chosen;
} catch {
  // Storage refused: the system's theme stands.
}
document.documentElement.dataset.portalJs = "";
