"""Three delays that are looked up in a contract: to object, to tell of a breach, to announce an audit; pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.paper.rules.folding import fold
from portal.paper.rules.terms import WrittenDuration, written_durations
from portal.vendors.rules.facts import Labelled


class DelayKind(Labelled):
    """What a delay is given for; the value is the last part of the address of its page."""

    OBJECTION = "opposition", N_("Délai pour s'opposer à un changement de sous-traitant ultérieur")
    BREACH = "violation", N_("Délai pour nous avertir d'une violation de données")
    AUDIT = "audit", N_("Préavis d'audit")

    @property
    def term(self) -> str:
        """The kind of term that a reading finds it as (`clause_library/readings/terms.toml`)."""
        return _TERMS[self]

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses of our library that write it."""
        return _CLAUSES[self]


_TERMS = {
    DelayKind.OBJECTION: "objection_period",
    DelayKind.BREACH: "breach_notice",
    DelayKind.AUDIT: "audit_notice",
}
_CLAUSES = {DelayKind.OBJECTION: ("CL14", "CL15"), DelayKind.BREACH: ("CL18",), DelayKind.AUDIT: ("CL21",)}
_CUES = {
    DelayKind.OBJECTION: ("oppos", "object"),
    DelayKind.BREACH: ("notif", "avert", "inform"),
    DelayKind.AUDIT: ("preavis", "notice"),
}


class DelayUnit(Labelled):
    """What a delay counts."""

    HOURS = "heures", N_("heures")
    DAYS = "jours", N_("jours (tous comptés)")
    WORKING_DAYS = "jours_ouvres", N_("jours ouvrés (du lundi au vendredi)")
    WEEKDAYS = "jours_ouvrables", N_("jours ouvrables (du lundi au samedi)")
    MONTHS = "mois", N_("mois")


@dataclass(frozen=True)
class DelayFigure:
    """A number with what it counts."""

    number: int
    unit: DelayUnit

    @property
    def hours(self) -> int | None:
        """Its hours; unknown for days of which some are not counted, and for months: it depends on when they start."""
        return {DelayUnit.HOURS: self.number, DelayUnit.DAYS: 24 * self.number}.get(self.unit)


@dataclass(frozen=True)
class ReadDelay:
    """A delay as a text writes it."""

    figure: DelayFigure
    quote: str


class DelaySource(Labelled):
    """Where a delay comes from."""

    DRAFTED = "redige", N_("clause rédigée ici")
    READ = "lu", N_("lecture du contrat reçu")
    TYPED = "saisi", N_("saisi d'après le contrat")


def figure_of(written: WrittenDuration) -> DelayFigure | None:
    """A written duration as a figure; none when it is no whole number of something.

    >>> figure_of(WrittenDuration(0, 2.0, "weeks", ""))
    DelayFigure(number=14, unit=<DelayUnit.DAYS: 'jours'>)
    """
    times, unit = _COUNTED[written.unit]
    if unit is DelayUnit.DAYS and written.days_counted and written.unit == "days":
        unit = DelayUnit.WORKING_DAYS if written.days_counted == "working" else DelayUnit.WEEKDAYS
    number = written.number * times
    return DelayFigure(int(number), unit) if number >= 1 and number == int(number) else None


_COUNTED: Mapping[str, tuple[int, DelayUnit]] = {
    "hours": (1, DelayUnit.HOURS), "days": (1, DelayUnit.DAYS), "weeks": (7, DelayUnit.DAYS),
    "months": (1, DelayUnit.MONTHS), "years": (12, DelayUnit.MONTHS),
}  # fmt: skip


def figures_in(text: str) -> list[DelayFigure]:
    """The delays that a passage writes, in order.

    >>> [(one.number, one.unit.value) for one in figures_in("within thirty (30) business days, or 72 hours")]
    [(30, 'jours_ouvres'), (72, 'heures')]
    """
    found = (figure_of(written) for written in written_durations(fold(text)))
    return [figure for figure in found if figure is not None]


def delays_read(kind: DelayKind, terms: Iterable[Mapping[str, Any]]) -> list[ReadDelay]:
    """The delays that a reading found of a kind, each different one once, in the order of the text.

    `terms` are those of a frozen check: the reading counts every day, so the unit is read again in its passage.

    >>> term = {"id": "objection_period", "value": 10.0, "unit": "days", "span": ["sous 10 jours ouvrés", 0, 1, 1]}
    >>> delays_read(DelayKind.OBJECTION, [term])[0].figure.unit
    <DelayUnit.WORKING_DAYS: 'jours_ouvres'>
    """
    found: dict[DelayFigure, ReadDelay] = {}
    for term in terms:
        if term["id"] != kind.term or not term["value"] or term["unit"] not in _HOURS:
            continue
        quote, hours = str(term["span"][0]), term["value"] * _HOURS[term["unit"]]
        written = [one for one in written_durations(fold(quote)) if abs(one.hours - hours) < 1]
        figure = figure_of(written[0]) if written else None
        if figure is not None:
            found.setdefault(figure, ReadDelay(figure, quote))
    return list(found.values())


_HOURS = {"hours": 1, "days": 24}


def delay_in_sentences(kind: DelayKind, sentences: Iterable[str]) -> ReadDelay | None:
    """The delay of a kind in a clause of ours: that of the first sentence that speaks of it and writes a duration.

    >>> delay_in_sentences(DelayKind.OBJECTION, ["Il avertit.", "Il peut s'opposer sous trente (30) jours."]).figure
    DelayFigure(number=30, unit=<DelayUnit.DAYS: 'jours'>)
    """
    for sentence in sentences:
        folded = fold(sentence)
        cue = next((folded.find(word) for word in _CUES[kind] if word in folded), None)
        written = written_durations(folded) if cue is not None else ()
        if cue is None or not written:
            continue
        # A notice of audit stands beside its word, whichever comes first; the other delays follow theirs.
        after = [one for one in written if one.start > cue]
        wanted = (
            min(written, key=lambda one: abs(one.start - cue)) if kind is DelayKind.AUDIT else [*after, *written][0]
        )
        figure = figure_of(wanted)
        if figure is not None:
            return ReadDelay(figure, sentence)
    return None


def delay_of_positions(kind: DelayKind, positions: Iterable[Mapping[str, Any]]) -> ReadDelay | None:
    """The delay that a version holds among its figures under negotiation, in the words it prints; none when several.

    >>> held = [{"clause": "CL18", "figures": [{"what": "notification", "held": ["24 heures"]}]}]
    >>> delay_of_positions(DelayKind.BREACH, held).figure
    DelayFigure(number=24, unit=<DelayUnit.HOURS: 'heures'>)
    """
    for position in positions:
        if position["clause"] not in kind.clauses:
            continue
        for figure in position.get("figures", ()):
            if any(word in fold(str(figure["what"])) for word in _CUES[kind]):
                found = figures_in(str(figure["held"][0])) if len(figure["held"]) == 1 else []
                return ReadDelay(found[0], str(figure["held"][0])) if len(found) == 1 else None
    return None


def is_quoted(passage: str, text: str) -> bool:
    """Whether a passage stands in a text, but for its spaces, quotes and capitals.

    >>> is_quoted("dans les  30 jours", "Il répond dans les 30 jours."), is_quoted("dans les 60 jours", "Rien.")
    (True, False)
    """
    wanted = " ".join(fold(passage).split()).strip(' ."')
    return bool(wanted) and wanted in " ".join(fold(text).split())
