// Rows of a table question: added from a template, taken away, numbered again; then saved as any other change.
// Without scripts the same two buttons send the form.
export function start(table) {
  const [add, template] = [table.querySelector("[data-add]"), table.querySelector("template")];
  const rows = () => [...table.querySelectorAll("[data-row]")];
  const count = () => {
    rows().forEach((row, place) => (row.querySelector("[data-place]").textContent = place + 1));
    add.hidden = rows().length >= Number(table.dataset.most);
  };
  add.addEventListener("click", (event) => {
    event.preventDefault();
    const next = Math.max(-1, ...rows().map((row) => Number(row.dataset.row))) + 1;
    template.insertAdjacentHTML("beforebegin", template.innerHTML.replaceAll("__row__", next));
    count();
    rows().at(-1).querySelector("input, select").focus();
  });
  table.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take-away]");
    if (!button) return;
    event.preventDefault();
    button.closest("[data-row]").remove();
    table.dispatchEvent(new Event("input", { bubbles: true }));
    add.focus();
  });
  table.addEventListener("input", count);
  count();
}
