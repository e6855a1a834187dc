"""What does not fit between a piece and what its vendor says of it."""

from dataclasses import replace
from datetime import date

from portal.evidence.piece_doubts import SaidOfPiece, doubts_on
from portal.evidence.reading.doubts import ProofSetting

TODAY = date(2026, 11, 24)
BESIDE = ProofSetting(["Nuage Clair"], ["Azur Sign"])
READ = {
    "kind": {"value": "iso27001", "quote": "Certificat ISO/IEC 27001"}, "holder": None, "scope": [], "exceptions": [],
    "issued_on": {"value": "2026-01-15", "quote": "Fait le 15 janvier 2026"},
    "expires_on": {"value": "2029-01-14", "quote": "Valable jusqu'au 14 janvier 2029"},
}  # fmt: skip
SAID = SaidOfPiece(kind="iso27001", issued_on=date(2026, 1, 15), expires_on=date(2029, 1, 14), until=date(2029, 1, 14))


def told(reading=READ, **changed):
    return [str(doubt.said) for doubt in doubts_on(replace(SAID, **changed), reading, BESIDE, TODAY)]


def test_dates_and_kind_that_the_document_contradicts_are_told_with_the_passage():
    assert told() == []
    assert told(expires_on=date(2031, 1, 14)) == ["La date de fin indiquée dépasse celle qui y est écrite."]
    assert told(issued_on=date(2026, 6, 1)) == ["La date indiquée est plus récente que celle qui y est écrite."]
    assert told(kind="hds") == ["Il est décrit autrement qu’il ne se présente."]
    quoted = doubts_on(replace(SAID, expires_on=date(2031, 1, 14)), READ, BESIDE, TODAY)
    assert quoted[0].quotes == ("Valable jusqu'au 14 janvier 2029",)


def test_a_file_that_was_not_read_is_told_of_by_what_is_said_of_it():
    assert told(None, until=date(2026, 1, 1)) == ["Il n’est plus valable\u202f: il l’était jusqu’au 2026-01-01."]
    assert told(None, scope="La paie de Roubaix") == ["Le service que vous nous rendez n’y est pas nommé."]
    assert told(None, scope="Azur Sign, hébergement") == []


def test_one_file_joined_to_many_answers_and_an_edition_that_was_withdrawn_are_told():
    assert "est joint à 4 réponses" in told(spread=4)[0]
    assert told(spread=3) == []
    [edition] = told(standard="ISO/IEC 27001:2013", edition_until=date(2025, 10, 31))
    assert "ISO/IEC 27001:2013, ne compte plus\u202f: elle comptait jusqu’au 2025-10-31" in edition
