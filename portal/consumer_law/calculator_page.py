"""The calculator, for legal and for vendors alike: a form and its answer; neither is stored."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from portal.consumer_law import legislation
from portal.consumer_law.forms import CalculatorForm, ConditionsForm, conditions_form
from portal.consumer_law.rules.after_withdrawal import Refund, Surcharge, refund_due, return_due, surcharge
from portal.consumer_law.rules.exceptions import Exclusion, exclusions
from portal.consumer_law.rules.law import LawText, Rule
from portal.consumer_law.rules.periods import CHANNELS, CONTRACT_KINDS, ContractFacts, Deadline, deadline
from portal.consumer_law.timeline import Timeline, timeline_of
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.language import N_


@dataclass(frozen=True)
class RunningPeriod:
    """A period that runs after a withdrawal: its rules and the day it ends."""

    title: str
    day: date | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class AfterWithdrawal:
    """What follows from a withdrawal."""

    is_in_time: bool
    clocks: tuple[RunningPeriod, ...]
    refund: Refund
    surcharge: Surcharge | None
    surcharge_rule: Rule


@dataclass(frozen=True)
class GivenFact:
    """What the computation was given, to be read beside its result."""

    label: str
    words: str | LawText = ""
    days: tuple[date, ...] = ()


@dataclass(frozen=True)
class CalculatorAnswer:
    """A period explained, drawn, and what follows from a withdrawal if one is known."""

    facts: tuple[GivenFact, ...]
    period: Deadline
    drawing: Timeline
    after: AfterWithdrawal | None
    is_unsure: bool
    """Whether a step rests on a rule that was not read in a text; shown beside the result."""


def answer(form: CalculatorForm) -> CalculatorAnswer:
    """The answer to a sound form."""
    facts = form.facts()
    found = deadline(facts, legislation.periods())
    after = _after(form, facts, found) if form.stated.data else None
    days = [(N_("Rétractation envoyée"), form.stated.data)] if form.stated.data else []
    days += [(clock.title, clock.day) for clock in after.clocks if clock.day is not None] if after else []
    is_unsure = any(not rule.sure.is_firm for rule in found.unsure)
    return CalculatorAnswer(tuple(_given(form, facts, found)), found, timeline_of(found, days), after, is_unsure)


def _given(form: CalculatorForm, facts: ContractFacts, found: Deadline) -> Iterator[GivenFact]:
    """The facts that counted, in the order of the form."""
    yield GivenFact(N_("Le contrat porte sur"), CONTRACT_KINDS[facts.kind])
    yield GivenFact(N_("Il a été conclu"), CHANNELS[facts.channel])
    if facts.online:
        yield GivenFact(N_("Interface en ligne"), N_("Oui"))
    yield GivenFact(N_("Lieu du consommateur"), found.place.name)
    if facts.concluded is not None:
        yield GivenFact(N_("Conclusion"), days=(facts.concluded,))
    if facts.kind.from_receipt:
        yield GivenFact(N_("Réception"), days=facts.deliveries)
    if facts.informed_on is not None:
        yield GivenFact(N_("Informé de son droit"), days=(facts.informed_on,))
    else:
        yield GivenFact(
            N_("Informé de son droit"), N_("Oui, à temps") if facts.informed else N_("Non, ou pas complètement")
        )
    for label, field in (
        (N_("Rétractation envoyée"), form.stated),
        (N_("Rétractation reçue"), form.heard),
        (N_("Bien récupéré le"), form.recovered),
        (N_("Preuve d'expédition reçue le"), form.dispatched),
        (N_("Remboursé le"), form.paid),
    ):
        if form.stated.data and field.data:
            yield GivenFact(label, days=(field.data,))


def _after(form: CalculatorForm, facts: ContractFacts, found: Deadline) -> AfterWithdrawal:
    clocks, stated = legislation.clocks(), form.stated.data
    heard = form.heard.data or stated
    goods, financial = facts.kind.from_receipt, facts.kind.is_financial
    collected = bool(form.collected.data)
    refund = refund_due(
        heard, clocks, goods=goods, financial=financial, collected_by_trader=collected,
        recovered=form.recovered.data, dispatched=form.dispatched.data,
    )  # fmt: skip
    held = goods and not collected
    usual = ["refund.due", "refund.unmoved", *(["refund.withheld"] if held else []), "refund.means"]
    own = "life" if facts.is_french_life else "financial"
    refund_rules = [f"refund.{own}"] if financial else usual
    prompt = clocks.at("acknowledge.prompt", heard)
    shown = [RunningPeriod(N_("Accusé de la rétractation"), heard + timedelta(days=prompt.days()), (prompt,))]
    if goods:
        came = max(facts.deliveries)
        back = return_due(stated, clocks, collected_by_trader=collected, received=came)
        early = ["return.early"] if came > stated else []
        off = ["return.unmoved"] if back is not None and not found.place.is_working(back) else []
        rules = _rules("return.consumer", *early, *off, "return.costs", day=stated)
        shown.append(RunningPeriod(N_("Renvoi du bien"), back, rules))
    shown.append(RunningPeriod(N_("Remboursement"), refund.due, _rules(*refund_rules, day=heard)))
    extra = None
    if refund.due is not None and form.amount.data is not None and form.paid.data is not None:
        late = (form.paid.data - refund.due).days
        extra = surcharge(Decimal(form.amount.data), late, clocks, heard, financial=financial)
    more = clocks.at(f"surcharge.{own}" if financial else "surcharge", heard)
    return AfterWithdrawal(stated <= found.last_day, tuple(shown), refund, extra, more)


def _rules(*names: str, day: date) -> tuple[Rule, ...]:
    return tuple(legislation.clocks().at(name, day) for name in names)


def excluded(today: date) -> Mapping[int, Exclusion]:
    """The exceptions that are law today, by number."""
    return exclusions(legislation.exceptions(), today)


def exclusion_form(number: int, today: date) -> tuple[ConditionsForm, Exclusion]:
    """The questions of one exception; raises NotFound for a number that L221-28 does not have."""
    found = excluded(today).get(number)
    if found is None:
        raise NotFound()
    return conditions_form(found), found
