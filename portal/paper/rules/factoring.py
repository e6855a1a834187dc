"""Expressions rewritten to be searched faster: alternatives that begin alike are tried together.

`notif|note|inform` tries one letter where it tried three words. What is found or not stays the same; which alternative
is taken first may not, so this serves a search that only asks whether, never what.
"""

from functools import lru_cache
from typing import NamedTuple

from portal.paper.rules.literals import TOKEN

_FEW = 4
"""Alternatives below which there is nothing to gain."""
_EDGE = r"\b"


class _Atom(NamedTuple):
    source: str
    letter: bool = False
    """Whether it is one letter, there once."""


_Branch = tuple[_Atom, ...]


@lru_cache(maxsize=4096)
def factored(expression: str) -> str:
    r"""The same expression, its alternatives sharing their first letters.

    >>> factored("notif|note|inform|indic"), factored(r"\bdpa|\bdeed|\bact|x?y")
    ('not(?:if|e)|in(?:form|dic)', '\\b(?:d(?:pa|eed)|act)|x?y')
    """
    return _written(_read(expression, 0)[0])


def _read(source: str, place: int) -> tuple[list[_Branch], int]:
    """Branches from a place to the end of their group, groups inside already rewritten, and where it ends."""
    branches: list[list[_Atom]] = [[]]
    while place < len(source):
        token = TOKEN.match(source, place)
        assert token is not None  # its last alternative takes any letter
        kind, place = token.lastgroup, token.end()
        if kind == "close":
            break
        if kind == "bar":
            branches.append([])
        elif kind == "times":
            branches[-1][-1] = _Atom(branches[-1][-1].source + token[0])
        elif kind in ("group", "plain"):
            inner, place = _read(source, place)
            branches[-1].append(_Atom(f"{token[0]}{_written(inner)})"))
        else:
            branches[-1].append(_Atom(token[0], letter=kind == "letter"))
    return [tuple(branch) for branch in branches], place


def _written(branches: list[_Branch]) -> str:
    if len(branches) < _FEW:
        return "|".join(map(_source, branches))
    return _grouped(branches)


def _grouped(branches: list[_Branch]) -> str:
    together: dict[tuple[str, int], list[_Branch]] = {}
    for rank, branch in enumerate(branches):
        first = _first(branch)
        together.setdefault((first, -1 if first else rank), []).append(branch)
    return "|".join(
        _source(alike[0]) if len(alike) == 1 else f"{first}{_rest([branch[1:] for branch in alike])}"
        for (first, _), alike in together.items()
    )


def _rest(branches: list[_Branch]) -> str:
    """What follows a shared first atom."""
    inner = _grouped(branches)
    shared = _first(branches[0])
    alike = bool(shared) and all(_first(branch) == shared for branch in branches)
    return inner if alike else f"(?:{inner})"


def _first(branch: _Branch) -> str:
    """The letter, or the edge of a word, with which a branch begins for certain; empty when there is none."""
    return branch[0].source if branch and (branch[0].letter or branch[0].source == _EDGE) else ""


def _source(branch: _Branch) -> str:
    return "".join(atom.source for atom in branch)
