"""The proof that one entry is in the journal, which says nothing of any other: the entry, the way up to the root of
the tree, and that root signed by the organisation.

As a file it is JSON written in one way only, so that not one byte of it can change and still be a proof.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from portal.core.canonical_json import canonical_json
from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence
from portal.journal.rules.tree import leaf_hash, path_to_root

PROOF_FORMAT = "vigie-journal-proof-1"
LARGEST_PROOF = 2_000_000
"""Characters of a file that is read as a proof."""
LONGEST_PATH = 64
NONCE_BYTES = DIGEST_BYTES = 32
SIGNATURE_BYTES = 64


class ProofFault(StrEnum):
    """Why something is no proof."""

    UNREADABLE = "unreadable"
    NUMBER = "number"
    ROOT = "root"
    KEY = "key"
    SIGNATURE = "signature"


PROOF_SENTENCES = {
    ProofFault.UNREADABLE: N_("Ce fichier n'est pas une preuve de ce portail, ou il a été modifié."),
    ProofFault.NUMBER: N_("Cette preuve ne parle pas de l'écriture qu'elle contient."),
    ProofFault.ROOT: N_("L'écriture de ce fichier n'est pas dans le journal qui a été signé : l'un des deux a changé."),
    ProofFault.KEY: N_("La clé qui a signé cette preuve n'est pas une de celles de l'organisation."),
    ProofFault.SIGNATURE: N_("La signature ne vaut pas pour cette preuve : l'une des deux a changé."),
}


class UnsoundProof(Exception):
    """A proof that proves nothing, and why."""

    def __init__(self, fault: ProofFault) -> None:
        super().__init__(fault.value)
        self.fault = fault

    @property
    def sentence(self) -> Sentence:
        """The same, for a person."""
        return Sentence(PROOF_SENTENCES[self.fault])


@dataclass(frozen=True)
class SignedHead:
    """What the organisation signed: how many entries its journal had, the root of the tree over them, and when."""

    count: int
    root: bytes
    at: str
    """ISO 8601, UTC."""
    organisation: str
    certificate: str
    """SHA-256 of the certificate whose key signed, in hexadecimal."""
    signature: bytes
    """ECDSA on P-256 over SHA-256 of the statement: r then s, 32 bytes each."""


@dataclass(frozen=True)
class InclusionProof:
    """One entry and the way from it to a signed root."""

    number: int
    content: str
    """The entry as JSON, its number included."""
    nonce: bytes
    path: tuple[bytes, ...]
    head: SignedHead

    def text(self) -> str:
        """The file, written in one way only."""
        return canonical_json(
            {
                "format": PROOF_FORMAT, "number": self.number, "content": self.content, "nonce": self.nonce.hex(),
                "path": [one.hex() for one in self.path],
                "head": {**_said(self.head), "signature": self.head.signature.hex()},
            }
        ).decode()  # fmt: skip

    def check(self) -> None:
        """Follow the way up; raises UnsoundProof unless it leads to the root. Whether that is signed is asked apart."""
        try:
            said = json.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise UnsoundProof(ProofFault.UNREADABLE) from error
        if not isinstance(said, dict) or said.get("number") != self.number:
            raise UnsoundProof(ProofFault.NUMBER)
        leaf = leaf_hash(self.nonce, self.content)
        if path_to_root(self.number - 1, self.head.count, leaf, self.path) != self.head.root:
            raise UnsoundProof(ProofFault.ROOT)


def entry_text(number: int, content: Mapping[str, Any]) -> str:
    """An entry as the tree has it: JSON with sorted keys, its number among them."""
    return json.dumps({"number": number, **content}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def head_statement(head: SignedHead) -> bytes:
    """The bytes that are signed."""
    return canonical_json({"format": PROOF_FORMAT, **_said(head)})


def _said(head: SignedHead) -> dict[str, Any]:
    return {
        "count": head.count, "root": head.root.hex(), "at": head.at, "organisation": head.organisation,
        "certificate": head.certificate,
    }  # fmt: skip


def read_proof(text: str) -> InclusionProof:
    """A proof from the text of its file, byte for byte as it was written; raises UnsoundProof for any other text."""
    try:
        if len(text) > LARGEST_PROOF:
            raise ValueError
        found = _proof(json.loads(text))
        datetime.fromisoformat(found.head.at)
        if len(found.path) > LONGEST_PATH or found.text() != text:
            raise ValueError
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UnsoundProof(ProofFault.UNREADABLE) from error
    return found


def _proof(raw: Any) -> InclusionProof:
    head = raw["head"]
    return InclusionProof(
        number=_count(raw["number"]), content=_string(raw["content"]), nonce=_bytes(raw["nonce"], NONCE_BYTES),
        path=tuple(_bytes(one, DIGEST_BYTES) for one in raw["path"]),
        head=SignedHead(
            count=_count(head["count"]), root=_bytes(head["root"], DIGEST_BYTES), at=_string(head["at"]),
            organisation=_string(head["organisation"]), certificate=_string(head["certificate"]),
            signature=_bytes(head["signature"], SIGNATURE_BYTES),
        ),
    )  # fmt: skip


def _count(value: Any) -> int:
    if type(value) is not int or not 0 < value < 1 << 53:
        raise ValueError
    return value


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _bytes(value: Any, number: int) -> bytes:
    found = bytes.fromhex(_string(value))
    if len(found) != number:
        raise ValueError
    return found
