import io
from datetime import date

import pytest

from portal.core.language import Language
from portal.core.translation import translate
from portal.findings.rules import Severity
from portal.samples import file_check
from portal.samples.measure import measure_part
from portal.samples.models import CaseSample, SampleState
from portal.samples.report import report_of
from portal.samples.rules.columns import SampleKind
from tests.conftest import NOW
from tests.factories import samples
from tests.samples.generating import AS_OF
from tests.samples.test_file_check import read

COUNT = 200
GRAVITY = [Severity.CRITICAL, Severity.MAJOR, Severity.MINOR]


def sample_of(kind=SampleKind.CASES, **facts):
    """A sample of 200 cases that was measured; never stored."""
    _examined, clean = read(samples.csv(COUNT, kind), kind=kind)
    part = measure_part(file_check.measured_rows(io.StringIO(clean), kind, 0, COUNT), kind, {}, AS_OF, 10)
    values = {
        "kind": kind, "state": SampleState.MEASURED, "asked_at": NOW, "sent_at": NOW, "confidence": "0.95",
        "margin": "0.05", "population": 1000, "size": COUNT, "listed": 1000, "drawn": ["A1"], "total": COUNT,
        "period_from": date(2000, 1, 1), "period_to": date(2099, 12, 31),
        "done": COUNT, "tally": part.tally, "flagged_cases": part.tally["flagged"],
    }  # fmt: skip
    return CaseSample(**{**values, **facts})


@pytest.mark.parametrize("kind", [*SampleKind])
def test_each_rate_is_between_its_bounds_and_carries_a_dated_rule(kind):
    report = report_of(sample_of(kind))
    assert report.cases == COUNT
    assert report.faults
    for line in report.lines:
        assert 0 <= line.low <= line.share <= line.high <= 1
        assert line.trials <= COUNT
        assert line.rule.article
        assert line.rule.valid_from
        assert 1 <= line.item <= 22


@pytest.mark.parametrize("kind", [*SampleKind])
def test_what_was_found_comes_first_the_gravest_then_the_most_frequent(kind):
    lines = report_of(sample_of(kind)).lines
    ranks = [(not line.failures, GRAVITY.index(line.severity), -line.share) for line in lines]
    assert ranks == sorted(ranks)


def test_a_higher_confidence_gives_wider_bounds_around_the_same_rate():
    usual = {line.flag: line for line in report_of(sample_of()).faults}
    surer = {line.flag: line for line in report_of(sample_of(confidence="0.99")).faults}
    assert usual.keys() == surer.keys()
    for flag, line in usual.items():
        assert surer[flag].share == line.share
        assert surer[flag].low < line.low < line.high < surer[flag].high or line.share in {0, 1}


@pytest.mark.parametrize("kind", [*SampleKind])
def test_a_sample_not_yet_measured_has_a_report_that_says_nothing(kind):
    report = report_of(sample_of(kind, tally={}, sent_at=None, total=0))
    assert (report.cases, report.flagged, report.faults) == (0, 0, ())


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"drawn": []}, "choisis par le prestataire"),
        ({"listed": 800}, "Dossiers de la liste donnée : 800 ; annoncés : 1 000"),
        ({"period_from": date(2019, 1, 1), "period_to": date(2019, 1, 31)}, "période demandée : 200."),
        ({"total": 150}, "Dossiers reçus : 150 ; demandés : 200"),
        ({}, "point de droit contestable"),
    ],
)
def test_what_makes_the_rates_less_sure_is_said(facts, words):
    cautions = [translate(one, Language.FR).replace("\u202f", " ") for one in report_of(sample_of(**facts)).cautions]
    assert any(words in one for one in cautions), cautions


def test_nothing_is_said_against_a_sample_drawn_whole():
    assert not report_of(sample_of(SampleKind.CALLS)).cautions


def test_a_file_that_does_not_count_the_calls_of_a_person_measures_no_frequency():
    sample = sample_of(SampleKind.CALLS)
    sample.tally["flags"].pop("called-too-often")
    [caution] = report_of(sample).cautions
    assert "leur fréquence" in str(caution)
