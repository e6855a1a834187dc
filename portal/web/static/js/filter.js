// The counts of a list choose what it shows: each link names a status (data-filter); chosen again, all comes back.
// An address that leads to a hidden line shows everything first, so that a click on a passage always arrives.
export function start(list) {
  const links = [...list.querySelectorAll("[data-filter]")];
  const root = list.parentElement;
  const show = (status) => {
    for (const line of root.querySelectorAll("[data-status]")) {
      line.hidden = Boolean(status) && line.dataset.status !== status;
    }
    for (const group of root.querySelectorAll("[data-group]")) {
      group.hidden = !group.querySelector("[data-status]:not([hidden])");
    }
    for (const link of links) link.setAttribute("aria-pressed", String(link.dataset.filter === status));
  };
  const arrive = () => {
    const target = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    if (!target?.closest("[hidden]")) return;
    show("");
    target.scrollIntoView();
  };
  for (const link of links) {
    link.setAttribute("role", "button");
    link.setAttribute("aria-pressed", "false");
    link.addEventListener("click", (event) => {
      event.preventDefault();
      show(link.getAttribute("aria-pressed") === "true" ? "" : link.dataset.filter);
    });
    link.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      link.click();
    });
  }
  window.addEventListener("hashchange", arrive);
}
