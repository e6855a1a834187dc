"""The last day of the withdrawal period, step by step, each step with its article (C. conso. L221-18 to L221-20)."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum

from portal.consumer_law.rules.calendar import ConsumerPlace, ConsumerPlaces
from portal.consumer_law.rules.law import LawText, Rule, Rules, Sureness
from portal.core.calendar import months_later
from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence, say


class ContractKind(StrEnum):
    """What a contract is about: it decides where the period starts."""

    GOODS = "goods"
    SEVERAL = "several"
    REGULAR = "regular"
    MIXED = "mixed"
    SERVICE = "service"
    DIGITAL = "digital"
    UTILITIES = "utilities"
    FINANCE = "finance"
    LIFE = "life"

    @property
    def is_financial(self) -> bool:
        """Whether chapter II (C. conso. L222-1 and following) rules it, and not L221-18."""
        return self in {ContractKind.FINANCE, ContractKind.LIFE}

    @property
    def from_receipt(self) -> bool:
        """Whether the period starts when goods are received, and not when the contract is concluded."""
        return self in {ContractKind.GOODS, ContractKind.SEVERAL, ContractKind.REGULAR, ContractKind.MIXED}


CONTRACT_KINDS: Mapping[ContractKind, str] = {
    ContractKind.GOODS: N_("Un bien"),
    ContractKind.SEVERAL: N_("Plusieurs biens, lots ou pièces"),
    ContractKind.REGULAR: N_("Livraisons régulières"),
    ContractKind.MIXED: N_("Biens et services ensemble"),
    ContractKind.SERVICE: N_("Un service (hors banque et assurance)"),
    ContractKind.DIGITAL: N_("Contenu ou service numérique"),
    ContractKind.UTILITIES: N_("Eau, gaz, électricité, chauffage urbain"),
    ContractKind.FINANCE: N_("Banque, crédit, assurance (sauf vie)"),
    ContractKind.LIFE: N_("Assurance vie, retraite individuelle"),
}


class Channel(StrEnum):
    """How a contract was concluded."""

    DISTANCE = "distance"
    PHONE = "phone"
    DOORSTEP = "doorstep"


CHANNELS: Mapping[Channel, str] = {
    Channel.DISTANCE: N_("À distance (site, courrier…)"),
    Channel.PHONE: N_("Après un démarchage téléphonique"),
    Channel.DOORSTEP: N_("Hors établissement (visite à domicile, excursion)"),
}


@dataclass(frozen=True)
class ContractFacts:
    """What is known of a contract."""

    kind: ContractKind
    concluded: date | None = None
    deliveries: tuple[date, ...] = ()
    """Days on which goods were received; one for a single good."""
    country: str = "FR"
    region: str = ""
    """Empty for the country's usual calendar (in France, the metropolitan one)."""
    channel: Channel = Channel.DISTANCE
    informed: bool = True
    """Whether the consumer was told of the right of withdrawal (L221-5 7°), in time or later."""
    informed_on: date | None = None
    """The day it was received; none when it was in time."""
    online: bool = False
    """Concluded by means of an online interface."""

    @property
    def is_french_life(self) -> bool:
        """Whether the Insurance Code rules it (L132-5-1), which says by itself when its period ends."""
        return self.kind is ContractKind.LIFE and self.country == "FR"

    @property
    def is_by_interface(self) -> bool:
        """Whether it was concluded at a distance through an online interface; after a call too (L221-16, L221-21)."""
        return self.online and self.channel is not Channel.DOORSTEP

    def is_informed_by(self, day: date) -> bool:
        """Whether the information had come by a day."""
        return self.informed and (self.informed_on is None or self.informed_on <= day)


@dataclass(frozen=True)
class DeadlineStep:
    """One step of a computation: the rule that was applied and the day it led to."""

    rule: Rule
    article: str
    day: date
    detail: LawText | None = None
    """What this rule met here, such as the name of a holiday."""


@dataclass(frozen=True)
class Deadline:
    """The last day of a period, with what led to it."""

    start: date
    """Conclusion or receipt: the day that is not counted."""
    initial: date
    """Last day had the information been given in time."""
    last_day: date
    """The right may be exercised until its last hour."""
    steps: tuple[DeadlineStep, ...]
    notices: tuple[DeadlineStep, ...]
    """What the reader should know, which moved nothing."""
    place: ConsumerPlace

    @property
    def unsure(self) -> tuple[Rule, ...]:
        """The rules applied here that were not read in a text."""
        return tuple(step.rule for step in self.steps if step.rule.sure is not Sureness.VERIFIED)


class Unsupported(ValueError):
    """A question that cannot be answered; `sentence` says why."""

    def __init__(self, sentence: Sentence, field: str = "") -> None:
        self.sentence, self.field = sentence, field
        super().__init__(str(sentence))


