"""Expressions rewritten to be searched faster: alternatives that begin alike are tried together.

`notif|note|inform` tries one letter where it tried three words. What is found or not stays the same; which alternative
is taken first may not, so this serves a search that only asks whether, never what.
"""

from collections.abc import Sequence
from functools import lru_cache

from portal.paper.rules.expressions import Atom, Branch, parse_expression

_FEW = 4
"""Alternatives below which there is nothing to gain."""
_EDGE = r"\b"


_Atoms = Sequence[Atom]


@lru_cache(maxsize=4096)
def factor_alternatives(expression: str) -> str:
    r"""The same expression, its alternatives sharing their first letters.

    >>> factor_alternatives("notif|note|inform|indic"), factor_alternatives(r"\bdpa|\bdeed|\bact|x?y")
    ('not(?:if|e)|in(?:form|dic)', '\\b(?:d(?:pa|eed)|act)|x?y')
    """
    return _written(parse_expression(expression))


def _written(branches: Sequence[Branch]) -> str:
    if len(branches) < _FEW:
        return "|".join(_source(branch.atoms) for branch in branches)
    return _grouped([branch.atoms for branch in branches])


def _grouped(branches: Sequence[_Atoms]) -> str:
    together: dict[tuple[str, int], list[_Atoms]] = {}
    for rank, branch in enumerate(branches):
        first = _first(branch)
        together.setdefault((first, -1 if first else rank), []).append(branch)
    return "|".join(
        _source(alike[0]) if len(alike) == 1 else f"{first}{_rest([branch[1:] for branch in alike])}"
        for (first, _), alike in together.items()
    )


def _rest(branches: Sequence[_Atoms]) -> str:
    """What follows a shared first atom."""
    inner = _grouped(branches)
    shared = _first(branches[0])
    alike = bool(shared) and all(_first(branch) == shared for branch in branches)
    return inner if alike else f"(?:{inner})"


def _first(branch: _Atoms) -> str:
    """The letter, or the edge of a word, with which a branch begins for certain; empty when there is none."""
    first = branch[0] if branch else None
    return first.source if first and first.once and (first.letter or first.source == _EDGE) else ""


def _source(atoms: _Atoms) -> str:
    return "".join(
        (f"{atom.source}{_written(atom.branches)})" if atom.branches else atom.source) + atom.times for atom in atoms
    )
