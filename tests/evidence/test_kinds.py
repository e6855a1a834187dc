"""The file of kinds of proof."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from portal.evidence import kinds

SHIPPED = Path(__file__).parents[2] / "questionnaires" / "preuves.toml"


def test_the_shipped_kinds_are_sound():
    raw = tomllib.loads(SHIPPED.read_text())
    assert kinds.kind_problems(raw) == []
    found = kinds.parse_kinds(raw)
    assert found["gdpr_certification"].months == 36  # RGPD art. 42(7): three years at most
    assert found["gdpr_certification"].basis == "law"
    assert found["deletion"].until(date(2020, 1, 1)) is None
    assert found["tia"].until(date(2026, 2, 28)) == date(2028, 2, 28)


def test_a_certificate_to_a_withdrawn_edition_ends_with_it():
    found = kinds.parse_kinds(tomllib.loads(SHIPPED.read_text()))
    assert found["iso27001"].until(date(2024, 6, 1), "2013") == date(2025, 10, 31)
    assert found["iso27001"].until(date(2024, 6, 1), "2022") == date(2027, 6, 1)
    # Already older than its edition's end: the certificate's own three years come first.
    assert found["hds"].until(date(2022, 1, 10), "1") == date(2025, 1, 10)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"months": 0}, "iso : « months » doit être un nombre de mois, 1 ou plus."),
        ({"months": "12"}, "iso : « months » doit être un nombre de mois, 1 ou plus."),
        ({"months": True}, "iso : « months » doit être un nombre de mois, 1 ou plus."),
        ({"basis": "loi"}, "iso : « basis » doit être l'un de law, scheme, practice."),
        ({"source": ""}, "iso : « source » manque."),
        ({"mois": 12}, "iso : « mois » est inconnu."),
        ({"ended_editions": {"1": "hier"}}, "iso : « ended_editions » associe une édition à une date."),
    ],
)
def test_each_defect_of_a_kind_is_said_with_its_key(change, said):
    sound = {"key": "iso", "fr": "ISO", "en": "ISO", "months": 36, "basis": "scheme", "source": "…"}
    assert kinds.kind_problems({"kind": [sound]}) == []
    [problem] = kinds.kind_problems({"kind": [sound | change]})
    assert problem.text % problem.values == said
    with pytest.raises(ValueError, match="iso"):
        kinds.parse_kinds({"kind": [sound | change]})


def test_a_table_without_rows_or_with_a_repeated_key_is_refused():
    assert kinds.kind_problems({})
    sound = {"key": "iso", "fr": "ISO", "en": "ISO", "basis": "scheme", "source": "…"}
    [problem] = kinds.kind_problems({"kind": [sound, sound]})
    assert "deux fois" in problem.text
    [stray] = kinds.kind_problems({"kind": [sound, "iso"]})
    assert "n° 2" in str(stray)


def test_a_file_that_is_missing_or_is_no_toml_is_a_defect(tmp_path):
    [missing] = kinds.file_problems(tmp_path)
    assert "ne peut pas être lu" in str(missing)
    (tmp_path / kinds.FILE).write_text("[[kind]")
    [broken] = kinds.file_problems(tmp_path)
    assert "ne peut pas être lu" in str(broken)
    assert kinds.file_problems(SHIPPED.parent) == []


def test_every_kind_that_documents_are_read_as_is_shipped_and_the_former_codes_are_gone():
    found = kinds.read_kinds(SHIPPED.parent)
    read_as = "iso27001 iso27701 soc2 hds insurance pentest training continuity deletion dpf gdpr_certification"
    assert set(f"{read_as} code_of_conduct bridge_letter tia".split()) <= set(found)
    assert not {"iso-27001", "iso-27701", "soc2-type2", "test-intrusion", "aitd", "formation"} & set(found)
    assert found["bridge_letter"].until(date(2026, 1, 31)) == date(2026, 4, 30)
