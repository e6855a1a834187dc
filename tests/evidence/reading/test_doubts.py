"""What a proof that was read does not fit."""

from datetime import date

import pytest

from portal.evidence.reading.doubts import ProofSetting, doubts_of

TODAY = date(2026, 6, 1)
READING = {
    "kind": {"value": "iso27001", "quote": "Certificat ISO/IEC 27001"},
    "holder": {"value": "Nuage Azur SAS", "quote": "Titulaire : Nuage Azur SAS"},
    "scope": [{"value": "Exploitation d'Azur Sign", "quote": "Périmètre : exploitation d'Azur Sign"}],
    "expires_on": {"value": "2028-02-04", "quote": "Expire le 4 février 2028"},
    "exceptions": [],
}
FITTING = ProofSetting(["Azur"], ["Azur Sign"], ("iso27001",), ("oui",), ("oui", "non"))


def said(reading=READING, beside=FITTING):
    return [(str(doubt.said), *doubt.quotes) for doubt in doubts_of(reading, beside, TODAY)]


def test_a_proof_that_fits_raises_nothing_nor_does_a_file_that_was_not_read():
    assert said() == []
    assert said(None) == []


@pytest.mark.parametrize(
    ("change", "beside", "told", "quote"),
    [
        ({"kind": {"value": "none", "quote": ""}}, {}, "n’atteste de rien", None),
        ({}, {"kinds": ("pentest",)}, "n’est pas de ceux que votre réponse annonce", "Certificat ISO/IEC 27001"),
        (
            {}, {"chosen": ("hds",), "offered": ("hds", "iso-27001", "aucune")},
            "n’est pas de ceux que votre réponse annonce", "Certificat ISO/IEC 27001",
        ),
        ({"expires_on": {"value": "2026-05-31", "quote": "Fin : 31/05/2026"}}, {}, "plus valable", "Fin : 31/05/2026"),
        ({}, {"names": ["Bouleau Data"]}, "Il est au nom de", "Titulaire : Nuage Azur SAS"),
        ({}, {"services": ["Paie Horizon"]}, "n’y est pas nommé", "Périmètre : exploitation d'Azur Sign"),
        (
            {"exceptions": [{"value": "sauf la paie", "quote": "Tout, sauf la paie."}]}, {},
            "Il fait des exceptions", "Tout, sauf la paie.",
        ),
    ],
)  # fmt: skip
def test_each_thing_that_does_not_fit_is_said_with_its_passage(change, beside, told, quote):
    setting = ProofSetting(**{**vars(FITTING), **beside})
    [(sentence, *quotes)] = said({**READING, **change}, setting)
    assert told in sentence
    assert quotes == ([quote] if quote else [])
