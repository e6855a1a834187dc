// What is typed into a question and not saved yet, kept by this tab: found again after a reload or a new sign-in.
// The form says whose it is (data-drafts: person and audit), so that nobody else is shown it. The version it was typed
// over comes back with it: when someone has answered since, both texts are shown as for any conflict.
export function keepDraft(question, form, fields) {
  const place = `${form.dataset.drafts}:${question.id}`;
  const forget = () => sessionStorage.removeItem(place);
  const text = (found) => JSON.stringify(found.slice(1)); // the version comes first
  const restore = () => {
    const found = JSON.parse(sessionStorage.getItem(place));
    if (!found || text(found) === text(fields())) return forget();
    const rows = question.querySelector("[data-portal-rows] template");
    for (const row of question.querySelectorAll("[data-row]")) row.remove();
    for (const [name] of found) {
      const [, row, cell] = name.split(":");
      if (cell && !form.elements[name]) {
        rows.insertAdjacentHTML("beforebegin", rows.innerHTML.replaceAll("__row__", row));
      }
    }
    for (const field of question.querySelectorAll("[name]")) {
      const given = found.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.matches("[type=radio], [type=checkbox]")) field.checked = given.includes(field.value);
      else if (given.length) field.value = given[0];
    }
    question.querySelector("[data-error]").after(form.querySelector("[data-found]").content.cloneNode(true));
    (rows ?? question).dispatchEvent(new Event("input", { bubbles: true }));
  };
  question.addEventListener("input", () => sessionStorage.setItem(place, JSON.stringify(fields())));
  question.addEventListener("portal:kept", () => "unsaved" in question.dataset || forget());
  queueMicrotask(restore); // once the script of a table hears that its rows have changed
}
