"""How two texts differ on the points we watch: for each, the two values, the two passages, and for whom it is better.

What is compared is what the texts state, not their words: a page laid out anew, in another order or with other
headings states the same things and changes nothing.
"""

from collections.abc import Collection, Iterator, Sequence

from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.published_terms.rules.stated_facts import UNDATED, StatedFact, TermClass
from portal.vendors.rules.facts import Labelled
from portal.vendors.rules.naming import fold as company_key


class TermEffect(Labelled):
    """For whom a change is better."""

    HARSHER = "harsher", N_("Moins favorable")
    KINDER = "kinder", N_("Plus favorable")
    OPEN = "open", N_("À apprécier")
    """Neither by itself: somebody says."""


LESS_IS_KINDER = frozenset({TermClass.BREACH_DELAY, TermClass.AUDIT_NOTICE, TermClass.DELETION})
ONE_BY_ONE = (TermClass.SUBPROCESSOR, TermClass.SECURITY_MEASURE, TermClass.PLACE, TermClass.PURPOSE)
"""Each value is a change of its own."""
_DELAYS = (
    (TermClass.BREACH_DELAY, ("",)),
    (TermClass.OBJECTION_PERIOD, ("objection", "notice")),
    (TermClass.AUDIT_NOTICE, ("",)),
    (TermClass.DELETION, ("",)),
    (TermClass.LIABILITY, ("eur", "months", "")),
)
EEA_ONLY, PROMISE = "eea_only", "promise"
"""Promises of which the withdrawal is told by what replaces it, when something does."""


@dataclass(frozen=True, slots=True)
class TermChange:
    """One point that moved; `before` or `after` is None where one text states nothing."""

    kind: TermClass
    effect: TermEffect
    before: StatedFact | None
    after: StatedFact | None


@dataclass(frozen=True, slots=True)
class PlaceLaw:
    """Countries where the RGPD applies as in the Union, on the day of the comparison."""

    eea: Collection[str]


def compare(
    old: Sequence[StatedFact],
    new: Sequence[StatedFact],
    law: PlaceLaw,
    good_marks: Collection[tuple[TermClass, str]],
) -> tuple[TermChange, ...]:
    """The points on which a new text states something else than an old one, in the order of the points."""
    found = [
        *_delays(old, new),
        *_marks(old, new, good_marks, TermClass.CHANGE_NOTICE),
        *_marks(old, new, good_marks, TermClass.AUDIT_RIGHT),
        *_one_by_one(old, new, law),
        *_law(old, new, law),
    ]
    found = _without_doubles(found)
    order = list(TermClass)
    return tuple(sorted(found, key=lambda change: order.index(change.kind)))


def _of(facts: Sequence[StatedFact], kind: TermClass, aspect: str | None = None) -> dict[str, StatedFact]:
    named = kind is TermClass.SUBPROCESSOR
    return {
        (company_key(one.value) if named else one.value): one
        for one in facts
        if one.kind is kind and aspect in (None, one.aspect)
    }


def _delays(old: Sequence[StatedFact], new: Sequence[StatedFact]) -> Iterator[TermChange]:
    for kind, aspects in _DELAYS:
        if kind is TermClass.LIABILITY:
            yield from _moved(kind, _of(old, kind), _of(new, kind))
            continue
        for aspect in aspects:
            moved = list(_moved(kind, _of(old, kind, aspect), _of(new, kind, aspect)))
            yield from moved
            if moved:
                break


def _moved(kind: TermClass, old: dict[str, StatedFact], new: dict[str, StatedFact]) -> Iterator[TermChange]:
    """Values that are in one text alone, paired in their order; those that both state say nothing."""
    gone = sorted((one for value, one in old.items() if value not in new), key=_rank)
    come = sorted((one for value, one in new.items() if value not in old), key=_rank)
    for place in range(max(len(gone), len(come))):
        before = gone[place] if place < len(gone) else None
        after = come[place] if place < len(come) else None
        if before is None and old and after is not None and after.value == UNDATED:
            continue
        yield TermChange(kind, _effect_of_delay(kind, before, after, old, new), before, after)


def _rank(fact: StatedFact) -> tuple[float, str]:
    return (fact.amount if fact.amount is not None else float("inf"), fact.value)


def _effect_of_delay(
    kind: TermClass,
    before: StatedFact | None,
    after: StatedFact | None,
    old: dict[str, StatedFact],
    new: dict[str, StatedFact],
) -> TermEffect:
    if before is not None and after is not None:
        return _effect_of_amounts(kind, before, after)
    if (before is None and old) or (after is None and new):
        return TermEffect.OPEN  # one value among several: which of them it replaces is not known
    if kind is TermClass.LIABILITY:
        return TermEffect.HARSHER if before is None else TermEffect.OPEN
    if kind is TermClass.AUDIT_NOTICE:
        return TermEffect.HARSHER if before is None else TermEffect.KINDER
    return TermEffect.KINDER if before is None else TermEffect.HARSHER


