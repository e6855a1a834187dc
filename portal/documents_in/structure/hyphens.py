"""Joins two printed lines: a word cut at a line's end is put back together, a real hyphen is kept.

Standard library only.
"""

from collections.abc import Iterable

from portal.core.expressions import expression
from portal.documents_in.structure.characters import SOFT_HYPHEN

_WORD = expression(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_CUT = expression(r"(?<![^\W\d_])(?<![^\W\d_]-)([^\W\d_]+(?:-[^\W\d_]+)*)-$")
_NEXT = expression(r"[^\W\d_]+")
PRINTED = "\u2010"
"""The hyphen that typesetters print where they cut a word; some texts write all their hyphens with it."""
_INSIDE = expression(rf"[^\W\d_]{PRINTED}[^\W\d_]")
_KEPT_AFTER = frozenset(
    _WORD.findall(
        "sous non co ex anti vice demi mi semi sub third cross long short real on off opt self well up so re use data "
        "day vis avant après au ci là par peut celui celle ceux quasi contre inter multi post risk decision state lui "
        "elle eux soi nous vous elles moi time case end de du des double"
    )
)
"""First halves that French or English write with a hyphen."""
_KEPT_BEFORE = frozenset(_WORD.findall("ci là même mêmes être elle il ils elles on je vous nous à"))


class HyphenJoiner:
    """Joins lines of one text: what that text writes elsewhere tells a cut word from a compound."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._words: set[str] = set()
        self._written = False
        cut = False
        for line in lines:
            self._written = self._written or (PRINTED in line and _INSIDE.search(line) is not None)
            words = _WORD.findall(line.replace(PRINTED, "-").lower())
            whole = words[1:] if cut else words
            cut = line.endswith(("-", PRINTED, SOFT_HYPHEN))
            self._words.update(whole[:-1] if cut else whole)

    def joined(self, lines: Iterable[str]) -> str:
        """All the lines as one; each is only looked at with the one before."""
        parts: list[str] = []
        for line in lines:
            if parts:
                last = parts.pop()
                whole = self.join(last, line)
                parts.append(whole[: len(whole) - len(line)])
            parts.append(line)
        return "".join(parts)

    def join(self, before: str, after: str) -> str:
        """The two lines as one.

        >>> joiner = HyphenJoiner(["le traitement des données"])
        >>> joiner.join("le trai-", "tement"), joiner.join("un sous-", "traitant"), joiner.join("la clé", "est")
        ('le traitement', 'un sous-traitant', 'la clé est')
        """
        if before.endswith(SOFT_HYPHEN):
            return before[:-1] + after
        if before.endswith(PRINTED):
            if not self._written and after[:1].islower():
                return before[:-1] + after
            before = before[:-1] + "-"
        cut = _CUT.search(before) if before.endswith("-") else None
        if not cut:
            return before + after if _unspaced(before, after) else f"{before} {after}"
        following = _NEXT.match(after)
        if following and following[0].islower() and self._is_cut(cut[1].lower(), following[0].lower()):
            return before[:-1] + after
        return before + after if following or after[:1].isdigit() else f"{before} {after}"

    def _is_cut(self, first: str, second: str) -> bool:
        last = first.rsplit("-", 1)[-1]
        if first + second in self._words or last + second in self._words:
            return True
        if f"{first}-{second}" in self._words or last in _KEPT_AFTER or second in _KEPT_BEFORE:
            return False
        return not (last in self._words and second in self._words)


def _unspaced(before: str, after: str) -> bool:
    """Whether an address was cut: `https://exemple.test/` then `suite`."""
    last = before.rsplit(" ", 1)[-1]
    return "://" in last and last[-1] in "/-_=&?." and bool(after) and after[0] not in " («“"