class NeverEnds(Unsupported):
    """The period has not begun: nothing can be the last day of the right."""


@dataclass(frozen=True)
class Periods:
    """Everything that the computation of a period reads."""

    rules: Rules
    places: ConsumerPlaces
    covers_from: date
    covers_until: date
    read_on: date
    """Day on which the law in the files was last read again."""


WEEKEND = {5: LawText("samedi", "Saturday"), 6: LawText("dimanche", "Sunday")}


def deadline(facts: ContractFacts, law: Periods) -> Deadline:
    """The last day on which the consumer may withdraw.

    :raises Unsupported: a fact is missing, contradictory, or outside what the data covers.
    """
    _refuse_financial(facts, law)
    start = start_of(facts)
    if facts.is_french_life and start > _life_ceiling(facts, law):
        start = _signed(facts)
    place = _place(facts, law, start)
    length = _length(facts, law)
    track = _Computation(law, place, start, facts)
    track.step(f"start.{facts.kind}", start)
    track.step("day.uncounted", start + timedelta(days=1))
    last = start + timedelta(days=length.days())
    track.add(length, last)
    initial = last = _life_end(facts, track, last) if facts.is_french_life else track.moved(last)
    if not facts.kind.is_financial and not facts.is_informed_by(start):
        last = _informed_late(facts, track, length.days(), initial)
    track.step("end.midnight", last)
    return Deadline(start, initial, last, tuple(track.steps), tuple(_notices(facts, track, last)), place)


def start_of(facts: ContractFacts) -> date:
    """The day that starts the period: of receipt, of conclusion, or of the terms for a financial service.

    :raises Unsupported: it cannot be told from these facts.
    """
    if not facts.kind.from_receipt:
        if facts.concluded is None:
            # A receipt beside the conclusion changes nothing: what starts the period is the contract.
            raise Unsupported(
                say("Pour un service ou un contenu numérique, le délai part de la conclusion : donnez sa date."),
                "concluded",
            )
        told = facts.informed_on if facts.kind.is_financial and facts.informed else None
        return max(facts.concluded, told or facts.concluded)
    if not facts.deliveries:
        raise Unsupported(say("Pour un bien, le délai part de la réception : donnez sa date."), "received")
    if len(facts.deliveries) > 1 and facts.kind in {ContractKind.GOODS, ContractKind.MIXED}:
        raise Unsupported(
            say("Plusieurs réceptions : choisissez « plusieurs biens » ou « livraisons régulières »."), "received"
        )
    if facts.concluded is not None and min(facts.deliveries) < facts.concluded:
        raise Unsupported(
            say("Le bien serait reçu avant la conclusion du contrat : vérifiez les deux dates."), "received"
        )
    return min(facts.deliveries) if facts.kind is ContractKind.REGULAR else max(facts.deliveries)


def _refuse_financial(facts: ContractFacts, law: Periods) -> None:
    """Raise for a financial service sold at home, or without the information that starts its period (L222-7).

    Life insurance in France is renounced in one way however it is sold (C. assur. L132-5-1; L112-9, last paragraph of
    I, leaves it out), and is never without end: eight years bound it (`_life_end`).
    """
    if not facts.kind.is_financial or facts.is_french_life or facts.concluded is None:
        return
    if facts.channel is Channel.DOORSTEP:
        raise Unsupported(
            say(
                "Un service financier ou une assurance vendus hors établissement suivent d'autres codes (C. mon. fin."
                " L341-16, C. assur. L112-9), qui ne sont pas calculés ici."
            ),
            "channel",
        )
    if facts.informed:
        return
    ceiling = law.rules.find("finance.ceiling", facts.concluded)
    if ceiling is None:
        raise NeverEnds(
            say(
                "Le délai d'un service financier part de la réception des conditions et des informations : tant"
                " qu'elles manquent, il n'a pas commencé et aucun dernier jour n'existe (C. conso. L222-7)."
            ),
            "informed",
        )
    raise NeverEnds(
        say(
            "Jamais informé de son droit, le consommateur peut se rétracter sans limite de durée. S'il l'a été sans"
            " jamais recevoir le reste des informations et des conditions, il le peut jusqu'au %(day)s (%(article)s).",
            day=_ceiling_of(ceiling, facts.concluded),
            article=ceiling.article_for(facts.country),
        ),
        "informed",
    )


def _ceiling_of(rule: Rule, concluded: date) -> date:
    """The day that a rule in months and days leads to, from the conclusion of a contract."""
    return months_later(concluded, int(rule.figures["months"])) + timedelta(days=int(rule.figures.get("days", 0)))


