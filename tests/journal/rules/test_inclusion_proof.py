"""A proof holds as it was written and in no other way: each byte of it counts."""

import json
import random

import pytest

from portal.core.seal import SealKey, sign_statement
from portal.core.seal.certificate import draw
from portal.journal.rules import (
    InclusionProof,
    ProofFault,
    SignedHead,
    UnsoundProof,
    entry_text,
    grown,
    head_statement,
    leaf_hash,
    path_nodes,
    read_proof,
    tree_root,
)
from portal.journal.signed_heads import check_proof
from tests.conftest import NOW

ENTRIES = 11
NUMBER = 6


@pytest.fixture(scope="module")
def key():
    private, certificate = draw("Maison Verdelet", NOW, NOW.replace(year=2036))
    return SealKey(private, (certificate,))


@pytest.fixture(scope="module")
def proof(key):
    texts = [entry_text(n, {"action": "answer.saved", "after": {"value": f"été {n}"}}) for n in range(1, ENTRIES + 1)]
    nonces = [bytes([n]) * 32 for n in range(ENTRIES)]
    known = dict(grown(0, {}, [leaf_hash(*pair) for pair in zip(nonces, texts, strict=True)]))
    path = [
        tree_root(step[0].position << step[0].level, (step[-1].position + 1) << step[-1].level, known)
        for step in path_nodes(NUMBER - 1, ENTRIES)
    ]
    head = SignedHead(
        ENTRIES, tree_root(0, ENTRIES, known), NOW.isoformat(), "Maison Verdelet", key.fingerprints[0], b"\x00" * 64
    )
    signed = sign_statement(key, head_statement(head))
    head = SignedHead(head.count, head.root, head.at, head.organisation, head.certificate, signed)
    return InclusionProof(NUMBER, texts[NUMBER - 1], nonces[NUMBER - 1], tuple(path), head)


def fault_of(text, key):
    with pytest.raises(UnsoundProof) as caught:
        check_proof(text, key)
    return caught.value.fault


def test_a_proof_holds_and_says_its_entry(proof, key):
    found = check_proof(proof.text(), key)
    assert found == proof
    assert json.loads(found.content)["after"] == {"value": "été 6"}


def test_not_one_of_ten_thousand_changes_of_one_byte_passes(proof, key):
    chance = random.Random(20261128)
    text = proof.text().encode()
    for _ in range(10_000):
        place, byte = chance.randrange(len(text)), chance.randrange(256)
        if text[place] == byte:
            byte = (byte + 1) % 256
        changed = text[:place] + bytes([byte]) + text[place + 1 :]
        with pytest.raises(UnsoundProof):
            check_proof(changed.decode(errors="replace"), key)


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "{}", "NaN", "[" * 100_000, '{"head":[]}', " {}", '"' + "a" * 2_000_001 + '"',
    ],
    ids=["nothing", "null", "a list", "no field", "not a number", "deep", "a head of nothing", "a space", "too long"],
)  # fmt: skip
def test_anything_else_is_refused_in_a_sentence(text, key):
    assert fault_of(text, key) is ProofFault.UNREADABLE


def test_the_same_proof_laid_out_otherwise_is_refused(proof, key):
    assert fault_of(json.dumps(json.loads(proof.text()), indent=1), key) is ProofFault.UNREADABLE
    assert fault_of(proof.text() + "\n", key) is ProofFault.UNREADABLE


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"number": 7}, ProofFault.NUMBER),
        ({"content": entry_text(NUMBER, {"action": "answer.saved", "after": {"value": "non"}})}, ProofFault.ROOT),
        ({"content": "[]"}, ProofFault.NUMBER),
        ({"content": "{"}, ProofFault.UNREADABLE),
        ({"nonce": "00" * 32}, ProofFault.ROOT),
        ({"path": []}, ProofFault.ROOT),
        ({"format": "vigie-journal-proof-2"}, ProofFault.UNREADABLE),
        ({"more": 1}, ProofFault.UNREADABLE),
    ],
)
def test_each_field_is_held_to_the_others(proof, key, change, fault):
    text = json.dumps({**json.loads(proof.text()), **change}, sort_keys=True, separators=(",", ":"))
    assert fault_of(text, key) is fault


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"organisation": "Un autre"}, ProofFault.SIGNATURE),
        ({"at": "2027-01-01T00:00:00+00:00"}, ProofFault.SIGNATURE),
        ({"at": "hier"}, ProofFault.UNREADABLE),
        ({"signature": "00" * 64}, ProofFault.SIGNATURE),
        ({"certificate": "00" * 32}, ProofFault.KEY),
        ({"count": ENTRIES + 1}, ProofFault.SIGNATURE),
        ({"count": True}, ProofFault.UNREADABLE),
    ],
)
def test_each_field_of_what_was_signed_counts(proof, key, change, fault):
    raw = json.loads(proof.text())
    text = json.dumps({**raw, "head": {**raw["head"], **change}}, sort_keys=True, separators=(",", ":"))
    assert fault_of(text, key) is fault


def test_a_proof_signed_with_another_key_is_refused(proof, key):
    private, certificate = draw("Un autre", NOW, NOW.replace(year=2036))
    stranger = SealKey(private, (certificate,))
    assert fault_of(proof.text(), stranger) is ProofFault.KEY
    former = SealKey(private, (certificate, *key.certificates))
    assert check_proof(proof.text(), former) == proof, "a key that was replaced is still known"


def test_the_file_names_no_other_entry(proof):
    assert "été 5" not in proof.text()
    assert "\\u00e9t\\u00e9 7" not in proof.text()
    assert read_proof(proof.text()).path == proof.path
