"""The check itself: the same text and the same readings always give the same results, each with its passage."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace

from portal.contracts.rules.model import BilingualWords
from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.documents_in.annex_titles import annex_key, annex_label, annex_mentions
from portal.documents_in.document import ParagraphKind, SourceDocument
from portal.documents_in.languages import unread_language
from portal.paper.rules.blank_places import BlankPlaces
from portal.paper.rules.blanks import SENDS_ELSEWHERE, cite_blank
from portal.paper.rules.check_result import (
    LACKING,
    Check,
    ContractVerdict,
    RequirementResult,
    RequirementStatus,
    Span,
)
from portal.paper.rules.defined_terms import hollow_places
from portal.paper.rules.devices import lesser_devices, outright_devices
from portal.paper.rules.distrust import Signs, distrusted
from portal.paper.rules.folding import fold
from portal.paper.rules.given_up import given_up_places
from portal.paper.rules.other_matter import is_about_another_matter
from portal.paper.rules.parties import find_parties
from portal.paper.rules.patterns import Pattern, PatternTerm, SentenceIndex, is_found, place_found
from portal.paper.rules.preambles import preamble_places
from portal.paper.rules.precedence import is_under_own_document, limiting, prevailing_places
from portal.paper.rules.releases import find_releases
from portal.paper.rules.rulebook import NO_WORDS, Negation, ReadingRule, Requirement, Rulebook
from portal.paper.rules.sentence_heads import unknown_heads
from portal.paper.rules.sentences import ContractSentence, split_sentences
from portal.paper.rules.specimens import shown_places
from portal.paper.rules.terms import find_terms
from portal.paper.rules.undone import OF_PROCESSOR, names_clauses, undone_places, words_beside_clauses
from portal.paper.rules.unowed import unowed_places
from portal.paper.rules.unpromised import unpromised_places
from portal.paper.rules.withdrawn import withdrawn_places

_ANSWERS = PatternTerm((r"liab|responsab|responsib|\brepond|\banswer|imputable|\bfautes?\b|\bfaults?\b|defaillance",))
"""What a sentence says when it is about answering for others."""
_SERVES = expression(r"(?:behalf of|pour le compte d\S{0,30}) (?!us\b|our\b)")
_PRONOUN = expression(
    r"(?:\W{0,9}\w{0,3}[.)] )?(?:(?:[^@|]|@[ds]){0,140}, )?"
    r"(?:il|elle|ils|elles|it|they|these|ces|(?:the|la|this|cette) notification) "
    r"(?!(?:est|sont|sera|seront|is|are|shall be|will be) (?:\w+ )?"
    r"(?:inform|notif|averti|alert|prevenu|told|help|aide|assist))"
)
_SUPPOSES = expression(
    r"\b(?:if|where|when|unless|in case|to the extent|si|s.il|lorsqu\w*|sauf|en cas|dans la mesure"
    r"|laws?[^.;|]{0,60} applicable to|lois?[^.;|]{0,60} applicables? (?:a|au))\b"
)
_UNSATISFIED = (
    RequirementStatus.CONTRADICTED, RequirementStatus.WEAK, RequirementStatus.DEFERRED, RequirementStatus.MISSING,
)  # fmt: skip
"""What is said of a requirement that nothing satisfies: the first that was found. « Missing » with a passage is not
found all the same: it is where a person begins to look."""
_BEST_SPANS = 4
_TITLE_WORDS = 6
"""Words up to which a sentence may be but the title of a clause (« Data Protection Impact Assessment. »)."""
_NOT_BINDING = 2
"""Below this number of core requirements satisfied, a text that names no processor binds none."""
_DENIED = BilingualWords(
    "Le texte dit le contraire : le sous-traitant n'y est pas tenu.",
    "The text says the contrary: the processor is not bound to it.",
)
_RESERVED = BilingualWords(
    "Ce devoir n'est dit que sous une réserve qui le vide : payé d'avance, en option, selon la politique du "
    "prestataire, sans délai dit.",
    "This duty is only stated under a reservation that empties it: paid in advance, optional, as the provider's own "
    "policy allows, with no time set.",
)
_TAKEN_BACK = BilingualWords(
    "Une autre clause du texte retire ce que celle-ci promet.",
    "Another clause of the text takes back what this one promises.",
)
_UNPLACED = BilingualWords(
    "On ne voit pas que ce devoir soit celui du sous-traitant : la phrase nomme quelqu'un d'autre, ou personne.",
    "This duty is not seen to be the processor's: the sentence names somebody else, or nobody.",
)
_ASTRAY = BilingualWords(
    "Cette phrase parle d'autre chose que de données : travaux, biens, argent, sécurité des lieux ou des personnes.",
    "This sentence is about something else than data: works, goods, money, the safety of places or persons.",
)
_RELEASED = BilingualWords(
    "Le même article, ou la même phrase, en délie le sous-traitant : à lire ensemble.",
    "The same article, or the same sentence, frees the processor of it: to be read together.",
)
_BEFORE = BilingualWords(
    "Ce passage est dans le préambule, qui dit pourquoi l’accord est fait et n’oblige personne.",
    "This passage is in the preamble, which says why the agreement is made and binds nobody.",
)
_SHOWN = BilingualWords(
    "Le texte ne fait que montrer, citer ou rappeler ce passage, ou dit qu'il n'engage personne.",
    "The text only shows, quotes or recalls this passage, or says that it binds nobody.",
)
_HOLLOW = BilingualWords(
    "Le texte définit un mot de ce devoir d'une manière qui le vide, ou le restreint : à lire avec sa définition.",
    "The text defines a word of this duty in a way that empties or narrows it: to be read with its definition.",
)
_BOTH = BilingualWords(
    "Le texte promet ce point, et dit ailleurs le contraire : à lire.",
    "The text promises this point, and elsewhere says the contrary: to be read.",
)
_UNOWED = BilingualWords(
    "Le texte dit ailleurs que le sous-traitant ne doit rien de tel : à lire ensemble.",
    "The text elsewhere says that the processor owes no such thing: to be read together.",
)
_LOSSES = frozenset(
    {_RESERVED, _TAKEN_BACK, _RELEASED, _BEFORE, _SHOWN, _HOLLOW, _BOTH, _UNOWED},
)
"""Reasons by which a promise is taken back."""
_BLANK = BilingualWords("Le texte laisse ce point à compléter.", "The text leaves this point to be completed.")
_ONE_BLANK = BilingualWords(
    "Ce texte n'est pas achevé : un blanc y reste à compléter.",
    "This text is not finished: one blank in it is still to be completed.",
)
_BLANKS = BilingualWords(
    "Ce texte n'est pas achevé : %d blancs y restent à compléter.",
    "This text is not finished: %d blanks in it are still to be completed.",
)
_FOLLOWED = BilingualWords(
    "Le texte renvoie à une annexe du même fichier, où ce point n'est pas dit.",
    "The text refers to an annex of the same file, in which this point is not stated.",
)
_OTHER_DOCUMENT = expression(
    r"(?:main|principal|primary|services?|master) agreement|order form|bon de commande|contrat principal|polic(?:y|ies)"
    r"|politique|conditions (?:particulieres|generales)|documentation"
)
_BARE_ANNEX = expression(r"\b(?:annexe?|appendix|schedule|exhibit)\b")
_ELSEWHERE = BilingualWords(
    "Le texte renvoie à un autre document, qui n'est pas fourni.", "The text refers to another document, not supplied."
)


_UNREAD = {
    "de": BilingualWords("allemand", "German"),
    "es": BilingualWords("espagnol", "Spanish"),
    "it": BilingualWords("italien", "Italian"),
    "nl": BilingualWords("néerlandais", "Dutch"),
    "pt": BilingualWords("portugais", "Portuguese"),
}
_UNREAD_LANGUAGE = BilingualWords(
    "Il paraît écrit en %s : ce contrôle ne lit que le français et l'anglais, et rien n'est à conclure de ce qu'il n'y "
    "trouve pas. Faites-le lire dans une traduction, ou par une personne.",
    "It appears to be written in %s: this check only reads French and English, and nothing follows from what it does "
    "not find there. Have a translation read, or a person read it.",
)


def check_contract(document: SourceDocument, rulebook: Rulebook) -> Check:
    """Read a document against every requirement (RGPD art. 28)."""
    sentences = split_sentences(document)
    blanks = BlankPlaces(document, sentences)
    index = SentenceIndex(sentences, find_parties(document.text, rulebook.nouns))
    supplied = frozenset(annex_key(annex.label) for annex in document.annexes if annex.supplied)
    reader = _RequirementChecker(index, rulebook, blanks, supplied, document)
    read = tuple(reader.result_of(requirement) for requirement in rulebook.requirements)
    unread = _unread(document.text) if _says_little(read) else NO_WORDS
    if unread != NO_WORDS or not _binds_a_processor(document, _complete_from_others(read, rulebook), rulebook):
        missing = tuple(
            RequirementResult(r.id, r.obligations, RequirementStatus.MISSING, r.missing) for r in rulebook.requirements
        )
        return Check(document.language, ContractVerdict.NOT_A_CONTRACT, unread, missing)
    duties = {one.id for one in rulebook.requirements if not one.finer and _promises(one)}
    results = _complete_from_others(distrusted(read, duties, _LOSSES, reader.signs), rulebook)
    found = find_terms(reader.index, rulebook.terms)
    cited = tuple(cite_blank(blank, document.paragraphs[blank.paragraph]) for blank in blanks.found)
    verdict = _verdict(results, rulebook)
    if cited and verdict is ContractVerdict.COMPLETE:
        verdict = ContractVerdict.TO_REVIEW
    return Check(document.language, verdict, _unfinished(len(cited)), results, found, cited)


def _promises(requirement: Requirement) -> bool:
    """Whether a requirement is a duty, and no description."""
    return any(
        one.status is RequirementStatus.SATISFIED and one.negation is not Negation.NONE for one in requirement.readings
    )


def _says_little(read: Sequence[RequirementResult]) -> bool:
    """Whether so little is found that the text may be in a language that is not read."""
    return 4 * sum(result.status is RequirementStatus.SATISFIED for result in read) < len(read)


def _unread(text: str) -> BilingualWords:
    """Why nothing follows from a text in a language that the check does not read; no words otherwise."""
    tongue = unread_language(text)
    if tongue is None:
        return NO_WORDS
    named = _UNREAD[tongue]
    return BilingualWords(_UNREAD_LANGUAGE.fr % named.fr, _UNREAD_LANGUAGE.en % named.en)


def _unfinished(blanks: int) -> BilingualWords:
    """What is said of a text in which blanks stand, whatever else it says."""
    if not blanks:
        return NO_WORDS
    return _ONE_BLANK if blanks == 1 else BilingualWords(_BLANKS.fr % blanks, _BLANKS.en % blanks)


def _complete_from_others(results: tuple[RequirementResult, ...], rulebook: Rulebook) -> tuple[RequirementResult, ...]:
    """The results, those short of something that another one shows being satisfied by its passages."""
    by_id = {result.id: result for result in results}
    return tuple(
        replace(by_id[requirement.shown_by], id=result.id, obligations=result.obligations, reason=requirement.shown_why)
        if requirement.shown_by
        and result.status not in (RequirementStatus.SATISFIED, RequirementStatus.TO_COMPLETE)
        and by_id[requirement.shown_by].status is RequirementStatus.SATISFIED
        else result
        for result, requirement in zip(results, rulebook.requirements, strict=True)
    )


def _denied_duties(unowed: Mapping[int, str], requirements: Sequence[Requirement]) -> dict[str, int]:
    """The duties that sentences say not to be owed, each with the first: a denial is of what it speaks of first."""
    denied: dict[str, int] = {}
    for place, words in unowed.items():
        named = [
            (start, rank, one.id)
            for rank, one in enumerate(requirements)
            if one.about is not None and not one.finer and (start := place_found(one.about, words)) is not None
        ]
        if named:
            denied.setdefault(min(named)[2], place)
    return denied


def _all_named(given_up: Mapping[int, str], requirements: Sequence[Requirement]) -> dict[str, int]:
    """The duties that the controller gives up, each with the first sentence by which it does: one may list several."""
    return {
        one.id: place
        for place, words in reversed(list(given_up.items()))
        for one in requirements
        if one.about is not None and not one.finer and place_found(one.about, words) is not None
    }


def _binds_a_processor(document: SourceDocument, results: Sequence[RequirementResult], rulebook: Rulebook) -> bool:
    """Whether a text binds a processor at all: words that make someone a processor, or enough of its duties.

    Two parties that say they are each controller bind none, whatever they promise each other.
    """
    text = fold(document.text)
    if any(re.search(expression, text) for expression in rulebook.never_processor):
        return False
    if any(re.search(expression, text) for expression in rulebook.role):
        return True
    if any(re.search(expression, text) for expression in rulebook.no_processor):
        return False
    core = {requirement.id for requirement in rulebook.requirements if requirement.core}
    held = sum(result.status.holds for result in results if result.id in core)
    return held >= _NOT_BINDING or bool(held and _SERVES.search(text))


def _verdict(results: Iterable[RequirementResult], rulebook: Rulebook) -> ContractVerdict:
    """Only what art. 28 wants in the contract counts: a missing S or G item binds the parties, or is mere prudence."""
    statuses = {f.status for f in results if not rulebook.contract.isdisjoint(f.obligations)}
    if statuses & LACKING:
        return ContractVerdict.INCOMPLETE
    return ContractVerdict.COMPLETE if all(status.holds for status in statuses) else ContractVerdict.TO_REVIEW


@dataclass(frozen=True, slots=True)
class _Evidence:
    reading: ReadingRule
    places: list[int]


@dataclass(slots=True)
class _Read:
    """What the readings of one requirement find in a text."""

    found: dict[RequirementStatus, _Evidence] = field(default_factory=dict)
    lowered: _Evidence | None = None
    """A red flag."""
    denied: list[int] = field(default_factory=list)
    contrary: list[int] = field(default_factory=list)
    """Those of them that would satisfy it, did they not deny it."""
    blank: list[int] = field(default_factory=list)
    """Sentences that would satisfy it, were they finished."""
    reserved: list[int] = field(default_factory=list)
    """Sentences that would satisfy it, did they not empty themselves."""
    withdrawn: list[int] = field(default_factory=list)
    """Sentences that would satisfy it, were they not taken back by another."""
    unplaced: list[int] = field(default_factory=list)
    """Sentences that would satisfy it, were it known who owes what they say."""
    astray: list[int] = field(default_factory=list)
    """Sentences that would satisfy it, were they about data and not about another matter."""
    released: list[int] = field(default_factory=list)
    """Sentences that would satisfy it, did they not stand beside words that free the processor of it."""
    unowed: list[int] = field(default_factory=list)
    """Sentences that would satisfy it, did another not say that no such thing is owed."""
    hollow: list[int] = field(default_factory=list)
    """Sentences that would satisfy it, were a word of them not defined otherwise."""

    before: list[int] = field(default_factory=list)
    """Sentences that would satisfy it, did they not stand before the agreement begins."""
    shown: list[int] = field(default_factory=list)
    """Sentences that would satisfy it, were they more than shown, recalled or quoted."""

    def doubted(self) -> Iterator[tuple[list[int], BilingualWords]]:
        """The sentences that would have satisfied it, by what each falls short of."""
        yield self.withdrawn, _TAKEN_BACK
        yield self.released, _RELEASED
        yield self.unowed, _UNOWED
        yield self.unplaced, _UNPLACED
        yield self.hollow, _HOLLOW
        yield self.shown, _SHOWN
        yield self.before, _BEFORE
        yield self.reserved, _RESERVED
        yield self.astray, _ASTRAY


class _RequirementChecker:
    """One text under one rulebook."""

    def __init__(
        self,
        index: SentenceIndex,
        rulebook: Rulebook,
        blanks: BlankPlaces,
        supplied: frozenset[str],
        document: SourceDocument,
    ) -> None:
        self.index = _from_processor_turn(index, rulebook)
        self._answers = self.index.after_questions()
        self._blanks = blanks
        self._unfinished = blanks.sentences | {
            place for place, unit in enumerate(index.units) if SENDS_ELSEWHERE.search(unit.text)
        }
        self._idle = self._matching_any(rulebook.idle) | self._where_processor_is_controller(rulebook)
        self._duties = self._carry_pronouns(self._matching_any(rulebook.controller_duty))
        self._about = tuple(one.about for one in rulebook.requirements if one.about)
        self._releases = find_releases(self.index, rulebook.releases)
        denials = self._matching_any(rulebook.denial) | self._releases.flat
        self._others = self.index.of_the_other_party
        self._unplaced = unknown_heads(self.index.units, self.index.read, self.index.lines, self.index.named)
        self._hollow, definitions = hollow_places(self.index.units, self.index.read)
        self._recitals = self._matching_any(rulebook.recital) | definitions
        self._against = {
            Negation.NONE: frozenset[int](),
            Negation.DENIAL: denials,
            Negation.REFUSAL: self._matching_any(rulebook.refusal) | denials,
        }
        self._elsewhere = self._matching_any(rulebook.elsewhere)
        self._unnamed = frozenset(blanks.standing_for(rulebook.identity))
        self._reached = frozenset(blanks.standing_for(rulebook.contact))
        self._supplied = supplied
        units, read = self.index.units, self.index.read
        self._withdrawn = withdrawn_places(document, index)
        self._undone = undone_places(document, units, read, self._releases.beside)
        own = is_under_own_document(units, read)
        if own is not None:
            self._undone |= dict.fromkeys(range(len(units)), own)
        lesser = {place: self.index.read[place] for place in sorted(lesser_devices(self.index))}
        self._unowed = lesser | dict(unowed_places(self.index))
        self._given_up = {place: words for place, words in given_up_places(self.index) if place not in self._unowed}
        waived = {place: words for place, words in self._given_up.items() if place not in denials}
        self._denied = _all_named(waived, rulebook.requirements) | _denied_duties(self._unowed, rulebook.requirements)
        self._before = preamble_places(document, units)
        self._shown = shown_places(units, read)
        above = prevailing_places(document, units, read)
        self._above = above
        undoing = above & (self._releases.beside | self._releases.options | denials) | limiting(read, above)
        citing = {units[place].paragraph for place in above if names_clauses(read[place])}
        self._undoing = frozenset(place for place in undoing if units[place].paragraph not in citing)
        self._reserved = self._matching_any(rulebook.reserved)
        self._moods = self._matching_any(rulebook.moods) | unpromised_places(self.index)
        self._exact = self._matching_any(rulebook.specific)

    def result_of(self, requirement: Requirement) -> RequirementResult:
        """The result for one requirement: satisfied by a passage, unless a blank, a red flag or a denial lowers it."""
        read = self._read(requirement)
        contradicted = read.lowered is not None and read.lowered.reading.status is RequirementStatus.CONTRADICTED
        if (blank := self._left_blank(requirement, read)) and not contradicted:
            return self._result(requirement, RequirementStatus.TO_COMPLETE, _BLANK, blank)
        if RequirementStatus.SATISFIED in read.found:
            return self._held_result(requirement, read, read.found[RequirementStatus.SATISFIED])
        doubted = any(places for places, _ in read.doubted())
        if read.denied and (not doubted or any(map(self._is_flat, read.denied))):
            return self._result(requirement, RequirementStatus.CONTRADICTED, _DENIED, read.denied)
        for places, why in read.doubted():
            if places and not contradicted:
                return self._result(requirement, RequirementStatus.WEAK, why, places)
        return self._unsatisfied_result(requirement, read.found)

    def _held_result(self, requirement: Requirement, read: _Read, held: _Evidence) -> RequirementResult:
        """The result when a passage satisfies a requirement: another one may still lower it."""
        if read.lowered:
            lowered = read.lowered
            return self._result(requirement, lowered.reading.status, lowered.reading.why, lowered.places + held.places)
        if read.contrary:
            return self._result(requirement, RequirementStatus.WEAK, _BOTH, [*read.contrary[:1], *held.places])
        return self._result(requirement, RequirementStatus.SATISFIED, held.reading.why, held.places)

    def _read(self, requirement: Requirement) -> _Read:
        """What the readings of a requirement find."""
        read = _Read()
        for reading in requirement.readings:
            held = RequirementStatus.SATISFIED in read.found and not reading.prevails
            if held and (reading.status is not RequirementStatus.SATISFIED or reading.negation is Negation.NONE):
                continue  # where a point is satisfied, neither its shortcomings nor a second description are looked for
            places = self._matching_sentences(reading)
            if reading.status in (RequirementStatus.SATISFIED, RequirementStatus.WEAK):
                against = self._against[reading.negation]
                elsewhere = self._others if reading.status is RequirementStatus.SATISFIED else frozenset[int]()
                denied = [place for place in places if place in against or place in elsewhere]
                read.denied += denied
                if reading.status is RequirementStatus.SATISFIED:
                    read.contrary += [place for place in denied if self._is_flat(place)]
                places = [place for place in places if place not in against and place not in self._others]
            elif reading.status is RequirementStatus.MISSING:
                against = self._against[reading.negation]
                places = [place for place in places if place not in against and place not in self._others]
            if reading.status is RequirementStatus.SATISFIED:
                unlike = self._matching_any(requirement.unlike)
                places = [place for place in places if place not in unlike]
                read.blank += [place for place in places if place in self._unfinished]
                places = [place for place in places if place not in self._unfinished]
                places = self._unreserved(requirement, reading, read, places)
            if places:
                evidence = _Evidence(reading, places)
                read.found.setdefault(reading.status, evidence)
                read.lowered = read.lowered or (evidence if reading.prevails else None)
        return read

    def _is_flat(self, place: int) -> bool:
        """Whether a sentence denies by itself, under no condition: no item of a list, no introduction of one."""
        return (
            self._stands_alone(place)
            and place in self._against[Negation.DENIAL]
            and not _SUPPOSES.search(self.index.lines[place])
        )

    def _stands_alone(self, place: int) -> bool:
        """Whether a sentence is no item of a list, and no introduction of one."""
        unit = self.index.units[place]
        return not unit.lead and not unit.text.rstrip().endswith(":")

    def _unreserved(self, requirement: Requirement, reading: ReadingRule, read: _Read, places: list[int]) -> list[int]:
        """The sentences, among some, that promise without taking it back; a description promises nothing."""
        if requirement.finer or reading.negation is Negation.NONE:
            return places
        reserved = self._matching_any(requirement.reserved) | self._moods
        reserved |= frozenset[int]() if requirement.firm else self._reserved
        places = [place for place in places if place not in self._recitals]
        read.astray += [place for place in places if is_about_another_matter(self.index.lines[place])]
        places = [place for place in places if place not in read.astray]
        read.before += [place for place in places if place in self._before]
        places = [place for place in places if place not in self._before]
        places = _set_aside(read.shown, self._shown, places)
        undone = {place: by for place in places if (by := self._undone_by(requirement, place)) is not None}
        places = _set_aside(read.withdrawn, undone, places)
        read.withdrawn += [place for place in places if place in self._withdrawn]
        places = [place for place in places if place not in self._withdrawn]
        places = self._unreleased(requirement, read, places)
        places = _set_aside(read.unowed, self._unowed_of(requirement, places), places)
        read.unplaced += [place for place in places if place in self._unplaced]
        places = [place for place in places if place not in self._unplaced]
        read.hollow += [place for place in places if place in self._hollow]
        places = [place for place in places if place not in self._hollow]
        read.reserved += [place for place in places if place in reserved]
        return [place for place in places if place not in reserved]

    def _unreleased(self, requirement: Requirement, read: _Read, places: list[int]) -> list[int]:
        """The sentences, among some, beside which nothing frees the processor of what they promise."""
        options = self._releases.options.intersection(places) if requirement.about else frozenset()
        kept = []
        for place in places:
            if options and self.index.neighbours(place) & options:
                read.reserved += [place, *sorted(options)]
                continue
            beside = self._released_beside(requirement, place) or self._undone_above(requirement, place)
            if beside:
                read.released += [place, *beside]
            else:
                kept.append(place)
        return kept

    @property
    def signs(self) -> Signs:
        """The sentences that make its promises doubtful, by how much they do."""
        outright = dict.fromkeys(outright_devices(self.index))
        return Signs(
            *([_span(self.index.units[place]) for place in kind] for kind in (outright, self._unowed, self._given_up))
        )

    def _unowed_of(self, requirement: Requirement, places: list[int]) -> dict[int, int]:
        """The sentences, among some, that another one says not to be owed, each with that one."""
        by = self._denied.get(requirement.id)
        return {} if by is None else dict.fromkeys(places, by)

    def _released_beside(self, requirement: Requirement, place: int) -> list[int]:
        """The sentences, near one in its article, that free the processor of a requirement, itself included.

        An item of a list, or a sentence that says of what it frees, frees of nothing else.
        """
        freeing = self._releases.beside | (self._releases.of_answering if requirement.answers else frozenset())
        if place in freeing:
            return [place]
        around = self.index.neighbours(place)
        near = frozenset(other for other in around & freeing if self._stands_alone(other))
        narrowing = around & self._releases.narrowing
        if not (near or narrowing) or requirement.about is None:
            return []
        mine = self.index.sentences_with(requirement.about, near | narrowing)
        units = self.index.units
        follows = place + 1 in near and units[place + 1].paragraph == units[place].paragraph
        if follows and OF_PROCESSOR.search(self.index.read[place + 1]):
            mine |= {place + 1}
        if requirement.firm:
            return sorted(mine)
        others = frozenset[int]().union(*(self.index.sentences_with(about, near) for about in self._about))
        return sorted(mine | (near - others))

    def _undone_by(self, requirement: Requirement, place: int) -> int | None:
        """The sentence that undoes the clause a sentence stands in, for this requirement and not only for another."""
        by = self._undone.get(place)
        if by is None or requirement.about is None:
            return by
        named = words_beside_clauses(self.index.read[by])
        others = any(is_found(about, named) for about in self._about)
        return by if not named or not others or is_found(requirement.about, named) else None

    def _undone_above(self, requirement: Requirement, place: int) -> list[int]:
        """The sentences of a part that prevails over the one a sentence stands in, which take its duty away."""
        if requirement.about is None:
            return []
        forgone = self.index.sentences_with(requirement.about, self._releases.forgone - {place})
        if not self._undoing or place in self._above:
            return sorted(forgone)
        undoing = self._undoing
        if requirement.answers:
            undoing = self._releases.of_answering & undoing | self.index.sentences_with(_ANSWERS, undoing)
            return sorted(undoing | forgone)
        mine = self.index.sentences_with(requirement.about, undoing)
        others = frozenset[int]().union(*(self.index.sentences_with(about, undoing) for about in self._about))
        units = self.index.units
        spoken = {units[other].paragraph for other in self.index.sentences_with(requirement.about, self._above)}
        silent = {other for other in undoing - others if units[other].paragraph in spoken}
        return sorted(mine | silent | forgone)

    def _left_blank(self, requirement: Requirement, read: _Read) -> list[int]:
        """The blanks that stand for a requirement: by their words, by their sentence, by the annex it refers to.

        A blank in the sentence of a finer point, one that only says who a party is, or one that says itself what
        it stands for among the particulars of the processing, counts for others when nothing else holds.
        """
        held = read.found.get(RequirementStatus.SATISFIED)
        asked = self._blanks.standing_for(requirement.topic)
        if held is None:
            return [*asked, *read.blank]
        if requirement.finer:
            return asked
        if requirement.deferrable:
            others = self._blanks.named | self._unnamed | self._reached
        else:
            others = self._unnamed
            asked += [place for place in self._blanks.under_titles(requirement.topic) if place not in others]
        return [*asked, *(place for place in read.blank if place not in others), *self._annexed(requirement, held)]

    def _annexed(self, requirement: Requirement, held: _Evidence) -> list[int]:
        """The blanks of the annexes that the passages of a requirement refer to."""
        if not requirement.topic:
            return []
        passages = (self.index.units[place].text for place in held.places[:_BEST_SPANS])
        return [place for passage in passages for place in self._blanks.in_annexes_named(passage, requirement.topic)]

    def _unsatisfied_result(
        self, requirement: Requirement, found: Mapping[RequirementStatus, _Evidence]
    ) -> RequirementResult:
        """The best result when nothing satisfies a requirement."""
        best = next(
            (found[status] for status in _UNSATISFIED if status in found),
            None,
        )
        if best is None:
            return RequirementResult(
                requirement.id, requirement.obligations, RequirementStatus.MISSING, requirement.missing
            )
        blank = [place for place in best.places if place in self._unfinished - self._unnamed]
        if best.reading.status is RequirementStatus.WEAK and blank and (not requirement.finer or blank == best.places):
            return self._result(requirement, RequirementStatus.TO_COMPLETE, _BLANK, blank)
        elsewhere = [place for place in best.places if place in self._elsewhere]
        if best.reading.status is RequirementStatus.WEAK and requirement.deferrable and elsewhere:
            absent = [place for place in elsewhere if not self._is_followed(place)]
            others = [place for place in best.places if place not in self._elsewhere]
            others.sort(key=lambda place: not self._is_in_annex(place))
            if absent and not (others and self._is_in_annex(others[0])):
                return self._result(requirement, RequirementStatus.DEFERRED, _ELSEWHERE, absent)
            why = best.reading.why if others else _FOLLOWED
            return self._result(requirement, RequirementStatus.WEAK, why, [*others, *elsewhere])
        return self._result(requirement, best.reading.status, best.reading.why, best.places)

    def _is_followed(self, place: int) -> bool:
        """Whether all the annexes a sentence refers to are in the same file, where they were read with the rest."""
        named = [annex_key(label) for label, _ in annex_mentions(self.index.units[place].text)]
        if not named:
            line = self.index.lines[place]
            return bool(self._supplied and _BARE_ANNEX.search(line)) and not _OTHER_DOCUMENT.search(line)
        return self._supplied.issuperset(named)

    def _is_in_annex(self, place: int) -> bool:
        """Whether a sentence stands under the title of an annex."""
        return any(map(annex_label, self.index.units[place].heading.split(" / ")))

    def _result(
        self, requirement: Requirement, status: RequirementStatus, why: BilingualWords, places: list[int]
    ) -> RequirementResult:
        spans = tuple(_span(self.index.units[place]) for place in dict.fromkeys(places[:_BEST_SPANS]))
        specific = self._is_specific(requirement, places) if status is RequirementStatus.SATISFIED else None
        return RequirementResult(requirement.id, requirement.obligations, status, why, spans, specific)

    def _is_specific(self, requirement: Requirement, places: list[int]) -> bool:
        """Whether the passages, or what stands beside them, say how, who or when (CNIL, SAN-2023-003)."""
        exact = self._exact | self._matching_any(requirement.specific)
        return any(self.index.neighbours(place) & exact for place in places)

    def _matching_sentences(self, reading: ReadingRule) -> list[int]:
        """Where a reading finds something: first what most of its patterns agree on, then in the order of the text.

        A few words that only name the subject come after what says something of it.
        """
        hits = Counter(place for pattern in reading.patterns for place in self._matching(pattern, reading.status))
        found = hits.keys() - self._idle
        if reading.bearer == "processor":
            found -= self._duties
        if not reading.titles:
            found = {place for place in found if not self.index.units[place].announces}
        return sorted(found, key=lambda place: (self._names_only(place), -hits[place], place))

    def _matching(self, pattern: Pattern, status: RequirementStatus) -> frozenset[int]:
        """Where a pattern finds something; what satisfies, in an answer read with its question too."""
        found = self.index.matching(pattern)
        if self._answers is None or status is not RequirementStatus.SATISFIED:
            return found
        index, asked = self._answers
        return found | (index.matching(pattern) & asked)

    def _names_only(self, place: int) -> bool:
        """Whether a sentence is as short as a title and ends as one that a full stop closes."""
        unit = self.index.units[place]
        return unit.kind is ParagraphKind.TEXT and not unit.lead and len(unit.text.split()) <= _TITLE_WORDS

    def _where_processor_is_controller(self, rulebook: Rulebook) -> frozenset[int]:
        """The sentences about processing of which the processor is itself controller: they bind no processor."""
        titled = (self.index.sentences_under(PatternTerm((one,))) for one in rulebook.own_titles)
        units = self.index.units
        said = self._matching_any(rulebook.own_sentences)
        carried = (
            {
                after
                for place in said
                for after in range(place, len(units))
                if units[after].paragraph == units[place].paragraph
            }
            if said
            else set[int]()
        )
        return frozenset[int]().union(*titled) | carried

    def _carry_pronouns(self, duties: frozenset[int]) -> frozenset[int]:
        """The controller's duties, and the sentences in which « il » stands for the controller of the one before."""
        carried = set(duties)
        for place in range(1, len(self.index.units)):
            same = self.index.units[place].heading == self.index.units[place - 1].heading
            if same and place - 1 in carried and _PRONOUN.match(self.index.lines[place]):
                carried.add(place)
        return frozenset(carried)

    def _matching_any(self, patterns: Iterable[Pattern]) -> frozenset[int]:
        return frozenset[int]().union(*(self.index.matching(pattern) for pattern in patterns))


def _set_aside(into: list[int], by: Mapping[int, int], places: list[int]) -> list[int]:
    """Those of some sentences that no other one undoes; the others go `into`, each with the one that does."""
    for place in places:
        if place in by:
            into += [place, by[place]]
    return [place for place in places if place not in by]


def _from_processor_turn(index: SentenceIndex, rulebook: Rulebook) -> SentenceIndex:
    """The index in which a sentence that binds the controller first begins where the processor takes its turn."""
    if not rulebook.processor_turn:
        return index
    turn = re.compile(rulebook.processor_turn)
    duties = frozenset[int]().union(*(index.matching(pattern) for pattern in rulebook.controller_duty))
    cut = {place: found.start("turn") for place in duties if (found := turn.search(index.lines[place]))}
    return index.beginning_at(cut) if cut else index


def _span(unit: ContractSentence) -> Span:
    return Span(unit.text, unit.start, unit.end, unit.page)