def _life_ceiling(facts: ContractFacts, law: Periods) -> date:
    """The last day of all for a life insurance whose documents never came, or came too late (C. assur. L132-5-2)."""
    signed = _signed(facts)
    rule = law.rules.find("life.ceiling", signed)
    return date.max if rule is None else _ceiling_of(rule, signed)


def _life_end(facts: ContractFacts, track: "_Computation", counted: date) -> date:
    """The last day for a life insurance: never put off (C. assur. L132-5-1), eight years at most (L132-5-2)."""
    rule = track.rule("life.ceiling")
    last = _ceiling_of(rule, track.signed)
    if facts.is_informed_by(last) and counted <= last:
        last = counted
    else:
        track.add(rule, last)
    if not track.place.is_working(last):
        track.step("life.end.unmoved", last, track.why(last))
    return last


def _signed(facts: ContractFacts) -> date:
    """The day whose law rules the contract: of its conclusion, whenever the goods or the terms came after.

    A new law does not reach back to contracts already concluded (C. civ. art. 2 ; directive 2011/83/UE, art. 28(2)).
    """
    return facts.concluded or start_of(facts)


def _length(facts: ContractFacts, law: Periods) -> Rule:
    """How long the period is; a financial service never takes the length of another contract."""
    signed = _signed(facts)
    if facts.kind.is_financial:
        length = law.rules.find(f"length.{facts.kind}", signed)
        if length is None:
            raise Unsupported(
                say("Le régime des services financiers n'est connu que depuis le 1er juillet 2016."), "concluded"
            )
        return length
    return law.rules.find(f"length.{facts.country}.{facts.channel}", signed) or law.rules.at("length.usual", signed)


def outside(law: Periods) -> Sentence:
    """Why nothing is computed before or after the days that the data covers."""
    return say(
        "Les règles connues valent du %(first)s au %(last)s : rien n'est calculé en dehors.",
        first=law.covers_from,
        last=law.covers_until,
    )


def _place(facts: ContractFacts, law: Periods, start: date) -> ConsumerPlace:
    signed = _signed(facts)
    if not (law.covers_from <= signed and start <= law.covers_until):
        raise Unsupported(
            outside(law),
            "concluded"
            if facts.concluded and (signed < law.covers_from or not facts.kind.from_receipt)
            else "received",
        )
    if facts.country not in law.places.countries:
        raise Unsupported(
            say(
                "Le pays « %(country)s » n'est pas pris en charge ; le sont : %(known)s.",
                country=facts.country,
                known=", ".join(law.places.countries),
            ),
            "country",
        )
    place = law.places.find(facts.country, facts.region)
    if place is None:
        known = ", ".join(law.places.regions(facts.country)) or "–"
        raise Unsupported(
            say(
                "Région inconnue dans ce pays : « %(region)s » ; sont connues : %(known)s.",
                region=facts.region,
                known=known,
            ),
            "region",
        )
    if start < place.valid_from:
        raise Unsupported(
            say("Les jours fériés de ce pays ne sont connus que depuis le %(day)s.", day=place.valid_from), "country"
        )
    return place


class _Computation:
    """The steps of one computation, as they are taken."""

    def __init__(self, law: Periods, place: ConsumerPlace, start: date, facts: ContractFacts) -> None:
        """`start` is the day that is not counted; the rules are those of the day of the conclusion."""
        self._law, self.place, self.start, self.signed = law, place, start, _signed(facts)
        self._family = "life." if facts.is_french_life else "finance." if facts.kind.is_financial else ""
        """What begins the identifiers of the rules that this kind of contract has to itself."""
        self.steps: list[DeadlineStep] = []

    def made(self, rule: Rule, day: date, detail: LawText | None = None) -> DeadlineStep:
        return DeadlineStep(rule, rule.article_for(self.place.country), day, detail)

    def add(self, rule: Rule, day: date, detail: LawText | None = None) -> None:
        self.steps.append(self.made(rule, day, detail))

    def step(self, rule_id: str, day: date, detail: LawText | None = None) -> None:
        """Add a step by the rule that this kind of contract has to itself, or else by the common one."""
        own = self.find(f"{self._family}{rule_id}", self.signed) if self._family else None
        self.add(own or self.rule(rule_id), day, detail)

    def rule(self, rule_id: str) -> Rule:
        return self._law.rules.at(rule_id, self.signed)

    def find(self, rule_id: str, day: date) -> Rule | None:
        return self._law.rules.find(rule_id, day)

    def moved(self, day: date) -> date:
        """The first working day from this one; each day passed over is named."""
        found = self.place.next_working(day)
        if found != day:
            passed = [self.why(day + timedelta(days=n)) for n in range((found - day).days)]
            detail = LawText(", ".join(one.fr for one in passed), ", ".join(one.en for one in passed))
            self.step("end.moved", found, detail)
        return found

    def why(self, day: date) -> LawText:
        """What makes a day one that is not worked."""
        holiday = self.place.holiday(day)
        return holiday.name if holiday is not None else WEEKEND[day.weekday()]


