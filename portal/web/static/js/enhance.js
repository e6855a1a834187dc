// data-portal-<hook> on an element → the module of that name, whose start(element) runs once per element.
const starts = new Map();
const started = new WeakMap();

export function offer(modules) {
  for (const [hook, { start }] of Object.entries(modules)) starts.set(hook, start);
}

export function enhance(root) {
  for (const [hook, start] of starts) {
    for (const element of root.querySelectorAll(`[data-portal-${hook}]`)) {
      const done = started.get(element) ?? new Set();
      if (done.has(hook)) continue;
      started.set(element, done.add(hook));
      start(element);
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
