"""Whether each clause still says what it is said to cover, position by position and language by language.

A mark such as `{C42}` is only a claim. The words declared under `operative` are what the claim rests on: they stand in
one marked paragraph, in the preferred wording and in the fallback, in French and in English.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from portal.contracts.rules.model import (
    Clause,
    ClauseLibrary,
    OperativeWords,
    Passage,
    ProseParagraph,
    ProsePiece,
)
from portal.core.dataclass import dataclass
from portal.core.documents.tree import Text
from portal.core.language import Language, Sentence, say

MOST_CLAUSES = 6
"""Other clauses that may say the words on which a mark rests: beyond, they are of the house style, not of a duty."""
FEWEST_WORDS = 2
"""Words on which alone a mark may rest: one stands anywhere."""


class Position(StrEnum):
    """Which of our wordings is read."""

    PREFERRED = "preferred"
    FALLBACK = "fallback"


@dataclass(frozen=True)
class PositionCoverage:
    """One obligation in one wording of a clause: the paragraphs that say it, and the words that none says any more."""

    clause: str
    obligation: str
    position: Position
    language: Language
    paragraphs: tuple[int, ...]
    missing: tuple[str, ...]

    @property
    def is_proven(self) -> bool:
        """Whether some marked paragraph says it, and every word it rests on is said."""
        return bool(self.paragraphs) and not self.missing


def library_coverage(library: ClauseLibrary) -> tuple[PositionCoverage, ...]:
    """The table clause × obligation × position × language, in the order of the library."""
    return tuple(line for clause in library.clauses for line in clause_coverage(clause))


def clause_coverage(clause: Clause) -> Iterator[PositionCoverage]:
    """Each obligation that a clause claims, in each of its wordings."""
    for obligation in clause.covers:
        resting = [one for one in clause.operative if obligation in one.meets]
        for position, by_language in wordings(clause).items():
            for language, passages in by_language.items():
                texts = _marked(passages, obligation)
                found = {number for number, text in texts.items() for one in resting if _words(one, language) in text}
                missing = tuple(
                    one.text.said_in(language)
                    for one in resting
                    if not any(_words(one, language) in text for text in texts.values())
                )
                yield PositionCoverage(clause.key, obligation, position, language, tuple(sorted(found)), missing)


def wordings(clause: Clause) -> Mapping[Position, Mapping[Language, tuple[Passage, ...]]]:
    """The texts that a contract may take from a clause; one that is itself a fallback has no other."""
    own = Position.PREFERRED if clause.position == "preferred" else Position.FALLBACK
    found = {own: dict(clause.prose)}
    if clause.negotiation:
        found[Position.FALLBACK] = {language: fallback_prose(clause, language) for language in clause.prose}
    return found


def fallback_prose(clause: Clause, language: Language) -> tuple[Passage, ...]:
    """A clause with every fallback taken; a fallback says what the paragraph it replaces is marked with."""
    return tuple(
        replace(passage, blocks=taken[0].blocks)
        if (point := clause.point(number)) and (taken := point.fallback.get(language, ()))
        else passage
        for number, passage in enumerate(clause.prose[language], start=1)
    )


def operative_defects(clause: Clause) -> Iterator[Sentence]:
    """Marks that rest on nothing, and words that a wording of the clause no longer says."""
    for one in clause.operative:
        for key in one.meets:
            if key not in clause.covers:
                yield say("« operative » vise %(key)s, qui n'est pas dans « covers ».", key=key)
        for language in Language:
            if len(_words(one, language).split()) < FEWEST_WORDS:
                text = one.text.said_in(language)
                yield say("« %(words)s » est trop court pour porter une obligation : citez la phrase.", words=text)
    for line in clause_coverage(clause):
        for words in line.missing:
            yield say(
                "%(key)s n'est plus couvert (%(position)s, %(language)s) : "
                "aucun paragraphe marqué ne dit « %(words)s ».",
                key=line.obligation,
                position=line.position.value,
                language=line.language.value,
                words=words,
            )
    for position, by_language in wordings(clause).items():
        for language, passages in by_language.items():
            yield from _unsupported(clause, position, language, passages)


def _unsupported(
    clause: Clause, position: Position, language: Language, passages: tuple[Passage, ...]
) -> Iterator[Sentence]:
    """Each mark needs words of its own: what two paragraphs say could be taken out of one unseen."""
    for number, passage in enumerate(passages, start=1):
        text = text_of(passage)
        for key in passage.obligations:
            resting = [one for one in clause.operative if key in one.meets and _words(one, language) in text]
            others = [other for at, other in _marked(passages, key).items() if at != number]
            if not any(
                text.count(_words(one, language)) == 1 and not any(_words(one, language) in other for other in others)
                for one in resting
            ):
                yield say(
                    "Paragraphe %(n)s (%(position)s, %(language)s) : aucun mot de « operative » ne soutient %(key)s "
                    "ici et ici seulement.",
                    n=number,
                    position=position.value,
                    language=language.value,
                    key=key,
                )


def _marked(passages: tuple[Passage, ...], key: str) -> dict[int, str]:
    return {number: text_of(passage) for number, passage in enumerate(passages, start=1) if key in passage.obligations}


@lru_cache(maxsize=4_096)
def text_of(passage: Passage) -> str:
    """The words of a passage to be searched: one space between words, no capitals; what is filled in cuts them."""
    runs: list[tuple[ProsePiece, ...]] = []
    for block in passage.blocks:
        runs += (block.pieces,) if isinstance(block, ProseParagraph) else block.items
    return " | ".join(_folded("".join(p.text if isinstance(p, Text) else " | " for p in run)) for run in runs)


SaidByClauses: TypeAlias = Mapping[Language, tuple[tuple[str, tuple[str, ...]], ...]]
"""Of each clause in its place, its key and what each of its passages says."""


def said_by_clauses(library: ClauseLibrary) -> SaidByClauses:
    """What every clause says, to search the words of each among the others."""
    return {
        language: tuple((one.key, tuple(map(text_of, one.prose.get(language, ())))) for one in library.clauses)
        for language in Language
    }


def commonplace_defects(said: SaidByClauses, clause: Clause) -> Iterator[Sentence]:
    """Operative words that clause after clause says: they would prove anything, wherever they stand."""
    if not clause.operative:
        return
    for language in Language:
        others = [texts for key, texts in said[language] if key != clause.key]
        for one in clause.operative:
            sought = _words(one, language)
            number = sum(any(sought in text for text in texts) for texts in others)
            if number > MOST_CLAUSES:
                yield say(
                    "« %(words)s » se dit dans %(count)s autres clauses : citez la phrase qui oblige.",
                    words=one.text.said_in(language),
                    count=number,
                )


def says_words(passage: Passage, one: OperativeWords, language: Language) -> bool:
    """Whether a passage says these words."""
    return _words(one, language) in text_of(passage)


def _words(one: OperativeWords, language: Language) -> str:
    return _folded(one.text.said_in(language))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
