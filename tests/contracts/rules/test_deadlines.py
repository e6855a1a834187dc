"""Deadlines: cases worked by hand, and what holds of any terms: periods tile time, nothing drifts."""

import tomllib
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.contracts.rules.deadlines import (
    EARLIEST,
    LATEST,
    ContractTerms,
    NoticePeriod,
    NoticeUnit,
    deadlines,
    parse_notice,
    renewal_day,
    terms_problem,
)
from portal.core.language import Language, Sentence
from portal.core.translation import translate

CASES = tomllib.loads((Path(__file__).parent / "deadline_cases.toml").read_text("utf-8"))["case"]
DAY = timedelta(days=1)


def terms_of(text):
    effective, term, renewal, notice = text.split()
    return ContractTerms(date.fromisoformat(effective), int(term), int(renewal), parse_notice(notice))


def read(steps):
    return " ".join(translate(step, Language.FR) for step in steps).replace("’", "'").replace("\u202f", " ")


def test_there_are_sixty_cases_each_with_its_reasoning_and_none_twice():
    assert len(CASES) >= 60
    assert all(len(case["why"]) > 15 for case in CASES)
    assert len({(case["given"], case.get("at")) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['given']} @ {case.get('at', 'first')}")
def test_each_case_worked_by_hand_is_found(case):
    found = deadlines(terms_of(case["given"]), case.get("at"), terms_of(case["given"]).effective_on)
    worked = (case["ends_on"], case["notice_by"], case.get("renews_on"))
    assert (found.ends_on, found.notice_by, found.renews_on) == worked, case["why"]
    said = case.get("says", "")
    if said.startswith("!"):
        assert said[1:] not in read(found.steps)
    else:
        assert said in read(found.steps)


IN_MONTHS = st.builds(NoticePeriod, st.integers(0, 24))
IN_DAYS = st.builds(NoticePeriod, st.integers(0, 400), st.just(NoticeUnit.DAYS))
NOTICES = IN_MONTHS | IN_DAYS


@st.composite
def any_terms(draw):
    return ContractTerms(
        draw(st.dates(date(1950, 1, 1), date(2100, 12, 31))),
        draw(st.integers(1, 120)),
        draw(st.integers(0, 60)),
        draw(NOTICES),
    )


def by_counting(effective, months):
    """The last day of a period, found without arithmetic on days: walk to the day before the same day, or month end."""
    year, month = effective.year, effective.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    if effective.day > monthrange(year, month)[1]:
        return date(year, month, monthrange(year, month)[1])
    return date(year, month, effective.day) - DAY


LEAP = ContractTerms(date(2028, 2, 29), 12, 12, NoticePeriod(1))
MONTH_END = ContractTerms(date(2026, 1, 31), 1, 1, NoticePeriod(0))


@given(any_terms())
@example(LEAP)
@example(MONTH_END)
def test_periods_tile_time_and_never_drift(terms):
    """Each begins the day after the one before, and ends where counting from the effective date says."""
    at, months = None, terms.term_months
    begins = terms.effective_on
    for _ in range(9):
        found = deadlines(terms, at, terms.effective_on)
        assert found.period.starts_on == begins
        assert found.ends_on == by_counting(terms.effective_on, months)
        assert found.ends_on >= begins
        if not terms.renewal_months:
            assert found.renews_on is None
            break
        assert found.renews_on == found.ends_on + DAY
        begins = at = found.renews_on
        months += terms.renewal_months


@given(any_terms(), st.dates(date(1940, 1, 1), date(2150, 12, 31)))
@example(LEAP, date(2032, 2, 29))
@example(MONTH_END, date(2026, 2, 28))
def test_the_period_given_holds_the_day_or_is_the_first_or_the_last(terms, at):
    found = deadlines(terms, at, at)
    if at < terms.effective_on:
        assert found.period.number == 0
    elif terms.renewal_months:
        assert found.period.starts_on <= at <= found.ends_on
    else:
        assert found.period.number == 0
    assert ("est passé" in read(found.steps)) == (found.notice_by < at)


@given(any_terms(), st.dates())
@example(LEAP, date(2032, 2, 29))
@example(ContractTerms(date(1899, 1, 1), 12, 12, NoticePeriod(3)), date(2026, 1, 1))
def test_the_day_of_the_renewal_alone_is_the_one_of_the_whole_computation(terms, at):
    found = deadlines(terms, at, at)
    assert renewal_day(terms, at) == (None if isinstance(found, Sentence) else found.renews_on)


@given(any_terms(), st.dates(date(1950, 1, 1), date(2150, 12, 31)))
def test_notice_is_never_after_the_end_and_no_longer_notice_is_later(terms, at):
    found = deadlines(terms, at, at)
    assert found.notice_by <= found.ends_on
    assert (found.notice_by == found.ends_on) == (terms.notice.count == 0)
    longer = replace(terms, notice=replace(terms.notice, count=terms.notice.count + 1))
    assert deadlines(longer, at, at).notice_by < found.notice_by


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)), st.integers(1, 8))
def test_a_year_of_months_ends_on_the_day_before_the_anniversary_leap_years_included(effective, years):
    end = deadlines(ContractTerms(effective, 12 * years, 0, NoticePeriod(0)), None, effective).ends_on
    leaves = (effective.month, effective.day) == (2, 29) and (effective.year + years) % 4 != 0
    if leaves or (effective.month, effective.day, effective.year + years) == (2, 29, 2100):
        assert end == date(effective.year + years, 2, 28)
    else:
        assert end + DAY == effective.replace(year=effective.year + years)


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        (ContractTerms(date(2026, 1, 1), 0, 12, NoticePeriod(3)), "de 1 à 1188 mois"),
        (ContractTerms(date(2026, 1, 1), -1, 12, NoticePeriod(3)), "de 1 à 1188 mois"),
        (ContractTerms(date(2026, 1, 1), 10**9, 12, NoticePeriod(3)), "de 1 à 1188 mois"),
        (ContractTerms(date(2026, 1, 1), 12, -1, NoticePeriod(3)), "reconduction doit être"),
        (ContractTerms(date(2026, 1, 1), 12, 10**9, NoticePeriod(3)), "reconduction doit être"),
        (ContractTerms(date(2026, 1, 1), 12, 12, NoticePeriod(10**9)), "préavis ne peut pas dépasser"),
        (ContractTerms(date(2026, 1, 1), 12, 12, NoticePeriod(10**9, NoticeUnit.DAYS)), "préavis ne peut pas dépasser"),
        (ContractTerms(date(2026, 1, 1), 12, 12, NoticePeriod(-1)), "préavis ne peut pas dépasser"),
        (ContractTerms(date(1899, 12, 31), 12, 12, NoticePeriod(3)), "entre 1900 et 2200"),
        (ContractTerms(date(2201, 1, 1), 12, 12, NoticePeriod(3)), "entre 1900 et 2200"),
        (ContractTerms(date(2200, 12, 2), 1, 12, NoticePeriod(3)), "finit après 2200"),
        (ContractTerms(date(1900, 1, 1), 1, 0, NoticePeriod(3)), "avant 1900"),
    ],
)
def test_absurd_terms_are_refused_with_a_sentence(terms, told):
    found = terms_problem(terms)
    assert told in str(found)
    assert deadlines(terms, None, date(2026, 1, 1)) == found


