// A passkey is made or shown by the browser: the form holds what the server asks for, its button asks the person, and the
// answer goes with the form. Written into the pages that have such a form.
const form = document.querySelector("form[data-passkey]");
const asked = JSON.parse(form.dataset.passkeyAsked);
const sentences = [...form.querySelectorAll("[data-passkey-trouble]")];

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

function text(buffer) {
  const plain = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return plain.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function options() {
  const listed = (found) => (found ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
  const challenge = bytes(asked.challenge);
  if (form.dataset.passkey === "get") return { ...asked, challenge, allowCredentials: listed(asked.allowCredentials) };
  const user = { ...asked.user, id: bytes(asked.user.id) };
  return { ...asked, challenge, user, excludeCredentials: listed(asked.excludeCredentials) };
}

function answer(credential) {
  const { response } = credential;
  const told = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    told.attestationObject = text(response.attestationObject);
    told.transports = response.getTransports?.() ?? [];
  } else {
    told.authenticatorData = text(response.authenticatorData);
    told.signature = text(response.signature);
    if (response.userHandle) told.userHandle = text(response.userHandle);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response: told });
}

function say(name) {
  const known = sentences.some((one) => one.dataset.passkeyTrouble === name) ? name : "NotAllowedError";
  for (const one of sentences) one.hidden = one.dataset.passkeyTrouble !== known;
}

async function ask() {
  if (!window.PublicKeyCredential) return say("NotSupportedError");
  try {
    const publicKey = options();
    const call = form.dataset.passkey === "get" ? "get" : "create";
    form.elements.answer.value = answer(await navigator.credentials[call]({ publicKey }));
    form.submit();
  } catch (trouble) {
    say(trouble.name);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (form.reportValidity()) ask();
});
if ("passkeyNow" in form.dataset) ask();
