// data-portal-reveal="name=value|value" shows an element while a control of its form holds one of the values.
// Hidden controls are disabled, so that what is not asked is not sent. Without scripts everything shows.
export function start(element) {
  const [name, list] = element.dataset.portalReveal.split("=");
  const wanted = new Set(list.split("|"));
  const form = element.closest("form");
  const apply = () => {
    const shown = new FormData(form).getAll(name).some((value) => wanted.has(value));
    element.hidden = !shown;
    for (const control of element.querySelectorAll("input, select, textarea")) control.disabled = !shown;
  };
  form.addEventListener("change", apply);
  apply();
}
