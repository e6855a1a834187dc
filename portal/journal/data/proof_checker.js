/* Checks a proof without any network: what `rules/inclusion_proof.py` and `rules/tree.py` do, in a browser. */
const told = JSON.parse(document.getElementById("told").textContent);
const utf8 = new TextEncoder();

const unhex = (text, bytes) => {
  if (typeof text !== "string" || text.length !== 2 * bytes || /[^0-9a-f]/.test(text)) throw new Error("unreadable");
  return Uint8Array.from({ length: bytes }, (_, at) => parseInt(text.slice(2 * at, 2 * at + 2), 16));
};
const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
const escape = (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`;

const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value).replace(/[\u007f-\uffff]/g, escape);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${canonical(name)}:${canonical(value[name])}`).join(",")}}`;
};

const sha256 = async (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  parts.reduce((at, one) => (whole.set(one, at), at + one.length), 0);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
};
const leafOf = (nonce, content) => sha256([0], nonce, utf8.encode(content));
const parentOf = (left, right) => sha256([1], left, right);

const stepsUp = (index, size) => {
  const steps = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    let half = 1;
    while (half * 2 < end - start) half *= 2;
    const isLeft = index < start + half;
    steps.unshift(isLeft);
    if (isLeft) end = start + half;
    else start += half;
  }
  return steps;
};

const counts = (value) => Number.isSafeInteger(value) && value > 0;
const same = (found, names) => canonical(Object.keys(found).sort()) === canonical(names);

const read = (text) => {
  const found = JSON.parse(text);
  if (canonical(found) !== text || found.format !== told.format) throw new Error("unreadable");
  if (!same(found, ["content", "format", "head", "nonce", "number", "path"])) throw new Error("unreadable");
  if (!same(found.head, ["at", "certificate", "count", "organisation", "root", "signature"])) throw new Error("unreadable");
  if (!counts(found.number) || !counts(found.head.count) || !Array.isArray(found.path)) throw new Error("unreadable");
  if (typeof found.content !== "string" || found.path.length > 64) throw new Error("unreadable");
  return found;
};

const check = async (text) => {
  const proof = read(text);
  const { signature, ...said } = proof.head;
  const entry = JSON.parse(proof.content);
  if (entry?.number !== proof.number || proof.number > said.count) throw new Error("number");
  const steps = stepsUp(proof.number - 1, said.count);
  if (steps.length !== proof.path.length) throw new Error("root");
  let digest = await leafOf(unhex(proof.nonce, 32), proof.content);
  for (const [at, isLeft] of steps.entries()) {
    const beside = unhex(proof.path[at], 32);
    digest = await (isLeft ? parentOf(digest, beside) : parentOf(beside, digest));
  }
  if (hex(digest) !== said.root) throw new Error("root");
  const held = told.keys[said.certificate];
  if (!Object.hasOwn(told.keys, said.certificate)) throw new Error("key");
  const kind = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("spki", unhex(held, held.length / 2), kind, false, ["verify"]);
  const statement = utf8.encode(canonical({ format: told.format, ...said }));
  if (!(await crypto.subtle.verify(kind, key, unhex(signature, 64), statement))) throw new Error("signature");
  return { entry, head: said };
};

const inWords = (value, fields) => {
  if (value === null || typeof value !== "object") return String(value ?? "");
  if (Array.isArray(value)) return value.map((one) => inWords(one, fields)).join(", ");
  if (Object.keys(value).sort().join() === "en,fr") return String(value[told.language]);
  return Object.entries(value).map(([name, one]) => `${fields[name] ?? name} : ${inWords(one, fields)}`).join("\n");
};
const instant = (text) => new Date(text).toLocaleString(told.language, { dateStyle: "long", timeStyle: "long" });
const line = (name, value) => {
  const [term, text] = [document.createElement("dt"), document.createElement("dd")];
  term.textContent = name;
  text.textContent = value;
  return [term, text];
};

const show = async (file) => {
  const [verdict, facts] = [document.getElementById("verdict"), document.getElementById("facts")];
  facts.replaceChildren();
  try {
    const text = file.size > told.largest ? "" : new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer());
    const { entry, head } = await check(text);
    verdict.className = "ok";
    verdict.textContent = told.sound.replace("{organisation}", head.organisation).replace("{at}", instant(head.at));
    const named = { ...entry, action: told.actions[entry.action] ?? entry.action, at: instant(entry.at) };
    named.actor_role = told.roles[entry.actor_role] ?? entry.actor_role;
    const fields = { ...told.fields, ...told.own[entry.action] };
    const lines = told.lines.map(([name, label]) => [label, inWords(named[name], fields)]);
    for (const [label, words] of lines) if (words) facts.append(...line(label, words));
  } catch (failure) {
    verdict.className = "refused";
    verdict.textContent = told.refusals[failure.message] ?? told.refusals.unreadable;
  }
};

window.checkProof = check;
const chosen = document.getElementById("file");
chosen.addEventListener("click", () => (chosen.value = "")); // the same file may be chosen again
chosen.addEventListener("change", () => chosen.files[0] && show(chosen.files[0]));
