"""How the time of an expression grows with its text: texts made to hurt it, and processor time at doubling sizes."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from re import _constants as op
from re import _parser
from time import perf_counter, process_time
from typing import Any

SIZES = (10_000, 20_000, 40_000, 80_000)
WARNING = (12, 20, 26, 36, 60, 120)
"""Fewer repetitions, tried first: what is exponential would never come back from ten thousand characters."""
MEDIUM = 2_000
"""Characters at which the texts that hurt most are told from the others."""
KEPT = 2
"""Of them that are doubled."""
FLOOR = 0.03
"""Seconds at the largest size under which a growth is noise: what is quadratic takes several there."""
LINEAR = 20.0
"""Most that three doublings may multiply the time by: 8 is linear, 64 quadratic; a busy machine is somewhat off."""
DOUBLED = 3.0
"""Twice the text in less than so many times the time: 2 is linear, 4 quadratic."""
CERTAIN = 0.3
"""Seconds above which a growth is no noise of a busy machine: it is not measured again."""
CAP = 0.4
"""Seconds after which an expression is not given more."""
GENERIC = (
    " ", "a", "A", "0", ".", "-", "_", "@", "a.", "a ", "A ", "0 ", "0.", "a@", "\n", " \n", "a\n", "(", "[", "|", "\t",
    "'", '"', "<", "{{", "é", "x_", "; ", "a-", "…", "*",
)  # fmt: skip
ENDINGS = ("", "!", "\n")
_CANDIDATES = "a A0.-_@,;:/|\n\t'\"(<[{*é…•§°ivx&+=#%"
_MOST_PUMPS = 4
_LONG = 100
"""Repetitions from which a bounded repeat is pumped as one without an end."""


@dataclass(frozen=True)
class Growth:
    """The worst that was found for one expression."""

    ratio: float
    """Time at the largest size tried, over that at ten thousand characters, for three doublings."""
    seconds: float
    """Time at the largest size tried."""
    size: int
    text: str
    """The repeated piece, for whoever mends it."""

    is_whole: bool = False
    """Whether every size was tried."""

    @property
    def measured_ratio(self) -> float:
        """The growth, when the time is more than noise."""
        return self.ratio if self.seconds >= FLOOR / 10 else 0.0

    @property
    def is_linear(self) -> bool:
        """Whether it stays in proportion."""
        return self.is_whole and (self.seconds < FLOOR or self.ratio <= LINEAR)


@dataclass(frozen=True)
class Attack:
    """A text that grows: what stands before, what is repeated, what stands after."""

    before: str
    pump: str
    after: str

    def of(self, size: int) -> str:
        """The text of this size."""
        return self.before + self.pump * (size // len(self.pump)) + self.after


def attacks(pattern: re.Pattern[Any]) -> list[Attack]:
    """Texts made from the expression's own parts, then those that hurt many."""
    tree = _parser.parse(
        pattern.pattern, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, str) else pattern.flags
    )
    found: dict[Attack, None] = {}
    for before, pump in _pumps(list(tree), ""):
        for after in ENDINGS:
            found[Attack(before, pump, after)] = None
        found[Attack("", before + pump, "!")] = None
        found[Attack("", pump, "!")] = None
    whole = _sample(list(tree))
    if whole:
        found[Attack("", whole[:200], "!")] = None
        found[Attack("", whole[:200] + " ", "!")] = None
        found[Attack("", whole[: max(1, len(whole) - 1)][:200], "!")] = None
    for pump in GENERIC:
        found[Attack("", pump, "!")] = None
    return list(found)


def _pumps(nodes: list[Any], before: str) -> Iterator[tuple[str, str]]:
    """Each repeat, as what leads to it and what it repeats; in the order of the tree."""
    for kind, value in nodes:
        if kind in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
            least, most, inner = value
            if most is op.MAXREPEAT or most >= _LONG:
                for pump in _variants(list(inner)):
                    yield before, pump
            yield from _pumps(list(inner), before)
            before += _sample(list(inner)) * least
        elif kind is op.SUBPATTERN:
            yield from _pumps(list(value[3]), before)
            before += _sample(list(value[3]))
        elif kind is op.ATOMIC_GROUP:
            yield from _pumps(list(value), before)
            before += _sample(list(value))
        elif kind is op.BRANCH:
            for branch in value[1]:
                yield from _pumps(list(branch), before)
            before += _sample(list(value[1][0]))
        elif kind in {op.ASSERT, op.ASSERT_NOT}:
            yield from _pumps(list(value[1]), before)
        else:
            before += _sample([(kind, value)])
        before = before[-400:]


def _variants(nodes: list[Any]) -> list[str]:
    """A few different texts that match some nodes."""
    if len(nodes) == 1:
        kind, value = nodes[0]
        if kind is op.IN:
            return [one for one in _CANDIDATES if _is_in(one, value)][:_MOST_PUMPS] or [_sample(nodes) or "a"]
        if kind is op.BRANCH:
            return [one for branch in value[1] for one in _variants(list(branch))][:_MOST_PUMPS]
        if kind is op.SUBPATTERN:
            return _variants(list(value[3]))
        if kind is op.ANY:
            return ["a", " ", "0"]
        if kind is op.NOT_LITERAL:
            return [one for one in "a 0(" if ord(one) != value][:3]
    return [_sample(nodes) or "a"]


