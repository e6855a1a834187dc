"""Which questionnaires the services of a vendor call for, why, and how they become one in which a key stands once.

A fact that nobody has stated is neither yes nor no: what rests on it is undecided, and says what to ask.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace

from portal.core.dataclass import dataclass
from portal.core.language import say
from portal.questionnaires.definition import Bilingual, Question, Questionnaire, QuestionnaireSection
from portal.questionnaires.rules.snapshot import digest_of
from portal.questionnaires.toml_fields import TomlTable
from portal.vendors.rules.questionnaire_facts import FACT_KINDS, DescribedService
from portal.vendors.rules.tier import Tier

COMPOSED = "compose"
"""Key of every questionnaire made of several; what it is made of is in `packs`."""


@dataclass(frozen=True)
class PackCondition:
    """A fact of a service that calls for a questionnaire, and the words that say so."""

    fact: str
    values: frozenset[str]
    because: Bilingual


@dataclass(frozen=True)
class PackRule:
    """When a questionnaire is asked: of every vendor, of those a condition meets, or by hand alone."""

    questionnaire: str
    because: Bilingual = field(default_factory=Bilingual)
    """Why it is asked of every vendor; empty when conditions decide."""
    conditions: tuple[PackCondition, ...] = ()
    between: tuple[str, ...] = ()
    """Tiers of the vendors it is asked of between two complete audits: a light review."""
    between_months: int = 0

    @property
    def is_for_all(self) -> bool:
        """Whether every vendor is asked, whatever it does."""
        return bool(self.because)


@dataclass(frozen=True)
class PackReason:
    """Why a questionnaire is asked, and the services that make it so; none when it is asked of all."""

    because: Bilingual
    services: tuple[str, ...] = ()


@dataclass(frozen=True)
class MissingFact:
    """A fact that nobody has stated of a service; without a service, nothing is known of what the vendor does."""

    fact: str
    service: str
    number: int | None


@dataclass(frozen=True)
class PackCall:
    """Whether a questionnaire is called for; `missing` is what would decide, when nothing calls for it yet."""

    questionnaire: str
    reasons: tuple[PackReason, ...] = ()
    missing: tuple[MissingFact, ...] = ()

    @property
    def is_called(self) -> bool:
        """Whether at least one reason calls for it."""
        return bool(self.reasons)

    @property
    def is_undecided(self) -> bool:
        """Whether a fact that nobody has stated could call for it."""
        return not self.reasons and bool(self.missing)


def called_packs(rules: Iterable[PackRule], services: Sequence[DescribedService]) -> tuple[PackCall, ...]:
    """What each rule comes to for these services, in the order of the rules; the order of the services is nothing.

    >>> cloud = PackRule("nuage", conditions=(PackCondition("cloud", frozenset({"oui"}), Bilingual("c'est du SaaS")),))
    >>> said = [DescribedService("Paie", {"cloud": frozenset({answer})}) for answer in ("oui", "non")]
    >>> [called_packs([cloud], [one])[0].is_called for one in said]
    [True, False]
    >>> called_packs([cloud], [DescribedService("Paie", {})])[0].missing
    (MissingFact(fact='cloud', service='Paie', number=None),)
    """
    ordered = sorted(services, key=lambda service: (service.name, service.number or 0))
    return tuple(_call(rule, ordered or [DescribedService("", {})]) for rule in rules)


def _call(rule: PackRule, services: Sequence[DescribedService]) -> PackCall:
    if rule.is_for_all:
        return PackCall(rule.questionnaire, (PackReason(rule.because),))
    reasons = tuple(
        PackReason(condition.because, met)
        for condition in rule.conditions
        if (met := tuple(dict.fromkeys(s.name for s in services if _meets(condition, s))))
    )
    missing = dict.fromkeys(
        MissingFact(condition.fact, service.name, service.number)
        for condition in rule.conditions
        for service in services
        if condition.fact not in service.facts
    )
    return PackCall(rule.questionnaire, reasons, () if reasons else tuple(missing))


def _meets(condition: PackCondition, service: DescribedService) -> bool:
    return not condition.values.isdisjoint(service.facts.get(condition.fact, frozenset()))


def missing_facts(calls: Iterable[PackCall]) -> tuple[MissingFact, ...]:
    """What to ask before the composition is sure, each fact of each service once."""
    return tuple(dict.fromkeys(missing for call in calls for missing in call.missing))


def compose(packs: Sequence[Questionnaire]) -> Questionnaire:
    """One questionnaire made of several, in their order: sections stay grouped, a question stands where it comes first.

    A single one is itself. A condition finds what it depends on: a questionnaire holds, above a question that has one,
    the question it rests on, so the first place of that one is never below.
    """
    if len(packs) == 1:
        return packs[0]
    asked: set[str] = set()
    taken: set[str] = set()
    sections: list[QuestionnaireSection] = []
    for pack in packs:
        for section in pack.sections:
            questions = tuple(question for question in section.questions if question.key not in asked)
            asked.update(question.key for question in questions)
            if questions:
                key = section.key if section.key not in taken else f"{pack.key}-{section.key}"
                taken.add(key)
                sections.append(replace(section, key=key, questions=questions, pack=pack.title))
    composed = Questionnaire(
        key=COMPOSED,
        version=packs[0].version,
        title=_title(packs),
        introduction=packs[0].introduction,
        sections=tuple(sections),
        minutes=sum(pack.minutes or 0 for pack in packs) or None,
        packs=tuple(pack.key for pack in packs),
    )
    return replace(composed, sha256=digest_of(composed))


def _title(packs: Sequence[Questionnaire]) -> Bilingual:
    """Short enough for the subject of a mail; each section says which questionnaire it comes from."""
    first, *others = packs
    if len(others) == 1:
        return Bilingual(f"{first.title.fr} et {others[0].title.fr}", f"{first.title.en} and {others[0].title.en}")
    return Bilingual(
        f"{first.title.fr} et {len(others)} compléments", f"{first.title.en} and {len(others)} supplements"
    )


def read_rules(table: TomlTable) -> tuple[PackRule, ...]:
    """The rules of the file; every defect is noted on the table."""
    rules = tuple(_rule(entry) for entry in table.tables("pack"))
    table.close()
    seen: set[str] = set()
    for rule in rules:
        if rule.questionnaire in seen:
            table.report(say("« %(key)s » a deux règles.", key=rule.questionnaire))
        seen.add(rule.questionnaire)
    return rules


def _rule(table: TomlTable) -> PackRule:
    key = table.slug("questionnaire")
    table.report_under(key)
    because = table.bilingual("because", required=False)
    conditions = tuple(_condition(entry) for entry in table.tables("when")) if "when" in table else ()
    if because and conditions:
        table.report(say("« because » dit que tous le reçoivent : ne pas donner aussi des conditions (« when »)."))
    table.accept("when", "between_audits")
    tiers: tuple[str, ...] = ()
    months = 0
    if (between := table.table("between_audits") if "between_audits" in table else None) is not None:
        tiers, months = between.texts("tiers"), between.integer("months", 1, 120, default=0)
        for tier in tiers:
            if tier not in set(Tier):
                between.refuse("tiers", tier, Tier)
        if not (tiers and months):
            between.report(say("« between_audits » dit de quelles criticités (« tiers ») et tous les combien de mois."))
        between.close()
    table.close()
    return PackRule(key, because, conditions, tiers, months)


def _condition(table: TomlTable) -> PackCondition:
    fact, values = table.text("fact"), table.texts("in")
    kind = FACT_KINDS.get(fact)
    if kind is None:
        table.refuse("fact", fact, FACT_KINDS)
    for value in sorted(set(values) - kind.values) if kind is not None else ():
        table.refuse("in", value, sorted(kind.values) if kind is not None else ())
    if not values:
        table.report(say("La condition sur « %(fact)s » ne dit pas pour quelles valeurs (« in »).", fact=fact))
    condition = PackCondition(fact, frozenset(values), table.bilingual("because"))
    table.close()
    return condition


def in_order(rules: Iterable[PackRule], keys: Iterable[str]) -> tuple[str, ...]:
    """The keys of questionnaires in the order they are asked; those without a rule come last, by key."""
    ranks = {rule.questionnaire: rank for rank, rule in enumerate(rules)}
    return tuple(sorted(set(keys), key=lambda key: (ranks.get(key, len(ranks)), key)))


@dataclass(frozen=True)
class PackChoice:
    """The questionnaires a person asks of a vendor, beside those its services call for."""

    proposed: tuple[str, ...]
    chosen: tuple[str, ...]
    reason: str = ""

    @property
    def added(self) -> tuple[str, ...]:
        """Asked though nothing called for them."""
        return tuple(key for key in self.chosen if key not in self.proposed)

    @property
    def taken_off(self) -> tuple[str, ...]:
        """Called for and not asked."""
        return tuple(key for key in self.proposed if key not in self.chosen)

    @property
    def lacks_reason(self) -> bool:
        """Whether it departs from what is called for without saying why."""
        return bool(self.added or self.taken_off) and not self.reason.strip()


def question_counts(packs: Sequence[Questionnaire]) -> Mapping[str, int]:
    """How many questions each one adds to those before it, by key: the sum is what is asked."""
    asked: set[str] = set()
    counts: dict[str, int] = {}
    for pack in packs:
        added: list[Question] = [question for question in pack.questions if question.key not in asked]
        asked.update(question.key for question in added)
        counts[pack.key] = len(added)
    return counts
