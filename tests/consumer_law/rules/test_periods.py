"""Properties of the last day: monotone, never on a day off, bounded, and equal to the sum of its steps."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.consumer_law import legislation
from portal.consumer_law.rules.law import Sureness
from portal.consumer_law.rules.periods import Channel, ContractFacts, ContractKind, NeverEnds, Unsupported, deadline
from portal.core.calendar import months_later

LAW = legislation.periods()
PLACES = [
    (country, region) for country in LAW.places.countries for region in (LAW.places.regions(country) or {"": None})
]
days = st.dates(date(2024, 1, 1), date(2031, 6, 30))
places = st.sampled_from(PLACES)
ORDINARY = [kind for kind in ContractKind if not kind.is_financial]
channels = st.sampled_from([*Channel])


def last_day(start, place, channel, **informed):
    return deadline(made(start, place, channel, **informed), LAW).last_day


def made(start, place, channel, kind=ContractKind.GOODS, **informed):
    where = {"country": place[0], "region": place[1], "channel": channel}
    if kind.from_receipt:
        return ContractFacts(kind, deliveries=(start,), **where, **informed)
    return ContractFacts(kind, concluded=start, **where, **informed)


@given(days, st.integers(0, 60), places, channels, st.none() | st.booleans(), days)
def test_a_later_start_never_gives_an_earlier_deadline(start, more, place, channel, informed, told):
    how = {"informed_on": told} if informed is None else {"informed": informed}
    later = min(start + timedelta(days=more), LAW.covers_until)
    assert last_day(start, place, channel, **how) <= last_day(later, place, channel, **how)


@given(days, places, channels, st.none() | st.booleans(), days)
def test_the_last_day_is_never_a_day_off_in_that_place(start, place, channel, informed, told):
    how = {"informed_on": told} if informed is None else {"informed": informed}
    found = deadline(made(start, place, channel, **how), LAW)
    assert found.last_day.weekday() < 5
    assert found.place.holiday(found.last_day) is None


@given(days, days, places, channels)
def test_late_information_never_gives_less_than_information_in_time_nor_more_than_its_own_period(
    start, told, place, channel
):
    """Past what no information would give, only in France, and by a period that runs from its receipt (L221-20)."""
    late, none = last_day(start, place, channel, informed_on=told), last_day(start, place, channel, informed=False)
    assert last_day(start, place, channel) <= late
    assert late <= (max(none, told + timedelta(days=20)) if place[0] == "FR" else none + timedelta(days=5))
    if late > none:
        assert start < told <= none


@given(days, places)
def test_no_information_gives_twelve_months_and_the_days_moved(start, place):
    found = deadline(made(start, place, Channel.DISTANCE, informed=False), LAW)
    assert months_later(found.initial, 12) <= found.last_day <= months_later(found.initial, 12) + timedelta(days=6)


@given(days, places, channels, st.sampled_from(ORDINARY), st.none() | st.booleans(), days)
def test_the_steps_add_up_to_the_result(start, place, channel, kind, informed, told):
    """Each step says the day it led to: the first is the start, the last the result; only named days are skipped."""
    how = {"informed_on": told} if informed is None else {"informed": informed}
    found = deadline(made(start, place, channel, kind, **how), LAW)
    assert found.steps[0].day == start
    assert found.steps[-1].day == found.last_day
    before = found.steps[0]
    for step in found.steps[1:]:
        match step.rule.id.split("."):
            case ["day", _]:
                assert step.day == start + timedelta(days=1)
            case ["length", *_]:
                assert step.day == found.start + timedelta(days=step.rule.days())
            case ["end", "moved"]:
                passed = [before.day + timedelta(days=n) for n in range((step.day - before.day).days)]
                assert passed
                assert not any(found.place.is_working(day) for day in passed)
                assert step.detail is not None
                assert len(step.detail.fr.split(", ")) == len(passed)
            case ["end", "midnight"] | ["information", "disputed"]:
                assert step.day == before.day
            case ["information", "missing" | "useless" | "ceiling"]:
                assert step.day == months_later(found.initial, 12)
            case ["information", "late" | "early"]:
                assert (step.day - told).days in {14, 30}
        before = step


@given(days, places, channels)
def test_every_step_and_notice_cites_an_article_that_is_law_that_day(start, place, channel):
    found = deadline(made(start, place, channel, informed=False), LAW)
    for step in (*found.steps, *found.notices):
        assert step.article
        assert step.rule.source
        assert step.rule.valid_from <= max(start, step.day)


def rules_of(steps):
    return [step.rule.id for step in steps]


def test_information_at_the_end_of_the_extension_runs_from_its_receipt_and_the_doubt_is_said():
    facts = ContractFacts(ContractKind.GOODS, deliveries=(date(2026, 10, 1),), informed_on=date(2027, 10, 14))
    found = deadline(facts, LAW)
    assert found.last_day == date(2027, 10, 28)
    assert "information.disputed" in rules_of(found.steps)
    assert [rule.id for rule in found.unsure] == ["information.disputed"]
    sooner = deadline(replace(facts, informed_on=date(2027, 9, 1)), LAW)
    assert (sooner.last_day, rules_of(sooner.steps).count("information.disputed")) == (date(2027, 9, 15), 0)


def test_a_financial_service_never_takes_the_length_of_another_contract():
    for kind, days, channel in ((ContractKind.FINANCE, 14, Channel.DISTANCE), (ContractKind.LIFE, 30, Channel.PHONE)):
        found = deadline(ContractFacts(kind, date(2026, 11, 2), channel=channel, online=True), LAW)
        assert (found.last_day - found.start).days == days
        assert not [step for step in found.steps if "L221" in step.article]
        sent = "life.sent" if kind is ContractKind.LIFE else "finance.sent"
        assert {"finance.function", sent} <= {*rules_of(found.notices)}


def test_the_period_of_a_financial_service_runs_from_its_terms_and_does_not_begin_without_them():
    facts = ContractFacts(ContractKind.LIFE, date(2026, 11, 2), informed_on=date(2026, 11, 20))
    assert deadline(facts, LAW).start == date(2026, 11, 20)
    with pytest.raises(NeverEnds):
        deadline(replace(facts, kind=ContractKind.FINANCE, informed=False), LAW)
    with pytest.raises(NeverEnds):
        deadline(replace(facts, country="BE", informed=False), LAW)
    for elsewhere in (replace(facts, kind=ContractKind.FINANCE), replace(facts, country="BE")):
        with pytest.raises(Unsupported, match="L341-16"):
            deadline(replace(elsewhere, channel=Channel.DOORSTEP), LAW)
    at_home = deadline(replace(facts, channel=Channel.DOORSTEP), LAW)
    assert at_home.last_day == deadline(facts, LAW).last_day, "C. assur. L132-5-1 does not ask how it was sold"


def test_a_financial_period_moved_from_a_day_off_says_that_it_may_be_answered():
    found = deadline(ContractFacts(ContractKind.FINANCE, date(2026, 10, 31)), LAW)
    assert (found.last_day, [rule.id for rule in found.unsure if not rule.sure.is_firm]) == (
        date(2026, 11, 16), ["finance.end.moved"],
    )  # fmt: skip


def test_a_life_insurance_is_never_put_off_and_the_law_that_says_so_is_cited():
    """C. assur. L132-5-1: a period that expires on a Saturday, a Sunday or a holiday is not extended."""
    facts = ContractFacts(ContractKind.LIFE, date(2026, 11, 26), region="alsace-moselle")
    found = deadline(facts, LAW)
    assert (found.last_day, found.unsure) == (date(2026, 12, 26), ())
    [step] = [step for step in found.steps if step.rule.id == "life.end.unmoved"]
    assert (step.article, step.detail.fr) == ("C. assur. L132-5-1", "Saint-Étienne")
    assert {step.article.split(" ;")[0] for step in found.steps} == {"C. assur. L132-5-1"}
    assert "life.end.unmoved" not in rules_of(deadline(replace(facts, concluded=date(2026, 11, 2)), LAW).steps)


@given(st.dates(date(2016, 7, 1), date(2023, 1, 1)), st.none() | st.integers(0, 3600), places)
def test_a_life_insurance_in_france_always_ends_within_eight_years(start, told, place):
    facts = made(start, place, Channel.DISTANCE, ContractKind.LIFE, informed=told is not None)
    facts = replace(facts, informed_on=start + timedelta(days=told)) if told is not None else facts
    if place[0] != "FR" and told is None:
        with pytest.raises(NeverEnds):
            deadline(facts, LAW)
    elif place[0] == "FR":
        found, ceiling = deadline(facts, LAW), months_later(start, 96)
        assert found.start <= found.last_day <= ceiling
        assert found.last_day == (ceiling if told is None else min(ceiling, start + timedelta(days=told + 30)))
        assert found.steps[-1].day == found.last_day


def test_since_june_2026_a_consumer_never_told_of_the_right_keeps_it_without_limit_of_time():
    """L222-7, last paragraphs: a year and fourteen days when only the rest is missing, no end without the right."""
    facts = ContractFacts(ContractKind.FINANCE, date(2026, 6, 18), informed=False)
    with pytest.raises(NeverEnds, match="pas commencé"):
        deadline(facts, LAW)
    with pytest.raises(NeverEnds, match="sans limite de durée"):
        deadline(replace(facts, concluded=date(2026, 6, 19)), LAW)
    late = replace(facts, concluded=date(2026, 6, 19), informed=True, informed_on=date(2026, 7, 1))
    [said] = [one for one in deadline(late, LAW).notices if one.rule.id == "finance.ceiling"]
    assert said.day == date(2027, 7, 3)


def test_an_insurance_beside_goods_has_thirty_days_since_2023_and_the_answer_says_so():
    found = deadline(ContractFacts(ContractKind.FINANCE, date(2023, 1, 2)), LAW)
    [said] = [one for one in found.notices if one.rule.id == "finance.affinity"]
    assert (found.last_day, said.day, said.article) == (date(2023, 1, 16), date(2023, 2, 1), "C. assur. L112-10")
    for other in (
        ContractFacts(ContractKind.FINANCE, date(2022, 12, 30)), ContractFacts(ContractKind.LIFE, date(2023, 1, 2)),
        ContractFacts(ContractKind.FINANCE, date(2023, 1, 2), country="DE"),
    ):  # fmt: skip
        assert "finance.affinity" not in rules_of(deadline(other, LAW).notices)


def test_a_contract_concluded_off_premises_says_what_else_it_owes():
    facts = ContractFacts(ContractKind.SERVICE, date(2026, 11, 2), channel=Channel.DOORSTEP)
    notices = {step.rule.id: step for step in deadline(facts, LAW).notices}
    assert {"doorstep.payment", "doorstep.copy", "doorstep.nullity", "doorstep.professional"} <= {*notices}
    assert notices["doorstep.payment"].day == date(2026, 11, 9)
    assert notices["doorstep.professional"].rule.figures["employees"] == 5
    for other in (replace(facts, channel=Channel.PHONE), replace(facts, country="DE")):
        assert not [name for name in rules_of(deadline(other, LAW).notices) if name.startswith("doorstep")]


def of(facts):
    """The notices of a contract, by their rule."""
    return {step.rule.id: step for step in deadline(facts, LAW).notices}


def test_a_service_says_the_ten_days_of_a_training_contract_and_what_is_outside_the_right():
    """C. trav. L6353-5: ten days wherever it is signed; the fourteen of L221-18, later, apply too at a distance."""
    facts = ContractFacts(ContractKind.SERVICE, date(2026, 11, 2))
    assert of(facts)["service.training"].day == date(2026, 11, 12)
    assert of(facts)["service.outside"].article == "C. conso. L221-2, L224-79"
    for other in (replace(facts, country="DE"), replace(facts, kind=ContractKind.UTILITIES)):
        assert not [name for name in of(other) if name.startswith("service.")]


@pytest.mark.parametrize(
    ("day", "sure"), [(date(2026, 11, 19), Sureness.SECONDARY), (date(2026, 11, 20), Sureness.UNVERIFIED)]
)
def test_a_consumer_credit_has_its_own_notice_and_its_new_text_is_not_said_to_be_read(day, sure):
    facts = ContractFacts(ContractKind.FINANCE, day)
    assert of(facts)["finance.credit"].rule.sure is sure
    assert of(facts)["finance.credit"].day == day + timedelta(days=14)
    for other in (replace(facts, country="DE"), replace(facts, kind=ContractKind.LIFE)):
        assert "finance.credit" not in of(other)


def test_a_contract_concluded_off_premises_says_that_a_stand_of_a_fair_has_no_such_right():
    facts = ContractFacts(ContractKind.GOODS, deliveries=(date(2026, 11, 2),), channel=Channel.DOORSTEP)
    assert of(facts)["doorstep.fair"].article.startswith("C. conso. L224-59")
    assert "doorstep.fair" not in of(replace(facts, channel=Channel.DISTANCE))


def test_a_contract_older_than_the_code_of_2016_says_that_its_articles_had_other_numbers():
    facts = ContractFacts(ContractKind.GOODS, date(2016, 6, 30), (date(2016, 7, 8),))
    assert "articles.before" in of(facts)
    for other in (replace(facts, concluded=date(2016, 7, 1)), replace(facts, country="BE")):
        assert "articles.before" not in of(other)


@pytest.mark.parametrize(
    ("day", "said"), [(date(2020, 7, 24), ["phone.signed"]), (date(2020, 7, 27), ["phone.signed", "phone.nullity"])]
)
def test_a_contract_concluded_by_phone_says_when_it_binds_and_when_it_is_void(day, said):
    """L221-16: bound by a signature, not by the call; L223-1, since the 26th of July 2020: void after a banned call."""
    facts = ContractFacts(ContractKind.SERVICE, day, channel=Channel.PHONE)
    assert [name for name in rules_of(deadline(facts, LAW).notices) if name.startswith("phone.")] == said
    for other in (replace(facts, country="BE"), replace(facts, channel=Channel.DISTANCE)):
        assert not [name for name in rules_of(deadline(other, LAW).notices) if name.startswith("phone.")]


def test_doorstep_goods_may_be_withdrawn_from_before_they_come():
    found = deadline(
        ContractFacts(ContractKind.GOODS, date(2026, 11, 2), (date(2026, 11, 6),), channel=Channel.DOORSTEP), LAW
    )  # fmt: skip
    assert ("start.early", date(2026, 11, 2)) in [(notice.rule.id, notice.day) for notice in found.notices]


def test_the_function_is_part_of_the_information_only_from_the_19th_of_june_2026():
    def notices(day):
        return {
            n.rule.id for n in deadline(ContractFacts(ContractKind.SERVICE, concluded=day, online=True), LAW).notices
        }

    for channel, told in ((Channel.PHONE, True), (Channel.DOORSTEP, False)):
        facts = ContractFacts(ContractKind.SERVICE, date(2026, 6, 19), channel=channel, online=True)
        assert ("information.function" in of(facts)) is told
    assert "information.function" not in notices(date(2026, 6, 18))
    assert "information.function" in notices(date(2026, 6, 19))


@pytest.mark.parametrize(
    ("facts", "field", "said"),
    [
        (ContractFacts(ContractKind.GOODS, concluded=date(2026, 11, 2)), "received", "réception"),
        (ContractFacts(ContractKind.SERVICE, deliveries=(date(2026, 11, 2),)), "concluded", "conclusion"),
        (ContractFacts(ContractKind.GOODS, date(2026, 11, 6), (date(2026, 11, 2),)), "received", "avant la conclusion"),
        (ContractFacts(ContractKind.GOODS, deliveries=(date(2026, 11, 2),), country="GB"), "country", "GB"),
        (ContractFacts(ContractKind.GOODS, deliveries=(date(2026, 11, 2),), region="corse"), "region", "corse"),
        (ContractFacts(ContractKind.GOODS, deliveries=(date(1990, 11, 2),)), "received", "2014-06-14"),
        (ContractFacts(ContractKind.SERVICE, concluded=date(2150, 11, 2)), "concluded", "2031-12-31"),
        (ContractFacts(ContractKind.GOODS, deliveries=(date(2015, 11, 2),), country="DE"), "country", "2018-01-01"),
        (ContractFacts(ContractKind.GOODS, deliveries=(date(2026, 11, 2), date(2026, 11, 4))), "received", "plusieurs"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_with_a_sentence_and_its_field(facts, field, said):
    with pytest.raises(Unsupported, match=said) as refused:
        deadline(facts, LAW)
    assert refused.value.field == field
