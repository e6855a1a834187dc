"""Reading the scale: what is shipped, and each way in which an edited file may be wrong."""

import re
import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from portal.audits.rules import ReviewVerdict
from portal.evidence.rules import Decay
from portal.scorecards import rules

FILE = Path(__file__).parents[2] / "questionnaires" / "bareme.toml"
RAW = tomllib.loads(FILE.read_text())
SCALE = rules.parse_scale(RAW)


def test_the_shipped_scale_is_sound_and_says_it_is_not_the_law():
    assert rules.scale_problems(RAW) == []
    assert (SCALE.declared, SCALE.supplied, SCALE.verified, SCALE.expired) == tuple(
        map(Decimal, ("0.6", "0.85", "1", "0.5"))
    )
    assert SCALE.critical_cap == Decimal("0.5")
    assert SCALE.tolerated == Decimal("0.05")
    assert SCALE.decay == Decay(Decimal("0.5"), 6) == Decay()
    assert SCALE.grade(Fraction(SCALE.critical_cap)).key == "D"
    assert "ni certification ni avis juridique" in SCALE.note["fr"]


def test_the_level_is_never_called_compliance():
    folder = Path(rules.__file__).parent
    for path in [*folder.glob("*.py"), FILE]:
        assert "conformité" not in path.read_text().lower(), path


def test_a_figure_of_the_file_is_read_as_it_is_written():
    assert SCALE.supplied == Decimal("0.85")
    exact = tomllib.loads("x = 0.85", parse_float=Decimal)["x"]
    assert rules.parse_scale(RAW | {"critical_cap": exact}).critical_cap == Decimal("0.85")


def grades(*thresholds: object) -> list[dict[str, object]]:
    return [{"key": f"N{n}", "from": start, "fr": "…", "en": "…"} for n, start in enumerate(thresholds)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"valid_from": "2026-11-01"}, "valid_from : une date est attendue (2026-11-01)."),
        ({"source": {"fr": "nous"}}, "source : le texte « en » manque."),
        ({"critical_cap": 50}, "critical_cap : un nombre de 0 à 1 est attendu."),
        ({"critical_cap": float("nan")}, "critical_cap : un nombre de 0 à 1 est attendu."),
        ({"seuil": 1}, "seuil : ce réglage est inconnu."),
        ({"grade": []}, "grade : au moins une note « [[grade]] » est attendue."),
        ({"grade": grades(0.5, 0.5, 0)}, "grade : les seuils doivent aller du plus haut au plus bas, sans égalité."),
        ({"grade": grades(0.2, 0.5, 0)}, "grade : les seuils doivent aller du plus haut au plus bas, sans égalité."),
        ({"grade": grades(0.5)}, "grade : la dernière note doit commencer à 0, sinon un niveau n'aurait pas de note."),
        ({"grade": grades(0.5, True)}, "grade[2].from : un nombre de 0 à 1 est attendu."),
        ({"grade": [*grades(0.5), *grades(0)]}, "grade : une même note est décrite deux fois."),
        ({"grade": [grades(0)[0] | {"de": 0}]}, "grade[1].de : ce réglage est inconnu."),
        ({"evidence": RAW["evidence"] | {"supplied": None}}, "evidence.supplied : un nombre de 0 à 1 est attendu."),
        ({"evidence": RAW["evidence"] | {"vu": 1}}, "evidence.vu : ce réglage est inconnu."),
        (
            {"evidence": RAW["evidence"] | {"expired": 0.7}},
            "evidence : les valeurs doivent croître dans l'ordre expired ≤ declared ≤ supplied ≤ verified.",
        ),
        (
            {"verdict": {"acceptable": 0.4, "ameliorable": 0.5, "a_corriger": 0}},
            "verdict : les valeurs doivent croître dans l'ordre a_corriger ≤ ameliorable ≤ acceptable.",
        ),
        ({"freshness": {"floor": 0.5}}, "freshness.grace_months : un nombre entier de mois est attendu."),
        ({"freshness": 0.5}, "freshness : une table « [freshness] » est attendue."),
        ({"review_months": {"eleve": 0}}, "review_months.eleve : un nombre entier de mois est attendu."),
        ({"sample": {"tolerated": 5}}, "sample.tolerated : un nombre de 0 à 1 est attendu."),
        ({"sample": RAW["sample"] | {"seuil": 1}}, "sample.seuil : ce réglage est inconnu."),
        ({"sample": 0.05}, "sample : une table « [sample] » est attendue."),
        ({"review_months": {}}, "review_months : une table « [review_months] » est attendue."),
    ],
)
def test_each_defect_of_a_scale_is_said_with_its_place(change, said):
    [problem] = rules.scale_problems(RAW | change)
    assert problem.text % problem.values == said
    with pytest.raises(ValueError, match=re.escape(str(problem))):
        rules.parse_scale(RAW | change)


def test_the_scale_knows_every_verdict_a_reviewer_can_give():
    assert set(SCALE.verdicts) == set(ReviewVerdict) == set(rules.AnswerVerdict)


def test_an_empty_file_lists_everything_it_lacks():
    said = [problem.text % problem.values for problem in rules.scale_problems({})]
    for place in ("valid_from", "source", "note", "grade", "critical_cap", "evidence", "verdict", "freshness"):
        assert any(sentence.startswith(place) for sentence in said), place
