"""The small language of readings: terms that must stand together in a sentence, and where.

`a & b` both in the sentence (or the words that introduce it), in any order · `a .. b` in this order, close by ·
`!a` not in it · `#a` in a title above it · `!#a` in none · `~a` in it or in its neighbours · `!~a` in none of them ·
`{name}` a word of the vocabulary; before a space, with the end it takes in the sentence.
Each term is a regular expression on folded text whose parties are rewritten (`@p`, `@c`, `@s`, `@d`).
"""

import re
from collections.abc import Mapping, MutableMapping, Sequence
from copy import copy
from functools import lru_cache

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.paper.rules.duty_tables import rows_of_the_other_party, sentences_of_rows
from portal.paper.rules.folding import fold
from portal.paper.rules.ordered_words import CLOSE, Step, stand_in_order, taking_least
from portal.paper.rules.parties import Parties
from portal.paper.rules.prepared import PreparedExpressions
from portal.paper.rules.required_words import WordIndex
from portal.paper.rules.sentences import ContractSentence

_GAP = f".{{0,{CLOSE}}}?"
"""Between two words of a group, which belongs to it."""
_HIDDEN_SIGN = expression(r"\\[()\[\]\\]|\[[^\[\]]*[()]")
"""A parenthesis, or a bracket, that is a letter: escaped, or in a class of letters."""
_LETTERS = expression(r"\\.|\[(?:\\.|[^\]\\]){0,300}\]")
_GROUP_SIGN = expression("[()]")
_NAME = expression(r"\{(?P<name>[a-z][a-z_0-9]*)\}(?P<space> (?!\.\. |& ))?")
_FEW = 3
"""One sentence in so many, or fewer, are searched one by one; more are not worth it."""
_ENDLESS = expression(r"(\S{60})\S+")
"""No word is that long; what goes on without a space would be searched again from each of its characters."""
_TICKED = expression(r"\[[xv]\]|[☑☒✔✅]")
_UNTICKED = expression(r"(?:\[ ?\]|[☐□])[^\[\]☐□☑☒✔✅|;\n]{0,200}")
_NEAR = 3
"""How many sentences away a neighbour may stand, within the same section."""


@dataclass(frozen=True, slots=True)
class PatternTerm:
    """What stands in a sentence: one expression, or several that must be found in this order, close by."""

    parts: tuple[str, ...]
    """Regular expressions, shared between terms."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One parsed pattern."""

    source: str
    here: tuple[PatternTerm, ...]
    absent: tuple[PatternTerm, ...] = ()
    titled: tuple[PatternTerm, ...] = ()
    near: tuple[PatternTerm, ...] = ()
    untitled: tuple[PatternTerm, ...] = ()
    """Not in a title above it."""
    far: tuple[PatternTerm, ...] = ()
    """Neither in it nor in its neighbours."""


def without_unticked(line: str) -> str:
    """A line of which only the ticked options are read, when some are and some are not.

    >>> without_unticked("audits: [x] by questions [ ] by visit")
    'audits: [x] by questions '
    """
    return _UNTICKED.sub("", line) if _TICKED.search(line) else line


def cut_endless_words(line: str) -> str:
    """A line as every reading searches it: no word of it is longer than sixty characters."""
    return _ENDLESS.sub(r"\1", line)


def parse_pattern(
    source: str, vocabulary: Mapping[str, str], known: MutableMapping[str, tuple[str, ...]] | None = None
) -> Pattern:
    """Read a pattern; raises KeyError for an unknown word, ValueError for one that asks nothing or never closes.

    Expressions are compiled when first searched: most texts do not need them all, and they are many. `known` holds the
    parts of the terms already read with the same vocabulary, by their text: it is looked at first, and filled.

    >>> parse_pattern("{notify} .. @c & !may", {"notify": "notif|inform"}).here[0].parts
    ('notif|inform', '@c')
    """
    known = {} if known is None else known
    kinds: dict[str, list[PatternTerm]] = {mark: [] for mark in ("!#", "!~", "!", "#", "~", "")}
    for term in map(str.strip, source.split(" & ")):
        mark = next(mark for mark in kinds if term.startswith(mark))
        words = term[len(mark) :].strip()
        if words not in known:
            known[words] = _parts(words, vocabulary)
        kinds[mark].append(PatternTerm(known[words]))
    if not kinds[""]:
        raise ValueError(f"« {source} » ne demande rien à la phrase elle-même.")
    return Pattern(source, *(tuple(kinds[mark]) for mark in ("", "!", "#", "~", "!#", "!~")))


def _parts(source: str, vocabulary: Mapping[str, str]) -> tuple[str, ...]:
    """The expressions of a term."""
    while _NAME.search(source):
        source = _NAME.sub(
            lambda match: f"(?:{vocabulary[match['name']]})" + (r"\w* " if match["space"] else ""), source
        )
    parts: list[str] = []
    pending = ""
    for piece in source.split(" .. "):
        pending = _GAP.join((pending, piece.strip())) if pending else piece.strip()
        if _balanced(pending):
            parts.append(pending)
            pending = ""
    if pending:
        raise ValueError(f"« {source} » : une parenthèse ne se ferme pas.")
    return tuple(_bare(part) for part in parts)


