// What the reader must hear first (an error summary, a conflict) takes the focus when it arrives.
export function start(element) {
  element.focus({ preventScroll: false });
}
