// Light, dark, or as the system says; kept on this machine only.
const root = document.documentElement;

function show(fieldset, value) {
  for (const button of fieldset.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.value === value));
  }
}

export function start(fieldset) {
  show(fieldset, root.dataset.bsTheme ?? "auto");
  fieldset.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.value === "auto") delete root.dataset.bsTheme;
    else root.dataset.bsTheme = button.value;
    try {
      localStorage.setItem("vigie-theme", button.value);
    } catch {
      // Storage refused: the choice lasts as long as the page.
    }
    show(fieldset, button.value);
  });
}