def test_a_day_out_of_bounds_is_refused_with_a_sentence():
    terms = ContractTerms(date(2026, 1, 1), 12, 12, NoticePeriod(3))
    for at in (EARLIEST - DAY, LATEST + DAY):
        assert "entre 1900 et 2200" in str(deadlines(terms, at, date(2026, 1, 1)))
    late = ContractTerms(date(2026, 1, 2), 12, 12, NoticePeriod(3))
    assert "finit après 2200" in str(deadlines(late, LATEST, date(2026, 1, 1)))
    assert deadlines(terms, LATEST, LATEST).ends_on == LATEST


@pytest.mark.parametrize("text", ["", "3m", "d", "-3", "3.5", "3 mois", "٣", "9" * 13, "90D", "d90"])
def test_what_is_no_notice_is_refused_with_a_sentence(text):
    assert isinstance(parse_notice(text), Sentence)


def test_today_judges_the_notice_when_no_day_is_given():
    terms = ContractTerms(date(2026, 1, 1), 12, 12, NoticePeriod(3))
    assert "est passé" not in read(deadlines(terms, None, date(2026, 9, 30)).steps)
    assert "est passé" in read(deadlines(terms, None, date(2026, 10, 1)).steps)


@pytest.mark.parametrize(
    ("effective", "day", "told"),
    [
        (date(2027, 2, 12), date(2027, 11, 11), "férié"),
        (date(2027, 3, 26), date(2027, 12, 25), "samedi"),
        (date(2027, 2, 8), date(2027, 11, 7), "dimanche"),
        (date(2027, 2, 11), date(2027, 11, 10), ""),
    ],
)
def test_a_day_for_notice_that_is_not_worked_is_said_and_nothing_is_put_off(effective, day, told):
    found = deadlines(ContractTerms(effective, 12, 12, NoticePeriod(3)), None, effective)
    assert found.notice_by == day
    said = [str(step) for step in found.steps if "rien n’est reporté" in str(step)]
    assert [told in one for one in said] == ([True] if told else [])
