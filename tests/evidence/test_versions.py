"""What is no newer version of a piece, whatever its vendor would like."""

from dataclasses import replace
from datetime import date

import pytest

from portal.evidence.versions import PieceVersion, why_no_version

TODAY = date(2026, 11, 24)
OLD = PieceVersion("iso27001", "iso27001", "Nuage Clair SAS", date(2026, 10, 31))
NEW = PieceVersion("", "iso27001", "Nuage Clair SAS", date(2029, 10, 31))


def why(newer, older=OLD):
    return why_no_version(older, newer, ["Nuage Clair"], TODAY)


@pytest.mark.parametrize(
    ("newer", "said"),
    [
        (replace(NEW, read_kind="hds"), "pas de la même nature"),
        (replace(NEW, kind="iso27001", read_kind="pentest"), "pas de la même nature"),
        (replace(NEW, read_kind="none"), "n’atteste de rien"),
        (replace(NEW, holder="Autre Société SA"), "au nom de « Autre Société SA »"),
        (replace(NEW, until=date(2026, 11, 23)), "il valait jusqu’au 2026-11-23"),
        (replace(NEW, until=None), "Dites de quand date"),
    ],
)
def test_what_is_no_version_of_a_piece_is_refused_in_a_sentence(newer, said):
    assert why(NEW) is None
    assert said in str(why(newer)).replace("\u202f", " ").replace("\xa0", " ")


def test_a_version_good_for_a_shorter_time_is_refused_and_one_of_the_same_group_as_before_is_not():
    assert "moins longtemps" in str(why(NEW, replace(OLD, until=date(2030, 1, 1))))
    assert why(replace(NEW, holder="Groupe Azur"), replace(OLD, holder="Groupe Azur")) is None
    assert why(replace(NEW, read_kind="", until=date(2027, 1, 1)), replace(OLD, read_kind="")) is None
