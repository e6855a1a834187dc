// A one-time link carries its code after the #, which browsers send to nobody. This page takes it out of the address
// bar and posts it; on the page that follows, the language button brings the code along.
function open(paste) {
  if (location.hash.length < 40) return; // a place of the page
  // Another link pasted over a later page: the bare « ? » makes the browser load the first one again.
  if (!paste) return void location.assign(`${location.pathname}?${location.hash}`);
  const form = paste.querySelector("form");
  form.elements.token.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  paste.hidden = true;
  document.querySelector("[data-invitation-opening]").hidden = false;
  form.submit();
}

export function start(page) {
  const paste = page.querySelector("[data-invitation-paste]");
  const held = page.querySelector('form.form input[type="hidden"][name="token"]');
  open(paste);
  window.addEventListener("hashchange", () => open(paste));
  if (!held) return;
  for (const next of page.querySelectorAll('form.language input[name="next"]')) {
    next.value = `${location.pathname}#${held.value}`;
  }
}
