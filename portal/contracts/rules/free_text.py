"""Paragraphs as a lawyer types them: what the portal fills in stands between brackets.

« Le Sous-traitant avertit [vendor.breach_contact], comme le veut [CL18]. » is the prose of a clause in which
`{{ vendor.breach_contact }}` and `{{ ref:CL18 }}` would stand; a blank line ends a paragraph, `- ` and `a) ` list.
"""

import re
from collections.abc import Collection, Iterator

from portal.contracts.rules.fact_catalogue import FACTS, FactKind
from portal.contracts.rules.model import (
    ContractTemplate,
    CrossReference,
    FactPlaceholder,
    Passage,
    ProseBlock,
    ProseParagraph,
    ProsePiece,
)
from portal.contracts.rules.prose_parsing import blocks
from portal.core.expressions import expression
from portal.core.language import Language, Sentence, say

LONGEST_TEXT = 10_000
"""Characters of one paragraph."""
_BRACKETS = expression(r"\[([^\[\]\n]{0,200})\]")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def typed_source(passage: Passage) -> str:
    """A passage of the library as it would be typed; `read_text` gives the same blocks back."""
    written: list[str] = []
    for block in passage.blocks:
        if isinstance(block, ProseParagraph):
            written.append(_run(block.pieces))
        else:
            marks = (f"{_LETTERS[rank % 26]})" if block.ordered else "-" for rank in range(len(block.items)))
            written.append("\n".join(f"{mark} {_run(item)}" for mark, item in zip(marks, block.items, strict=False)))
    return "\n\n".join(written)


def _run(pieces: tuple[ProsePiece, ...]) -> str:
    return "".join(_piece(piece) for piece in pieces).strip()


def _piece(piece: ProsePiece) -> str:
    if isinstance(piece, FactPlaceholder):
        return f"[{piece.key}]"
    if isinstance(piece, CrossReference):
        return f"[{piece.target}]"
    mark = "**" if piece.strong else "*" if piece.emphasis else ""
    return f"{mark}{piece.text}{mark}"


def reference_targets(template: ContractTemplate) -> frozenset[str]:
    """What a paragraph of this kind of contract may refer to: its clauses, its places, its annexes."""
    annexes = {f"annex.{annex.key}" for annex in template.annexes}
    return frozenset({*template.clause_keys, *(slot.key for slot in template.slots), *annexes})


def read_text(text: str, language: Language, targets: Collection[str]) -> tuple[ProseBlock, ...]:
    """The prose of what was typed; what `text_problems` would name is read as plain words.

    >>> [paragraph] = read_text("Selon [CL18], [vendor.name] avertit.", Language.FR, {"CL18"})
    >>> [type(piece).__name__ for piece in paragraph.pieces]
    ['Text', 'CrossReference', 'Text', 'FactPlaceholder', 'Text']
    """
    return tuple(blocks(_lines(text, targets), language, lambda _line, _sentence: None))


def _lines(text: str, targets: Collection[str]) -> Iterator[tuple[int, str]]:
    known = _BRACKETS.sub(lambda found: _placeholder(found, targets), text)
    yield from enumerate(known.strip().splitlines(), start=1)


def _placeholder(found: re.Match[str], targets: Collection[str]) -> str:
    name = found[1].strip()
    if name in targets:
        return f"{{{{ ref:{name} }}}}"
    if name in FACTS and FACTS[name].kind is not FactKind.ROWS:
        return f"{{{{ {name} }}}}"
    return found[0]


def text_problems(text: str, targets: Collection[str]) -> Iterator[Sentence]:
    """Why a text cannot stand in a contract; nothing when it can."""
    if not text.strip():
        yield say("Ce paragraphe est vide : écrivez-le, ou rayez-le.")
    if len(text) > LONGEST_TEXT:
        yield say("Ce texte dépasse %(limit)s caractères.", limit=LONGEST_TEXT)
    if "{" in text or "}" in text:
        yield say("Les accolades ne s'impriment pas : ce que le portail remplit s'écrit entre crochets, [vendor.name].")
    for found in _BRACKETS.finditer(text):
        name = found[1].strip()
        if name in FACTS and FACTS[name].kind is FactKind.ROWS:
            yield say("« %(key)s » est un tableau : renvoyez à son annexe.", key=name)
        elif name not in FACTS and name not in targets:
            yield say(
                "« [%(name)s] » n'est ni une information du contrat, ni un article, ni une annexe : "
                "rien ne viendrait le remplir.",
                name=name,
            )


def filled_in(text: str, targets: Collection[str]) -> tuple[str, ...]:
    """What the portal fills in of a text, each once, in order: keys of facts and targets of references."""
    names = (found[1].strip() for found in _BRACKETS.finditer(text))
    return tuple(dict.fromkeys(name for name in names if name in FACTS or name in targets))
