// data-portal-<hook> on an element → <hook>.js, whose start(element) runs once per element.
const HOOKS = ["answer", "answers", "autosave", "confirm", "copy", "dirty", "filter", "focus", "later", "menu", "now", "poll", "reveal", "rows", "theme", "toggle", "upload"];
const started = new WeakMap();

export async function enhance(root) {
  for (const hook of HOOKS) {
    const elements = root.querySelectorAll(`[data-portal-${hook}]`);
    if (!elements.length) continue;
    const module = await import(`./${hook}.js`);
    for (const element of elements) {
      const done = started.get(element) ?? new Set();
      if (done.has(hook)) continue;
      started.set(element, done.add(hook));
      module.start(element);
    }
  }
}

// HTML rendered by our own server takes the place of what an element held (a conflict), or of the element (a list of files).
export function fill(element, html) {
  element.innerHTML = html;
  enhance(element);
}

export function replace(element, html) {
  const parent = element.parentElement;
  element.outerHTML = html;
  enhance(parent);
}
