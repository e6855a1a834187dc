"""Which sentences of a text are left blank, and what each blank stands for."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from portal.core.expressions import expression
from portal.documents_in.annex_titles import annex_key, annex_mentions
from portal.documents_in.document import ParagraphKind, SourceDocument
from portal.paper.rules.blanks import Blank, find_blanks, is_nothing, unfilled_annexes
from portal.paper.rules.folding import fold
from portal.paper.rules.sentences import ContractSentence

_LABELLED = expression(
    r"(?:[:|(–=-]|\b(?:est|sont|is|are|suivante?s?|following|appele\w{0,9}|called|nomme\w{0,9}))[ \"'*]{0,9}$",
    re.IGNORECASE,
)
"""What stands just before a blank that answers it, whatever the blank says of itself."""
_SHORT_LABEL = expression(r"\W{0,9}[^\W\d_]{1,30}(?:[ '’-][^\W\d_]{1,30}){0,4}[ \xa0]?[:|]\s{0,3}")
"""A label alone before a blank (« Données : … »)."""
_SAYS_NOTHING = expression(
    r"\W*(?:(?:description|details?|list(?:e|es)?|text[eo]?|contenu|content|names?|noms?|date|number|nombre|delais?|period|periode|duration|hours?|heures?|days?|jours?|amount|montant|x+|here|ici|to|be|of|a|de)\b\W*)*",
    re.IGNORECASE,
)
_LABEL_WORDS = 12
"""Words of an introduction that may be the label of each blank under it; a longer one says more than that."""
_MARK = expression(r"\W{0,40}(?:à compléter|to be completed)\s{0,9}:", re.IGNORECASE)
"""What announces that the words after it are what is lacking."""
_MARKED_WORDS = 18
"""Words that such a mark may announce: they are a label, which is longer in one language than in another."""


class BlankPlaces:
    """The blanks of one document by the sentences in which they stand."""

    def __init__(self, document: SourceDocument, units: Sequence[ContractSentence]) -> None:
        """Find the blanks; `units` are the sentences of the document, in order."""
        self.found = find_blanks(document)
        starts = [unit.start for unit in units]
        placed = [(max(bisect_right(starts, blank.start) - 1, 0), blank) for blank in self.found] if units else []
        self.sentences = frozenset(
            place for first, blank in placed for place in range(first, max(first + 1, bisect_left(starts, blank.end)))
        )
        self.named = frozenset(
            place
            for place, blank in placed
            if _says_something(blank.words)
            or _SHORT_LABEL.fullmatch(units[place].text[: blank.start - units[place].start])
        )
        """Sentences with a blank that says itself what it stands for, or that answers a label of few words."""
        self._asked = [(place, _asked_by(blank, units[place])) for place, blank in placed]
        self._titles = [
            (place, fold(units[place].heading.rpartition(" / ")[2])) for place, blank in placed if not blank.loose
        ]
        rank_of = {blank: place for place, blank in placed}
        self._annexes = {
            annex_key(label): (
                fold(units[rank_of[inside[0]]].heading),
                [rank_of[blank] for blank in inside],
            )
            for label, inside in unfilled_annexes(document, self.found).items()
        }

    def standing_for(self, topic: str) -> list[int]:
        """The sentences with a blank that stands for a topic, an expression on folded text."""
        if not topic or not self._asked:
            return []
        search = re.compile(topic).search
        return [place for place, said in self._asked if any(map(search, said))]

    def under_titles(self, topic: str) -> list[int]:
        """The blank sentences of the clauses whose title names a topic: they are not finished."""
        if not topic or not self._titles:
            return []
        search = re.compile(topic).search
        return [place for place, title in self._titles if search(title)]

    def in_annexes_named(self, sentence: str, topic: str) -> list[int]:
        """The blank sentences of the annexes on a topic that a sentence refers to and that hold nothing else."""
        if not self._annexes:
            return []
        named = {annex_key(label) for label, _ in annex_mentions(sentence)}
        search = re.compile(topic).search
        return [
            place
            for key, (title, places) in self._annexes.items()
            if key in named and search(title)
            for place in places
        ]


def _says_something(words: str) -> bool:
    """Whether a blank names what it stands for; a whole note to the drafter names too much.

    >>> _says_something("[à compléter : point de contact du sous-traitant en cas de violation de données]")
    True
    """
    mark = _MARK.match(words)
    most, said = (_MARKED_WORDS, words[mark.end() :]) if mark else (_LABEL_WORDS, words)
    return len(said.split()) <= most and not _SAYS_NOTHING.fullmatch(words)


def _asked_by(blank: Blank, unit: ContractSentence) -> list[str]:
    """What a blank stands for, folded: its own words, and what it answers."""
    if blank.loose:
        return []
    said = [blank.words] if _says_something(blank.words) else []
    label = unit.text[: max(0, blank.start - unit.start)][-80:]
    empty = is_nothing(label)
    if not empty and (not said or _LABELLED.search(label)):
        said.append(label)
    elif empty and (not said or 0 < len(unit.lead.split()) <= _LABEL_WORDS):
        title = unit.heading.rpartition(" / ")[2]
        said.append(unit.lead or title)
        if unit.kind is ParagraphKind.ROW and title:
            said.append(title)  # the header of a table says what a cell is, its title what the table is of
    return [fold(one) for one in said]
