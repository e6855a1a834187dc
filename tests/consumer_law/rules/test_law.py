"""A rule without its article, source, day or second language does not enter the product."""

import re
from datetime import date

import pytest

from portal.consumer_law import legislation
from portal.consumer_law.rules.law import LawProblem, Sureness, read_rules, rule_problems
from portal.core.language import Language

WHOLE = {
    "id": "x", "article": "art. 1", "source": "un code", "sure": "verified", "valid_from": date(2026, 1, 1),
    "fr": "Texte.", "en": "Text.",
}  # fmt: skip
FILES = sorted(path.stem for path in legislation.FOLDER.glob("*.toml"))


@pytest.mark.parametrize("missing", WHOLE)
def test_a_rule_without_one_of_its_parts_is_refused(missing):
    row = {name: value for name, value in WHOLE.items() if name != missing}
    assert [*rule_problems([WHOLE])] == []
    assert [*rule_problems([row])]
    with pytest.raises(LawProblem):
        read_rules({"rule": [row]})


def test_two_versions_never_hold_on_the_same_day():
    later = {**WHOLE, "valid_from": date(2027, 1, 1)}
    assert [*rule_problems([WHOLE, later])]
    ended = {**WHOLE, "valid_until": date(2026, 12, 31)}
    assert [*rule_problems([ended, later])] == []
    rules = read_rules({"rule": [ended, later]})
    assert rules.at("x", date(2026, 12, 31)).valid_until == date(2026, 12, 31)
    assert rules.at("x", date(2027, 1, 1)).valid_until is None
    assert rules.find("x", date(2025, 1, 1)) is None


@pytest.mark.parametrize("name", FILES)
def test_every_rule_shipped_has_its_source_its_article_and_its_first_day(name):
    raw = legislation.read(name)
    assert [*map(str, rule_problems(raw.get("rule", [])))] == []
    for row in raw.get("country", []):
        assert row["source"]
        assert row["valid_from"]
        assert row["sure"] in [*Sureness]


@pytest.mark.parametrize("name", FILES)
def test_every_text_shipped_says_its_placeholders_and_ends_alike_in_both_languages(name):
    for rule in read_rules({"rule": legislation.read(name).get("rule", [])}):
        assert rule.text.said(Language.FR).rstrip()[-1] == rule.text.said(Language.EN).rstrip()[-1]


@pytest.mark.parametrize("name", FILES)
def test_what_could_not_be_verified_says_on_which_day_it_was_looked_for(name):
    rows = [row for row in legislation.read(name).get("rule", []) if row["sure"] == Sureness.UNVERIFIED]
    assert all(re.search(r"au \d{1,2} \w+ 20\d\d\b", row["source"]) for row in rows)
