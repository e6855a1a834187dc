"""The exposure page: breaches ticked or composed, their legal ceilings for both parties; nothing of it is kept."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from portal.audits.queries import questions_of_findings
from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.consumer_law import legislation
from portal.consumer_law.rules import exposure
from portal.consumer_law.rules.exposure import Breach, CeilingSum, Fine, LateRefundCost, LateRefunds, Party
from portal.consumer_law.rules.law import Rule
from portal.core.dataclass import dataclass
from portal.findings.models import Finding
from portal.findings.rules import FindingState, Severity
from portal.questionnaires.definition import Question

SHOWN_FINDINGS = 60
LIVE = sorted(state for state in FindingState if not state.is_settled)


@dataclass(frozen=True)
class ExposedFinding:
    """An open finding with what it touches: articles of the RGPD, fines of consumer law."""

    id: int
    label: str
    """« C3 »: what a group calls it."""
    title: str
    severity: Severity
    articles: tuple[str, ...]
    fines: tuple[str, ...]

    @property
    def is_silent(self) -> bool:
        """Whether it leads to no ceiling that the data knows."""
        return not self.articles and not self.fines


def exposed_findings(ctx: Context, vendor_id: int) -> list[ExposedFinding]:
    """The open findings of a vendor within reach, each with what its question cites or what was measured."""
    rows = ctx.session.scalars(
        select(Finding)
        .where(visible(ctx, Permission.FINDING_VIEW, Finding), Finding.vendor_id == vendor_id, Finding.state.in_(LIVE))
        .order_by(Finding.due_on, Finding.id)
        .limit(SHOWN_FINDINGS)
    )
    found = rows.all()
    asked = questions_of_findings(ctx, [finding.id for finding in found])
    return [_touched(ctx, finding, number, asked.get(finding.id)) for number, finding in enumerate(found, start=1)]


def _touched(ctx: Context, finding: Finding, number: int, question: Question | None) -> ExposedFinding:
    cited = question.articles if question is not None else ()
    return ExposedFinding(
        finding.id,
        f"C{number}",
        finding.title,
        finding.severity,
        tuple(article for article in cited if exposure.is_of_rgpd(article)),
        exposure.fines_touched(cited, finding.subject, legislation.ceilings(), ctx.today),
    )


@dataclass(frozen=True)
class BreachSource:
    """A fact and its breaches, which always go together: a finding, an article chosen by hand, an order."""

    label: str
    title: str
    breaches: tuple[Breach, ...]
    fines: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExposureInput:
    """What the page computes."""

    sources: tuple[BreachSource, ...]
    groups: tuple[tuple[str, ...], ...] | None
    """Labels of linked sources; None: all of them are linked."""
    controller: Decimal | None
    vendor: Decimal | None
    is_own_purposes: bool
    fines: tuple[str, ...]
    late: tuple[LateRefunds, ...]


@dataclass(frozen=True)
class LinkedBreaches:
    """Linked breaches, and the ceiling they share."""

    sources: tuple[BreachSource, ...]
    is_upper: bool
    amount: Decimal


@dataclass(frozen=True)
class PartyCeiling:
    """One party: its two sums, its groups, its ceiling."""

    party: Party
    sums: tuple[CeilingSum, CeilingSum]
    groups: tuple[LinkedBreaches, ...]
    amount: Decimal
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class SourceCeiling:
    """One finding or breach by itself: its ceiling for each party."""

    source: BreachSource
    ceilings: tuple[Decimal, ...]
    """Controller, then vendor; nothing when article 83 sets none."""
    fines: tuple[Fine, ...]


@dataclass(frozen=True)
class ExposurePage:
    """The legal ceilings: never a forecast."""

    sides: tuple[PartyCeiling, PartyCeiling]
    lines: tuple[SourceCeiling, ...]
    uncovered: tuple[str, ...]
    """Articles that article 83 sets no ceiling for."""
    controller_alone: tuple[str, ...]
    """Articles counted for the vendor although they are addressed to the controller."""
    fines: tuple[Fine, ...]
    late: LateRefundCost | None
    surcharge_rule: Rule
    caveats: Mapping[str, Rule]


CAVEATS = (
    "rgpd.turnover", "rgpd.linked", "rgpd.order", "rgpd.own-purposes", "rgpd.uncovered", "rgpd.addressee", "rgpd.fault",
    "rgpd.public", "rgpd.simplified", "rgpd.powers", "rgpd.damages", "rgpd.criminal", "consumer.whom",
    "consumer.several", "consumer.calls-share", "consumer.nullity", "consumer.professionals",
    "consumer.widespread",
)  # fmt: skip


def exposure_page(asked: ExposureInput, day: date, surcharge: Decimal | None = None) -> ExposurePage:
    """The ceilings of both parties; `surcharge` is the total that a sample of cases has already come to."""
    rules = legislation.ceilings()
    vendor = Party.OWN_PURPOSES if asked.is_own_purposes else Party.PROCESSOR
    sides = (
        _side(asked, Party.CONTROLLER, asked.controller, day),
        _side(asked, vendor, asked.vendor, day),
    )
    breaches = [one for source in asked.sources for one in source.breaches]
    fines = exposure.every_fine(rules, day)
    wanted = {*asked.fines, *(name for source in asked.sources for name in source.fines)}
    alone = (
        [one for one in breaches if exposure.is_of_controller_alone(one, rules, day)]
        if vendor is Party.PROCESSOR
        else []
    )
    return ExposurePage(
        sides,
        tuple(_line(source, sides, fines, day) for source in asked.sources),
        _articles([one for one in breaches if not exposure.has_ceiling(one, rules, day)]),
        _articles(alone),
        tuple(fine for name, fine in fines.items() if name in wanted),
        exposure.late_refund_cost(asked.late, legislation.clocks(), day, from_samples=surcharge)
        if asked.late or surcharge
        else None,
        legislation.clocks().at("surcharge", day),
        {name: rules.at(name, day) for name in CAVEATS},
    )


def _side(asked: ExposureInput, party: Party, turnover: Decimal | None, day: date) -> PartyCeiling:
    rules = legislation.ceilings()
    groups = []
    for sources in _grouped(asked):
        breaches = [one for source in sources for one in source.breaches]
        found = exposure.ceiling([breaches], party, turnover, rules, day)
        if found.amount:
            upper = any(
                exposure.is_upper(one, party, rules, day)
                for one in breaches
                if exposure.has_ceiling(one, rules, day)
            )  # fmt: skip
            groups.append(LinkedBreaches(sources, upper, found.amount))
    whole = exposure.ceiling(
        [[one for source in group.sources for one in source.breaches] for group in groups], party, turnover, rules, day
    )
    return PartyCeiling(party, exposure.ceiling_sums(turnover, rules, day), tuple(groups), whole.amount, whole.rules)


def _grouped(asked: ExposureInput) -> list[tuple[BreachSource, ...]]:
    """The sources that are linked, together; an source that no group names stands alone."""
    if asked.groups is None:
        return [asked.sources] if asked.sources else []
    by_label = {source.label: source for source in asked.sources}
    named = [tuple(by_label[label] for label in group if label in by_label) for group in asked.groups]
    placed = {source.label for group in named for source in group}
    return [
        *(group for group in named if group),
        *((source,) for source in asked.sources if source.label not in placed),
    ]


def _line(
    source: BreachSource, sides: tuple[PartyCeiling, PartyCeiling], fines: Mapping[str, Fine], day: date
) -> SourceCeiling:
    rules = legislation.ceilings()
    alone = [
        exposure.ceiling([source.breaches], side.party, side.sums[0].turnover, rules, day).amount for side in sides
    ]
    return SourceCeiling(
        source, tuple(alone) if alone[0] else (), tuple(fines[name] for name in source.fines if name in fines)
    )


def _articles(breaches: Sequence[Breach]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.article for one in breaches))
