from dataclasses import replace
from datetime import UTC, datetime

import pytest

from portal.audits.receipt import ReceiptFacts, receipt
from portal.core.documents.tree import Items, Paragraph, Section, Table
from portal.core.language import Language
from tests.factories.spaces import SECRET, small
from tests.printing_cache import render_pdf

CONTENT = {
    "answers": {
        "a.chiffre": {"value": "oui", "comment": "Depuis 2019\nPartout"},
        "a.suite": {"value": "AES", "comment": ""},
        "a.mesures": {"value": ["mfa", "edr"], "comment": ""},
        "b.delai": {"value": "2.5", "comment": ""},
        "b.jour": {"value": "2026-02-03", "comment": ""},
        "b.document": {"value": None, "comment": ""},
        "b.liste": {"value": [{"nom": "Hôte", "pays": "DE", "role": "hote"}, {"nom": "Aide"}], "comment": ""},
    },
    "files": [{"question": "b.document", "evidence": 7, "name": "registre.pdf", "sha256": "0f" * 32, "size": 1234}],
    "attestation": {"name": "Zoé d'Arc", "role": "Directrice générale"},
}
SENT = ReceiptFacts(
    vendor="Nuage Clair SAS", organisation="Mutuelle Horizon", by="Aline Roux",
    at=datetime(2026, 7, 1, 12, 30, 5, tzinfo=UTC), round=2, sha256="ab" * 32, content=CONTENT,
)  # fmt: skip


def words(block) -> str:
    """All the text of a block, in order."""
    match block:
        case Section():
            return "\n".join([block.title, *map(words, block.blocks)])
        case Table():
            return "\n".join([*block.header, *("".join(i.text for i in cell) for row in block.rows for cell in row)])
        case Items():
            return "\n".join("".join(i.text for i in item) for item in block.items)
        case _:
            return "".join(i.text for i in block.inlines)


def whole(document) -> str:
    return "\n".join([document.title, *(str(v) for _label, v in document.cover), *map(words, document.blocks)])


def test_a_receipt_says_what_was_sent_by_whom_when_and_for_whom():
    text = whole(receipt(SENT, small(), Language.FR))
    for expected in (
        "Nuage Clair SAS", "Mutuelle Horizon", "Aline Roux", "1er juillet 2026 à 14:30:05", "abababab " * 7,
    ):  # fmt: skip
        assert expected in text
    for expected in ("1.1 Chiffrez-vous les données\u202f?", "Oui", "Depuis 2019", "Partout", "Second facteur",
                     "2,5 jours", "3 février 2026", "1 fichier joint", "Hébergeur", "Allemagne"):  # fmt: skip
        assert expected in text


def test_a_confirmed_answer_says_since_when_it_is_said():
    given = {**CONTENT["answers"]["a.mesures"], "carried": "confirmed", "said_at": "2025-03-12T10:00:00+00:00"}
    edited = {**CONTENT["answers"]["a.suite"], "carried": "edited", "said_at": None}
    answers = {**CONTENT["answers"], "a.mesures": given, "a.suite": edited}
    text = whole(receipt(replace(SENT, content={**CONTENT, "answers": answers}), small(), Language.FR))
    assert text.count("dite pour la première fois le 12 mars 2025") == 1


def test_every_file_is_named_with_its_question_its_size_and_its_whole_digest():
    (files,) = [
        b for b in receipt(SENT, small(), Language.FR).blocks if isinstance(b, Section) and "Fichiers" in b.title
    ]
    assert words(files).split("\n")[-4:] == ["registre.pdf", "2.3", "1234", " ".join(["0f0f0f0f"] * 8)]


def test_one_document_for_several_answers_is_one_line():
    file = CONTENT["files"][0]
    twice = {**CONTENT, "files": [file, {**file, "question": "a.chiffre"}]}
    [table] = receipt(replace(SENT, content=twice), small(), Language.FR).blocks[-1].blocks
    assert "".join(i.text for i in table.rows[0][0]) == "registre.pdf"
    assert ", " in "".join(i.text for i in table.rows[0][1])
    assert len(table.rows) == 1


def test_a_receipt_is_in_the_language_of_whoever_sent():
    text = whole(receipt(SENT, small(), Language.EN))
    for expected in ("1 July 2026 at 14:30:05", "Do you encrypt the data?", "2.5 days", "Germany", "Host"):
        assert expected in text
    assert "Chiffrez-vous" not in text


def test_what_is_the_reviewer_s_is_not_in_a_receipt():
    for language in Language:
        assert SECRET not in whole(receipt(SENT, small(), language))


def test_a_question_asked_and_left_empty_says_so():
    content = {"answers": {"b.jour": {"value": None, "comment": ""}}, "files": []}
    text = whole(receipt(ReceiptFacts(**{**vars(SENT), "content": content}), small(), Language.FR))
    assert "1.1 Depuis quand" in text
    assert "Sans réponse" in text
    assert "Fichiers reçus" not in text


def test_the_same_submission_always_gives_the_same_bytes():
    """Equal trees are printed as equal bytes: `tests/core/documents/test_pdf.py`."""
    assert receipt(SENT, small(), Language.FR) == receipt(SENT, small(), Language.FR)


HOSTILE = ["<b>gras</b>", "a & b", "\u202e", "%(x)s", "{{ 1 }}"]


@pytest.mark.pdf
def test_a_receipt_is_printed_whatever_a_vendor_typed():
    answers = {"a.suite": {"value": " ".join(HOSTILE), "comment": "".join(HOSTILE)}}
    document = receipt(
        ReceiptFacts(**{**vars(SENT), "content": {"answers": answers, "files": []}}), small(), Language.FR
    )
    assert render_pdf(document).startswith(b"%PDF")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_vendor_typed_is_text_and_nothing_else(text):
    content = {"answers": {"a.suite": {"value": text, "comment": text}}, "files": []}
    document = receipt(ReceiptFacts(**{**vars(SENT), "content": content}), small(), Language.FR)
    paragraphs = [b for s in document.blocks if isinstance(s, Section) for b in s.blocks if isinstance(b, Paragraph)]
    assert [words(p) for p in paragraphs[1:]] == [text, text]


def test_a_receipt_says_who_attests_and_in_what_capacity():
    text = whole(receipt(SENT, small(), Language.FR))
    assert "Zoé d'Arc" in text
    assert "Directrice générale" in text
    assert "J’atteste que ces réponses sont exactes à ce jour" in text
    before = {key: value for key, value in CONTENT.items() if key != "attestation"}
    assert "atteste" not in whole(receipt(replace(SENT, content=before), small(), Language.FR)).casefold()
