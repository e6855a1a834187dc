"""A measured sample as its readers want it: rates with their bounds and rules, sums, what to read with caution."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from portal.consumer_law import legislation
from portal.consumer_law.rules.law import Rule, Rules
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say
from portal.findings.rules import Severity
from portal.samples.models import CaseSample
from portal.samples.rules.calls import CallTotals
from portal.samples.rules.case_totals import CaseTotals
from portal.samples.rules.columns import SampleKind
from portal.samples.rules.fault_rates import FaultRate, gravest_first
from portal.samples.rules.faults import CallFault, CaseFault, FaultGround, LawFile
from portal.samples.rules.standing_faults import cases_outside


@dataclass(frozen=True)
class ReportedRate:
    """One fault: how often, of what, between what bounds, and the rule it breaks."""

    flag: str
    label: str
    severity: Severity
    failures: int
    trials: int
    low: Decimal
    high: Decimal
    among: str
    item: int
    """Of the customer-relations requirements (clauses CL30 and CL31)."""
    rule: Rule

    @property
    def share(self) -> Decimal:
        """The rate of the sample."""
        return Decimal(self.failures) / self.trials


@dataclass(frozen=True)
class SampleReport:
    """A measured sample."""

    lines: tuple[ReportedRate, ...]
    """Every fault looked for, the gravest and most frequent first; those that were not found are here too."""
    cases: int
    flagged: int
    cautions: tuple[Sentence, ...]
    tally: CaseTotals | CallTotals

    @property
    def faults(self) -> tuple[ReportedRate, ...]:
        """Those that were found."""
        return tuple(line for line in self.lines if line.failures)


def report_of(sample: CaseSample) -> SampleReport:
    """The report of a sample measured to its end, or so far."""
    tally: CaseTotals | CallTotals
    rates: Sequence[FaultRate[CaseFault] | FaultRate[CallFault]]
    confidence = Decimal(sample.confidence)
    if sample.kind is SampleKind.CASES:
        cases = CaseTotals.from_json(sample.tally) if sample.tally else CaseTotals()
        tally, rates = cases, cases.rates(confidence)
        count, flagged = cases.cases, cases.flagged
    else:
        calls = CallTotals.from_json(sample.tally) if sample.tally else CallTotals()
        tally, rates = calls, calls.rates(confidence)
        count, flagged = calls.calls, calls.flagged
    day = legal_date(sample.sent_at or sample.asked_at)
    lines = tuple(_line(rate, day) for rate in gravest_first(rates))
    return SampleReport(lines, count, flagged, tuple(_cautions(sample, tally)), tally)


def _line(rate: FaultRate[CaseFault] | FaultRate[CallFault], day: date) -> ReportedRate:
    ground = rate.flag.ground
    return ReportedRate(
        flag=rate.flag.value, label=ground.label, severity=ground.severity, failures=rate.failures, trials=rate.trials,
        low=rate.low, high=rate.high, among=ground.among, item=ground.item, rule=_rule(ground, day),
    )  # fmt: skip


def _rule(ground: FaultGround, day: date) -> Rule:
    """The rule behind a fault; where it depends on the case, the general one is shown."""
    books: dict[LawFile, Rules] = {
        LawFile.PERIODS: legislation.periods().rules, LawFile.CLOCKS: legislation.clocks(),
        LawFile.FUNCTION: legislation.function(), LawFile.EXCEPTIONS: legislation.exceptions(),
        LawFile.TELEPHONE: legislation.telephone(),
    }  # fmt: skip
    rules = books[ground.book]
    name = ground.rule.format({LawFile.PERIODS: "goods", LawFile.EXCEPTIONS: "1"}.get(ground.book, ""))
    return rules.find(name, day) or next(rule for rule in rules if rule.id == name)


def _cautions(sample: CaseSample, tally: CaseTotals | CallTotals) -> Iterator[Sentence]:
    """What to keep in mind when reading the rates."""
    if not sample.drawn:
        yield say("Les dossiers ont été choisis par le prestataire ; les bornes supposent un tirage au sort.")
    elif sample.listed is not None and sample.listed < sample.population:
        yield say(
            "Dossiers de la liste donnée : %(listed)s ; annoncés : %(population)s.",
            listed=Decimal(sample.listed),
            population=Decimal(sample.population),
        )
    if sample.total < sample.size:
        yield say(
            "Dossiers reçus : %(total)s ; demandés : %(size)s.", total=Decimal(sample.total), size=Decimal(sample.size)
        )
    if outside := cases_outside(tally.months, sample.period_from, sample.period_to):
        yield say(
            "Dossiers d'un mois étranger à la période demandée : %(count)s. Ils ne disent rien d'elle.",
            count=Decimal(outside),
        )
    if isinstance(tally, CaseTotals) and tally.contestable:
        yield say(
            "Dossiers en faute qui reposent sur un point de droit contestable : %(count)s. Lisez-les avant d'accuser.",
            count=Decimal(tally.contestable),
        )
    if isinstance(tally, CallTotals) and tally.calls and not tally.counts.trials[CallFault.CALLED_TOO_OFTEN]:
        yield say("Le fichier ne dit pas combien d'appels chaque personne a reçus : leur fréquence n'est pas mesurée.")
