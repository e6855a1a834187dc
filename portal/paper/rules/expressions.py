"""The expressions of the readings taken apart: alternatives, letters, groups.

Only the signs the readings use are told apart; any other is kept as it is written and stands for anything.
"""

import re

from portal.core.dataclass import dataclass
from portal.core.expressions import expression

TOKEN = expression(
    r"(?P<group>\(\?(?::|[!=]|<[!=]))|(?P<plain>\()|(?P<close>\))|(?P<bar>\|)"
    r"|(?P<times>(?:[?*+]|\{\d{0,6},?\d{0,6}\})[?+]?)|(?P<any>\\[a-zA-Z]|\[\^?\]?(?:\\.|[^\]\\]){0,300}\]|[.^$])"
    r"|(?P<letter>\\?.)",
    re.DOTALL,
)
"""One sign of an expression, told by the name of its group."""
_GROUPS = ("(?:", "(")


@dataclass(frozen=True, slots=True)
class Atom:
    """One sign or one group of an expression, with how many times it is there."""

    source: str
    """The sign as written, or how the group opens."""
    letter: str = ""
    """The letter it stands for; empty when it is anything else."""
    branches: tuple["Branch", ...] = ()
    """The alternatives of a group."""
    times: str = ""
    """As written; empty for once."""

    @property
    def least(self) -> int:
        """How many times it must be there, at least."""
        if not self.times:
            return 1
        counted = re.match(r"\{(\d{1,6})", self.times)
        return int(counted[1]) if counted else int(self.times[0] == "+")

    @property
    def once(self) -> bool:
        """Whether it is there once exactly."""
        return not self.times

    @property
    def read(self) -> tuple["Branch", ...]:
        """The alternatives of a group that takes what it finds; nothing for one that only looks."""
        return self.branches if self.source in _GROUPS else ()


@dataclass(frozen=True, slots=True)
class Branch:
    """One alternative."""

    source: str
    atoms: tuple[Atom, ...]


def parse_expression(expression: str) -> tuple[Branch, ...]:
    r"""The alternatives of an expression.

    >>> [branch.source for branch in parse_expression(r"notif|inform(?:s|ed)?|a\|b")]
    ['notif', 'inform(?:s|ed)?', 'a\\|b']
    """
    branches, _ = _branches(expression, 0)
    return branches


def _branches(source: str, place: int) -> tuple[tuple[Branch, ...], int]:
    """Alternatives from a place to the end of their group, and where it ends."""
    found: list[Branch] = []
    atoms: list[Atom] = []
    begin = place
    while place < len(source):
        token = TOKEN.match(source, place)
        if token is None:  # never: the last alternative takes any letter
            raise ValueError(f"not read at letter {place}: {source}")
        kind, place = token.lastgroup, token.end()
        if kind in ("bar", "close"):
            found.append(Branch(source[begin : token.start()], tuple(atoms)))
            if kind == "close":
                return tuple(found), place
            atoms, begin = [], place
        elif kind == "times":
            last = atoms.pop()
            atoms.append(Atom(last.source, last.letter, last.branches, token[0]))
        elif kind in ("group", "plain"):
            inner, place = _branches(source, place)
            atoms.append(Atom(token[0], branches=inner))
        else:
            atoms.append(Atom(token[0], token[0][-1] if kind == "letter" else ""))
    found.append(Branch(source[begin:], tuple(atoms)))
    return tuple(found), place
