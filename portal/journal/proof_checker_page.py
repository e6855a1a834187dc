"""The page that checks proofs without this portal: one file, with the organisation's public keys in it."""

import base64
import hashlib
from functools import cache
from pathlib import Path

from flask import current_app
from markupsafe import Markup

from portal.authz.policy import ROLE_NAMES
from portal.core.seal import SealKey, public_key
from portal.journal import wording
from portal.journal.rules import LARGEST_PROOF, PROOF_FORMAT, PROOF_SENTENCES
from portal.web.text import _, current_language, said

DATA = Path(__file__).parent / "data"


def proof_checker(key: SealKey, organisation: str) -> str:
    """The whole page, in the reader's language; it may load nothing and call nobody."""
    style, script = _text("proof_checker.css"), _text("proof_checker.js")
    policy = f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; base-uri 'none'"
    # Without what pages are given: a command has no visitor.
    return current_app.jinja_env.get_template("journal/proof_checker.html").render(
        organisation=organisation, fingerprints=key.fingerprints,
        language=current_language().value, policy=policy, style=Markup(style), script=Markup(script),  # noqa: S704
        told=_told(key),
    )  # fmt: skip


def _told(key: SealKey) -> dict[str, object]:
    pairs = zip(key.fingerprints, key.certificates, strict=True)
    return {
        "format": PROOF_FORMAT,
        "largest": LARGEST_PROOF,
        "language": current_language().value,
        "keys": {fingerprint: public_key(certificate).hex() for fingerprint, certificate in pairs},
        "actions": {code: said(name) for code, name in wording.ACTIONS.items()},
        "refusals": {fault.value: said(sentence) for fault, sentence in PROOF_SENTENCES.items()},
        "sound": str(_("Cette écriture est bien dans le journal de {organisation}, signé le {at}.")),
        "fields": {code: said(name) for code, name in wording.shared_names(current_language()).items()},
        "own": {
            action: {name: said(called) for name, called in names.items()}
            for action, names in wording.own_names(current_language()).items()
        },
        "roles": {role.value: said(name) for role, name in ROLE_NAMES.items()},
        "lines": [
            ["number", str(_("Écriture n°"))],
            ["at", str(_("Date"))],
            ["actor_name", str(_("Auteur"))],
            ["actor_role", str(_("Rôle"))],
            ["action", str(_("Action"))],
            ["object_label", str(_("Objet"))],
            ["before", str(_("Avant"))],
            ["after", str(_("Après"))],
        ],
    }


@cache
def _text(name: str) -> str:
    return (DATA / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