def _bare(expression: str) -> str:
    """An expression without the groups that enclose the whole of it: the same words are then searched once.

    >>> _bare("(?:(?:notif|inform))"), _bare("(?:a)|(?:b)")
    ('notif|inform', '(?:a)|(?:b)')
    """
    while expression.startswith("(?:") and expression.endswith(")"):
        depth = 0
        for sign in _GROUP_SIGN.findall(_without_letters(expression[3:-1])):
            depth += 1 if sign == "(" else -1
            if depth < 0:
                return expression
        if depth:
            return expression
        expression = expression[3:-1]
    return expression


def _balanced(expression: str) -> bool:
    """Whether every group that opens closes: a gap inside a group belongs to it."""
    if "(" not in expression and ")" not in expression:
        return True
    plain = _without_letters(expression)
    return plain.count("(") == plain.count(")")


def _without_letters(expression: str) -> str:
    """An expression without its escaped signs and its classes of letters, which open and close no group.

    Where none of them holds a parenthesis, it is given back as it is: all that is looked for in it is parentheses.

    >>> _without_letters(r"(\\bavis\\b)"), _without_letters(r"(\\(avis[)])")
    ('(\\\\bavis\\\\b)', '(avis)')
    """
    return _LETTERS.sub("", expression) if _HIDDEN_SIGN.search(expression) else expression


PREPARED = PreparedExpressions()
"""What this process knows of expressions; a command gives it what an earlier one kept (`paper.kept_expressions`)."""


def _compiled(expression: str) -> re.Pattern[str]:
    return PREPARED.compiled(expression)


@lru_cache(maxsize=16_384)
def _step(expression: str) -> Step:
    """An expression as one of several in order."""
    least = taking_least(expression)
    most = _compiled(expression)
    return Step(most, most if least == expression else _compiled(least))


def is_found(term: PatternTerm, line: str) -> bool:
    """Whether a term is found in a line."""
    if len(term.parts) == 1:
        return _compiled(term.parts[0]).search(line) is not None
    return stand_in_order(line, [*map(_step, term.parts)])


def place_found(term: PatternTerm, line: str) -> int | None:
    """Where in a line a term of one expression is first found, in characters; None where it is not."""
    found = _compiled(term.parts[0]).search(line)
    return None if found is None else found.start()


class SearchedLines:
    """What was found in the lines of the texts read last, by expression.

    A version that comes back, a text read with its amendment, the contracts of one provider differ by few lines: what
    was searched in the others is not searched again. It rests on nothing but the expression and the line.
    """

    def __init__(self, most: int = 100_000) -> None:
        """Keep so many answers, about a hundred bytes each; beyond, begin again."""
        self._most = most
        self._left = most
        self._answers: dict[str, dict[str, bool]] = {}

    def places_with(self, expression: str, places: frozenset[int], lines: Sequence[str]) -> frozenset[int]:
        """Those of some places whose line an expression is found in."""
        if self._left < 0:
            self._answers, self._left = {}, self._most
        answers = self._answers.setdefault(expression, {})
        unknown = {line for place in places if (line := lines[place]) not in answers}
        if unknown:
            search = _compiled(expression).search
            answers.update((line, search(line) is not None) for line in unknown)
            self._left -= len(unknown)
        return frozenset(place for place in places if answers[lines[place]])


SEARCHED = SearchedLines()
"""What this process has searched."""


