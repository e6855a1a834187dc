// The search of every page: « / » or Ctrl-K goes to it, a list opens while one types, arrows and Enter choose in it.
import { fill } from "./enhance.js";

const PAUSE = 150;

export function start(box) {
  const field = box.querySelector("input");
  const list = box.querySelector('[role="listbox"]');
  let chosen = null;
  let asked = 0, timer;

  const choose = (option) => {
    chosen?.setAttribute("aria-selected", "false");
    chosen = option ?? null;
    chosen?.setAttribute("aria-selected", "true");
    chosen?.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", chosen?.id ?? "");
  };
  const show = (html) => {
    choose(null);
    fill(list, html);
    list.hidden = !html;
    field.setAttribute("aria-expanded", String(!list.hidden));
  };
  const suggest = async () => {
    const mine = ++asked;
    const answer = await fetch(`${field.form.action}/suggestions?${new URLSearchParams(new FormData(field.form))}`, {
      headers: { "X-Requested-With": "fetch" },
    }).catch(() => null);
    if (mine === asked && document.activeElement === field) show(answer?.ok ? (await answer.json()).html : "");
  };

  const says = { role: "combobox", "aria-controls": list.id, "aria-autocomplete": "list" };
  for (const [name, value] of Object.entries(says)) field.setAttribute(name, value);
  show("");
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    const options = [...list.querySelectorAll('[role="option"]')];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length) {
      const at = options.indexOf(chosen) + step;
      choose(options[at < -1 ? options.length - 1 : at]);
    } else if (event.key === "Enter" && chosen) chosen.click();
    else if (event.key === "Escape" && !list.hidden) show("");
    else return;
    event.preventDefault();
  });
  box.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) show("");
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    const called = event.key === "/" ? !typing && !event.ctrlKey : event.key === "k" && (event.ctrlKey || event.metaKey);
    if (called && field.checkVisibility()) event.preventDefault() ?? field.select();
  });
}
