"""Law files: those of the documentation are read, and what is wrong with another is said."""

import re
from datetime import date

import pytest

from portal.chain.rules.law_file import countries_lost, day_of_effect, law_of, read_law, under_law
from portal.core.errors import Refused
from portal.vendors.reference import atlas
from portal.vendors.rules.countries import adequacy
from tests.conftest import REPOSITORY

TODAY = date(2026, 11, 28)
EXAMPLES = re.findall(r"```toml\n(.*?)```", (REPOSITORY / "docs/chaine.md").read_text(encoding="utf-8"), re.DOTALL)


def test_the_three_laws_of_the_documentation_do_what_they_say():
    framework, kingdom, delay = (read_law(text.encode()) for text in EXAMPLES)
    assert (countries_lost(atlas(), framework, TODAY), countries_lost(atlas(), kingdom, TODAY)) == (("US",), ("GB",))
    assert day_of_effect(kingdom, TODAY) == date(2027, 6, 28)
    assert adequacy("GB", under_law(atlas(), kingdom), date(2027, 6, 27)) is not None
    assert adequacy("GB", under_law(atlas(), kingdom), date(2027, 6, 28)) is None
    assert adequacy("GB", atlas(), date(2027, 6, 28)) is not None
    assert [(one.replaces, one.hours) for one in delay.delays] == [(72, 96)]
    assert countries_lost(atlas(), delay, TODAY) == ()


def test_a_law_that_is_kept_is_the_law_that_was_read():
    for text in EXAMPLES:
        law = read_law(text.encode())
        assert law_of(law.content) == law


def test_a_decision_that_only_some_are_covered_by_is_less_than_one_for_all():
    text = EXAMPLES[1].replace("valid_until = 2027-06-27", "partial = true")
    assert countries_lost(atlas(), read_law(text.encode()), TODAY) == ("GB",)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("title", "titre"), "titre"),
        (('code = "US"', 'code = "us"'), "deux lettres"),
        (("2027-01-14", '"demain"'), "valid_until"),
        (("partial = true", 'partial = "oui"'), "partial"),
        (("[[adequacy]]", "[adequacy]"), "suite de tables"),
        (('act = "(UE) 2023/1795"', ""), "act"),
        (("title", "= ="), "TOML"),
        (("[[adequacy]]", '[[delay]]\nwhat = "autre"\n[[adequacy]]'), "autre"),
        (("[[adequacy]]", '[[delay]]\nwhat = "breach_notification"\nhours = true\n[[adequacy]]'), "heures"),
    ],
)
def test_what_is_wrong_with_a_law_file_is_said(change, says):
    with pytest.raises(Refused, match=re.escape(says)):
        read_law(EXAMPLES[0].replace(*change).encode())


def test_a_law_file_has_bounds():
    with pytest.raises(Refused, match="Ko"):
        read_law(b"#" * 300_000)
    with pytest.raises(Refused, match="ne change rien"):
        read_law(b'title = "Rien"\nsource = "Personne"\n')
    with pytest.raises(Refused, match="TOML"):
        read_law(b"a = " + b"[" * 200_000)