def _sample(nodes: Iterable[Any]) -> str:
    """A short text that some nodes match, or nearly."""
    made = ""
    for kind, value in nodes:
        if kind is op.LITERAL:
            made += chr(value)
        elif kind is op.NOT_LITERAL:
            made += "a" if value != ord("a") else "b"
        elif kind is op.ANY:
            made += "x"
        elif kind is op.IN:
            made += next((one for one in _CANDIDATES if _is_in(one, value)), "a")
        elif kind in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
            made += _sample(value[2]) * min(max(value[0], 1), 30)
        elif kind is op.SUBPATTERN:
            made += _sample(value[3])
        elif kind is op.ATOMIC_GROUP:
            made += _sample(value)
        elif kind is op.BRANCH:
            made += _sample(value[1][0])
    return made


def _is_in(letter: str, members: Iterable[Any]) -> bool:
    """Whether a class holds a letter."""
    held, denied = False, False
    for kind, value in members:
        if kind is op.NEGATE:
            denied = True
        elif kind is op.LITERAL:
            held |= ord(letter) == value
        elif kind is op.RANGE:
            held |= value[0] <= ord(letter) <= value[1]
        elif kind is op.CATEGORY:
            held |= re.match(_CATEGORIES[value], letter) is not None
    return held is not denied


_CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d", op.CATEGORY_NOT_DIGIT: r"\D", op.CATEGORY_SPACE: r"\s", op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w", op.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def worst_growth(
    pattern: re.Pattern[Any],
    shaped: Callable[[str], str] = str,
    *,
    sizes: Sequence[int] = SIZES,
    cap: float = CAP,
    ways: Sequence[str] = ("match", "search", "fullmatch"),
) -> Growth:
    """The worst growth of an expression over its attacks, in each of the ways; stops at the first bad one.

    `shaped` is what every text goes through before this expression ever sees it; `cap`, in seconds, what one at
    `MEDIUM` characters may take: fewer characters are given less in proportion to what is usual.
    """
    tried: list[tuple[float, int, Attack, Any]] = []
    for attack in attacks(pattern):
        sizes_tried = (*(len(attack.pump) * times for times in WARNING), MEDIUM)
        texts = [(size, _text(pattern, shaped(attack.of(size)))) for size in sizes_tried]
        for way in (getattr(pattern, name) for name in ways):
            for size, text in texts:
                # Time on the wall is never less than the processor's, and is read without asking the system for it.
                if size != MEDIUM and _seconds_on_the_wall(way, text) <= FLOOR * cap / CAP:
                    continue
                seconds = _seconds(way, text)
                if seconds > (cap if size == MEDIUM else FLOOR * cap / CAP):
                    return Growth(float("inf"), seconds, size, repr(attack.pump[:60]))
            tried.append((seconds, len(tried), attack, way))
    slowest = sorted(tried, key=lambda one: one[:2], reverse=True)[:KEPT]
    found = []
    for _time, _rank, attack, way in slowest:
        found.append(_doubled(pattern, way, attack, shaped, sizes))
        if not found[-1].is_linear:
            return found[-1]
    return max(found, key=lambda one: one.measured_ratio)


def _doubled(
    pattern: re.Pattern[Any], way: Any, attack: Attack, shaped: Callable[[str], str], sizes: Sequence[int]
) -> Growth:
    """The growth of one attack; measured again when it looks bad, as the machine may have been busy."""
    smallest, last = _text(pattern, shaped(attack.of(sizes[0]))), len(sizes) - 1
    for _attempt in range(3):
        seconds = first = max(min(_seconds(way, smallest) for _time in range(2)), 1e-6)
        doublings = 0
        while doublings < last and not (seconds > FLOOR and seconds > LINEAR / 8 * first * 2**doublings):
            # What doubles with its text the first time is tried at the largest size at once, where it is judged.
            doublings = last if doublings == 1 and seconds <= DOUBLED * first else doublings + 1
            seconds = _seconds(way, _text(pattern, shaped(attack.of(sizes[doublings]))))
        ratio = (seconds / first) ** (3 / doublings) if doublings else 8.0
        found = Growth(ratio, seconds, sizes[doublings], repr(attack.pump[:60]), is_whole=doublings + 1 == len(sizes))
        if found.is_linear or seconds > CERTAIN:
            return found
    return found


def _text(pattern: re.Pattern[Any], text: str) -> Any:
    return text.encode("utf-8") if isinstance(pattern.pattern, bytes) else text


def _seconds_on_the_wall(way: Any, text: Any) -> float:
    begun = perf_counter()
    way(text)
    return perf_counter() - begun


def _seconds(way: Any, text: Any) -> float:
    begun = process_time()
    way(text)
    return process_time() - begun