def _effect_of_amounts(kind: TermClass, before: StatedFact, after: StatedFact) -> TermEffect:
    if UNDATED in (before.value, after.value):
        return TermEffect.HARSHER if after.value == UNDATED else TermEffect.KINDER
    if before.amount is None or after.amount is None:
        return TermEffect.OPEN
    comparable = before.aspect == after.aspect or float("inf") in (before.amount, after.amount)
    if not comparable or before.amount == after.amount:
        return TermEffect.OPEN
    less = after.amount < before.amount
    return TermEffect.KINDER if less is (kind in LESS_IS_KINDER) else TermEffect.HARSHER


def _marks(
    old: Sequence[StatedFact],
    new: Sequence[StatedFact],
    good_marks: Collection[tuple[TermClass, str]],
    kind: TermClass,
) -> Iterator[TermChange]:
    """One change for all that is said of a right: what matters most is quoted."""
    before, after = _of(old, kind), _of(new, kind)
    lost = [one for value, one in before.items() if value not in after and (kind, value) in good_marks]
    limits = [one for value, one in after.items() if value not in before and (kind, value) not in good_marks]
    gained = [one for value, one in after.items() if value not in before and (kind, value) in good_marks]
    lifted = [one for value, one in before.items() if value not in after and (kind, value) not in good_marks]
    if lost or limits:
        was = lost[0] if lost else next(iter(before.values()), None)
        yield TermChange(kind, TermEffect.HARSHER, was, limits[0] if limits else None)
    elif gained or lifted:
        now = gained[0] if gained else next(iter(after.values()), None)
        yield TermChange(kind, TermEffect.KINDER, lifted[0] if lifted else None, now)


def _one_by_one(old: Sequence[StatedFact], new: Sequence[StatedFact], law: PlaceLaw) -> Iterator[TermChange]:
    for kind in ONE_BY_ONE:
        before, after = _of(old, kind), _of(new, kind)
        for value, one in after.items():
            if value not in before:
                yield TermChange(kind, _effect_of_value(one, law, come=True), None, one)
        for value, one in before.items():
            if value not in after:
                yield TermChange(kind, _effect_of_value(one, law, come=False), one, None)


def _effect_of_value(fact: StatedFact, law: PlaceLaw, *, come: bool) -> TermEffect:
    match fact.kind:
        case TermClass.SECURITY_MEASURE:
            good = True
        case TermClass.PLACE:
            if fact.value != EEA_ONLY and fact.value in law.eea:
                return TermEffect.OPEN
            good = fact.value == EEA_ONLY
        case TermClass.PURPOSE:
            good = fact.value == PROMISE
        case _:
            return TermEffect.OPEN
    return TermEffect.KINDER if come is good else TermEffect.HARSHER


def _law(old: Sequence[StatedFact], new: Sequence[StatedFact], law: PlaceLaw) -> Iterator[TermChange]:
    """One change for the law and the courts: the law says it when it moves, else the place of the courts."""
    for aspect in ("law", "court"):
        before, after = _of(old, TermClass.LAW, aspect), _of(new, TermClass.LAW, aspect)
        if set(before) == set(after):
            continue
        was = next((one for value, one in before.items() if value not in after), None)
        now = next((one for value, one in after.items() if value not in before), None)
        left = aspect == "law" and now is not None and now.value not in law.eea
        came = aspect == "law" and was is not None and was.value not in law.eea and now is not None
        effect = (
            TermEffect.HARSHER if left and not came else TermEffect.KINDER if came and not left else TermEffect.OPEN
        )
        yield TermChange(TermClass.LAW, effect, was, now)
        return


def _without_doubles(found: Sequence[TermChange]) -> list[TermChange]:
    """The changes without those that only repeat another one: a promise whose breach is told already."""
    told = {(one.kind, one.effect) for one in found if _value(one) not in (EEA_ONLY, PROMISE)}
    kept = [one for one in found if _value(one) not in (EEA_ONLY, PROMISE) or (one.kind, one.effect) not in told]
    return [_with_right(one, told) for one in kept]


def _with_right(change: TermChange, told: Collection[tuple[TermClass, TermEffect]]) -> TermChange:
    """A notice that comes or goes with the right to audit itself is judged as that right is."""
    alone = change.before is None or change.after is None
    if change.kind is TermClass.AUDIT_NOTICE and alone:
        for effect in (TermEffect.HARSHER, TermEffect.KINDER):
            if (TermClass.AUDIT_RIGHT, effect) in told:
                return TermChange(change.kind, effect, change.before, change.after)
    return change


def _value(change: TermChange) -> str:
    one = change.after or change.before
    return one.value if one else ""