class SentenceIndex:
    """Index of the sentences of one text: words are looked up once, expressions run only where they may match."""

    def __init__(self, units: Sequence[ContractSentence], parties: Parties) -> None:
        """Fold and rewrite every sentence with the words that introduce it."""
        self.units = units
        self._parties = parties
        self.named = frozenset(parties.processor | parties.controller | parties.subprocessor)
        leads = dict.fromkeys(unit.lead for unit in units)
        titles = dict.fromkeys(unit.heading for unit in units)
        read = parties.rewrite(map(fold, (*leads, *titles, *(unit.text for unit in units))))
        self.read = read[len(leads) + len(titles) :]
        led = {lead: f"{one} | " if lead else "" for lead, one in zip(leads, read, strict=False)}
        titled = {title: cut_endless_words(one) for title, one in zip(titles, read[len(leads) :], strict=False)}
        self.read = [without_unticked(sentence) for sentence in self.read]
        lines = [cut_endless_words(led[unit.lead] + sentence) for unit, sentence in zip(units, self.read, strict=True)]
        self.of_the_other_party = rows_of_the_other_party(units, lines)
        """The rows of tables that put what they name on the controller alone."""
        for place, said in sentences_of_rows(units, lines).items():
            lines[place] = self.read[place] = said
        self.lines = lines
        self._words = WordIndex(lines)
        self._every = frozenset(range(len(lines)))
        self._titles = [titled[unit.heading] for unit in units]
        self._titled: dict[PatternTerm, frozenset[int]] = {}
        self._found: dict[str, frozenset[int]] = {}

    def beginning_at(self, cut: Mapping[int, int]) -> "SentenceIndex":
        """The same index, some of its lines without what stands before a place."""
        other = copy(self)
        other.lines = [line[cut.get(place, 0) :] for place, line in enumerate(self.lines)]
        other._words = WordIndex(other.lines)
        other._found = {}
        return other

    def after_questions(self) -> tuple["SentenceIndex", frozenset[int]] | None:
        """The same index in which each answer is read with its question before it, and where they are; None without.

        What an answer owes, or denies, it says by itself: only what satisfies a duty is looked for in both.
        """
        asked = {place: unit.asked for place, unit in enumerate(self.units) if unit.asked}
        if not asked:
            return None
        questions = self._parties.rewrite(map(fold, asked.values()))
        other = copy(self)
        other.lines = list(self.lines)
        for place, question in zip(asked, questions, strict=True):
            other.lines[place] = f"{cut_endless_words(question)} | {self.lines[place]}"
        other._words = WordIndex(other.lines)
        other._found = {}
        return other, frozenset(asked)

    def sentences_with(self, term: PatternTerm, among: frozenset[int] | None = None) -> frozenset[int]:
        """Numbers of the sentences, among some or all, in which a term is found."""
        if len(term.parts) == 1:
            return self._with(term.parts[0], among)
        for part in sorted(term.parts, key=lambda part: part not in self._found):
            among = self._with(part, among)
            if not among:
                return among
        among = among or frozenset()
        steps = [*map(_step, term.parts)]
        return frozenset(place for place in among if stand_in_order(self.lines[place], steps))

    def _unknown(self, term: PatternTerm) -> int:
        """How much of a term was never looked for in this text; what is known costs nothing and narrows the rest."""
        return sum(part not in self._found for part in term.parts)

    def _with(self, expression: str, among: frozenset[int] | None) -> frozenset[int]:
        if expression in self._found:
            return self._found[expression] if among is None else among & self._found[expression]
        if among is not None and len(among) * _FEW < len(self.lines):
            return self._searched(expression, among)
        self._found[expression] = self._searched(expression)
        return self._found[expression] if among is None else among & self._found[expression]

    def _searched(self, expression: str, among: frozenset[int] | None = None) -> frozenset[int]:
        """Where an expression is found: at once where it is a word, else where the words it needs stand."""
        known = PREPARED.plan(expression)
        found = self._words.sentences_with_any(known.words) if known.words else frozenset()
        found = found if among is None else found & among
        for branch, needs in known.rest:
            possible = among
            for words in needs:
                having = self._words.sentences_with_any(words)
                possible = having if possible is None else possible & having
                if not possible:
                    break
            left = (self._every if possible is None else possible) - found
            if left:
                found |= SEARCHED.places_with(branch, left, self.lines)
        return found

    def sentences_under(self, term: PatternTerm) -> frozenset[int]:
        """Numbers of the sentences under a title in which a term is found."""
        if term not in self._titled:
            hit = {title: is_found(term, title) for title in set(self._titles)}
            self._titled[term] = frozenset(place for place, title in enumerate(self._titles) if hit[title])
        return self._titled[term]

    def matching(self, pattern: Pattern) -> frozenset[int]:
        """Numbers of the sentences that a pattern accepts."""
        found: frozenset[int] | None = None
        for term in pattern.titled:
            found = self.sentences_under(term) if found is None else found & self.sentences_under(term)
        for term in sorted(pattern.here, key=self._unknown) if len(pattern.here) > 1 else pattern.here:
            found = self.sentences_with(term, found)
            if not found:
                return found
        for term in pattern.untitled if found else ():
            found = (found or frozenset()) - self.sentences_under(term)
        for term in pattern.absent:
            found = found - self.sentences_with(term, found) if found else found
        for term in pattern.near if found else ():
            found = self._with_neighbour(term, found or frozenset())
        for term in pattern.far if found else ():
            found = (found or frozenset()) - self._with_neighbour(term, found or frozenset())
        return found or frozenset()

    def _with_neighbour(self, term: PatternTerm, places: frozenset[int]) -> frozenset[int]:
        """Those of some sentences in which, or beside which, a term is found."""
        around = self.sentences_with(term, frozenset[int]().union(*map(self.neighbours, places)))
        return frozenset(place for place in places if self.neighbours(place) & around)

    def neighbours(self, place: int) -> frozenset[int]:
        """Numbers of a sentence and of those beside it, under the same title."""
        heading = self._titles[place]
        around = range(max(0, place - _NEAR), min(len(self.units), place + _NEAR + 1))
        return frozenset(other for other in around if self._titles[other] == heading)