def _informed_late(facts: ContractFacts, track: _Computation, days: int, initial: date) -> date:
    """The last day when the information was missing, or came after the starting day (L221-20)."""
    missing = track.rule("information.missing")
    extended = months_later(initial, int(missing.figures["months"]))
    told = facts.informed_on if facts.informed else None
    if told is None or told > track.place.next_working(extended):
        track.add(missing, extended)
        if told is not None:
            track.step("information.useless", extended)
        return track.moved(extended)
    counted = told + timedelta(days=days)
    track.step("information.early" if told <= initial else "information.late", counted)
    past_directive = told > months_later(track.start, int(missing.figures["months"]))
    if past_directive and facts.country != "FR":
        track.step("information.ceiling", extended)
        return track.moved(extended)
    if past_directive or counted > extended:
        # Nothing moves: L221-20 is followed to the letter, and the reader is told what may be answered to it.
        track.step("information.disputed", counted)
    return track.moved(counted)


def _notices(facts: ContractFacts, track: _Computation, last: date) -> Iterator[DeadlineStep]:
    """What the reader should know, which moved nothing."""
    signed = track.signed
    if facts.kind.is_financial:
        yield from _of_finance(facts, track, last)
        return
    yield track.made(track.rule("exercise.sent"), last)
    if facts.channel is Channel.DOORSTEP and facts.kind.from_receipt and facts.country == "FR":
        yield track.made(track.rule("start.early"), signed)
    if facts.country == "FR":
        yield from _beside_the_right(facts, track, signed)
    function = track.find("information.function", signed)
    if facts.is_by_interface and function is not None:
        yield track.made(function, function.valid_from)
    applied = [step.rule.id for step in track.steps]
    if "information.missing" in applied and "end.moved" in applied[: applied.index("information.missing")]:
        yield track.made(track.rule("information.base"), last)
    if facts.channel is Channel.DOORSTEP and track.find(f"length.{facts.country}.doorstep", signed) is not None:
        yield track.made(track.rule("length.unsolicited"), last)
    if track.place.has_local:
        yield track.made(track.rule("end.local"), last)


def _of_finance(facts: ContractFacts, track: _Computation, last: date) -> Iterator[DeadlineStep]:
    """What a financial service has to itself: how it is withdrawn from, what lengthens its period, what is apart."""
    signed, is_french_life = track.signed, facts.is_french_life
    yield track.made(track.rule("life.sent" if is_french_life else "finance.sent"), last)
    function = track.find("finance.function", signed)
    if facts.is_by_interface and function is not None:
        yield track.made(function, function.valid_from)
    ceiling = track.find("finance.ceiling", signed)
    if ceiling is not None and track.start > signed and not is_french_life:
        yield track.made(ceiling, _ceiling_of(ceiling, signed))
    affinity = track.find("finance.affinity", signed)
    if affinity is not None and facts.kind is ContractKind.FINANCE and facts.country == "FR":
        yield track.made(affinity, track.start + timedelta(days=affinity.days()))
    if facts.kind is ContractKind.FINANCE and facts.country == "FR":
        credit = track.rule("finance.credit")
        yield track.made(credit, signed + timedelta(days=credit.days()))
    yield track.made(track.rule("finance.others"), last)
    if track.place.has_local and not is_french_life:
        yield track.made(track.rule("end.local"), last)


_BESIDE: Mapping[Channel | ContractKind, tuple[str, ...]] = {
    Channel.PHONE: ("phone.signed", "phone.nullity"),
    Channel.DOORSTEP: (
        "doorstep.payment", "doorstep.copy", "doorstep.nullity", "doorstep.professional", "doorstep.fair",
    ),
    ContractKind.SERVICE: ("service.training", "service.outside"),
}  # fmt: skip
"""What a contract owes or has beside the right itself, by how it was concluded and what it is about.

C. conso. L221-2, L221-3, L221-9, L221-10, L221-16, L223-1, L224-59, L242-1; C. trav. L6353-5.
"""


def _beside_the_right(facts: ContractFacts, track: _Computation, signed: date) -> Iterator[DeadlineStep]:
    for name in (*_BESIDE.get(facts.channel, ()), *_BESIDE.get(facts.kind, ()), "articles.before"):
        if (rule := track.find(name, signed)) is not None:
            yield track.made(rule, signed + timedelta(days=int(rule.figures.get("days", 0))))
