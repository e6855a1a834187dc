// A one-time link carries its code after the #, which browsers send to nobody. This page takes it out of the address
// bar and posts it; on the page that follows, the language button brings the code along.
const PASTE = document.querySelector("[data-invitation-paste]");
const held = document.querySelector('form.form input[type="hidden"][name="token"]');

if (PASTE && location.hash.length > 1) {
  const form = PASTE.querySelector("form");
  form.elements.token.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname + location.search);
  PASTE.hidden = true;
  document.querySelector("[data-invitation-opening]").hidden = false;
  form.submit();
}

if (held) {
  for (const next of document.querySelectorAll('form.language input[name="next"]')) {
    next.value = `${location.pathname}#${held.value}`;
  }
}
