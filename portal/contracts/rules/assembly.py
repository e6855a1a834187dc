"""Which clauses, in which order, with which numbers: a contract assembled from the library and the facts."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from typing import Any

from portal.contracts.rules.coverage import CoverageLine, PlacedClause, PlacedPassage, coverage, coverage_json
from portal.contracts.rules.document_writing import (
    ANNEX,
    ARTICLE,
    POINT,
    BlankList,
    DocumentWriter,
    MissingFact,
    ReferenceTarget,
    quoted,
)
from portal.contracts.rules.facts import ContractFacts
from portal.contracts.rules.free_text import reference_targets
from portal.contracts.rules.model import (
    Clause,
    ClauseLibrary,
    ClauseSlot,
    ContractTemplate,
    FactCondition,
    Passage,
    TemplateAnnex,
    words,
)
from portal.contracts.rules.paragraphs import (
    DraftParagraph,
    ParagraphEdit,
    ParagraphWording,
    PlacedEdits,
    draft_paragraphs,
    place_edits,
)
from portal.contracts.rules.positions import HeldPosition, held_position
from portal.contracts.rules.signature_page import closing_section
from portal.core.dataclass import dataclass
from portal.core.documents.tree import Block, Document, Paragraph, Section, Text
from portal.core.language import Language, Sentence

_COVER = words("couverture", "cover")
_SHEET = words("Caractéristiques", "Particulars")
_RESERVED = words("Sans objet.", "Not applicable.")
_TO_WRITE = words("texte à écrire en français", "text to be written in English")
TEXT_BLANK = "text:"
"""How the key of a blank begins that stands for a paragraph not written in the document's language."""
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class AssembledContract:
    """A contract ready to be rendered, with the proof of what it covers and the list of what it lacks."""

    document: Document
    blanks: tuple[MissingFact, ...]
    clauses: tuple[PlacedClause, ...]
    coverage: tuple[CoverageLine, ...]
    language: Language
    template: ContractTemplate
    undecided: tuple[str, ...] = ()
    """Facts that would bring a further clause in, and that nobody has given; the contract is whole without them."""
    edits: PlacedEdits = field(default_factory=PlacedEdits)
    """What lawyers changed, hung on the library of today."""
    positions: tuple[HeldPosition, ...] = ()
    """What it says on each point under negotiation, in order."""
    lines: Mapping[str, str] = field(default_factory=dict)
    """Anchor of a printed paragraph → its number."""
    references: Mapping[str, tuple[ReferenceTarget, ...]] = field(default_factory=dict)
    """What its paragraphs may refer to → the articles and annexes it leads to."""

    @property
    def unplaced(self) -> tuple[ParagraphEdit, ...]:
        """Special conditions of an article that the facts have left out of this contract."""
        here = {clause.key for clause in self.clauses}
        return tuple(
            edit for edit in self.edits.edits if edit.wording is ParagraphWording.SPECIAL and edit.clause not in here
        )

    @property
    def unwritten(self) -> tuple[str, ...]:
        """Anchors of the paragraphs whose text is not written in the document's language."""
        return tuple(blank.key.removeprefix(TEXT_BLANK) for blank in self.blanks if blank.key.startswith(TEXT_BLANK))

    @property
    def uncovered(self) -> tuple[CoverageLine, ...]:
        """The lines of class C that are not fully covered."""
        return tuple(line for line in self.coverage if line.is_gap)


@dataclass(frozen=True)
class _Chosen:
    """A clause or annex that is in, and the facts without which that is only provisional."""

    key: str
    awaited: tuple[str, ...] = ()


@dataclass
class _ArticleWriter:
    """Writes the articles of one document, and notes what they prove and which positions they hold."""

    writer: DocumentWriter
    carried: Mapping[str, tuple[str, ...]]
    edits: PlacedEdits
    targets: frozenset[str]
    placed: list[PlacedClause] = field(default_factory=list)
    positions: list[HeldPosition] = field(default_factory=list)
    lines: dict[str, str] = field(default_factory=dict)


def assemble_contract(
    library: ClauseLibrary,
    template: ContractTemplate,
    facts: ContractFacts,
    language: Language,
    edits: Iterable[ParagraphEdit] = (),
) -> AssembledContract:
    """Build the document tree, number it, and prove its coverage; the same input gives the same tree.

    A fact nobody has given becomes a `Blank` in the tree and a line of `blanks`; where it would have chosen between
    clauses, the template's default, if it has one, is taken and marked as provisional. Raises KeyError when the
    template names a clause the library lacks (`problems` says so beforehand).
    """
    chosen = {slot.key: tuple(_chosen(slot, library, facts)) for slot in template.slots}
    annexes = tuple(_annexes(template, facts))
    writer = DocumentWriter(facts, language, _targets(chosen, annexes), BlankList(), in_points=template.kind.hangs)
    carried = {f"annex.{annex.key}": (*annex.facts, *annex.tables) for annex in template.annexes}
    articles = _ArticleWriter(writer, carried, place_edits(library, edits), reference_targets(template))
    sections: list[Block] = [Paragraph((Text(template.opening.said_in(language)),))] if template.opening else []
    sections += [
        _article(library.clause[choice.key], choice, number, articles)
        for number, choice in enumerate((choice for slot in chosen.values() for choice in slot), start=1)
    ]
    closing = closing_section(template, writer)
    annexed = [
        _annex(annex, choice, letter, writer) for letter, (annex, choice) in zip(_ALPHABET, annexes, strict=False)
    ]
    # A letter is signed at its foot, before what it encloses; a contract after its annexes, which the signature covers.
    sections += [closing, *annexed] if template.kind.is_letter else [*annexed, closing]
    cover = tuple(
        (label.said_in(language), writer.line(key, _COVER.said_in(language))) for label, key in template.cover
    )
    clauses, blanks = tuple(articles.placed), writer.blanks.listed()
    document = Document(
        title=template.title.said_in(language),
        subtitle=template.subtitle.said_in(language),
        language=language,
        blocks=tuple(sections),
        reference=f"{template.key} {template.version}",
        draft=bool(blanks),
        contents=not template.kind.hangs,
        initials=not template.kind.hangs,
        cover=cover,
        keywords=(template.title.said_in(language),),
    )
    return AssembledContract(
        document,
        blanks,
        clauses,
        coverage(library.obligations if template.kind.counts else (), clauses),
        language,
        template,
        tuple(dict.fromkeys(key for slot in template.slots for key in _undecided(slot, library, facts))),
        articles.edits,
        tuple(articles.positions),
        articles.lines,
        writer.targets,
    )


def _chosen(slot: ClauseSlot, library: ClauseLibrary, facts: ContractFacts) -> Iterator[_Chosen]:
    verdicts = {key: facts.verdict(library.clause[key].applies_when) for key in slot.among}
    if True not in verdicts.values() and None in verdicts.values():
        tested = [condition for key in slot.among for condition in library.clause[key].applies_when]
        if slot.default:
            yield _Chosen(slot.default, _awaited(tested, facts))
    yield from (_Chosen(key) for key, verdict in verdicts.items() if verdict)


def _undecided(slot: ClauseSlot, library: ClauseLibrary, facts: ContractFacts) -> tuple[str, ...]:
    if slot.default:
        return ()
    return _awaited([condition for key in slot.among for condition in library.clause[key].applies_when], facts)


def _annexes(template: ContractTemplate, facts: ContractFacts) -> Iterator[tuple[TemplateAnnex, _Chosen]]:
    for annex in template.annexes:
        verdict = facts.verdict(annex.applies_when)
        if verdict is not False:
            yield annex, _Chosen(annex.key, () if verdict else _awaited(annex.applies_when, facts))


def _awaited(conditions: tuple[FactCondition, ...] | list[FactCondition], facts: ContractFacts) -> tuple[str, ...]:
    return tuple(dict.fromkeys(c.fact for c in conditions if not facts.is_known(c.fact)))


def _targets(
    chosen: Mapping[str, tuple[_Chosen, ...]], annexes: tuple[tuple[TemplateAnnex, _Chosen], ...]
) -> dict[str, tuple[ReferenceTarget, ...]]:
    targets: dict[str, tuple[ReferenceTarget, ...]] = {}
    number = 0
    for slot, choices in chosen.items():
        for choice in choices:
            number += 1
            targets[choice.key] = (ReferenceTarget(choice.key, str(number)),)
        targets.setdefault(slot, tuple(target for choice in choices for target in targets[choice.key]))
    for letter, (annex, _choice) in zip(_ALPHABET, annexes, strict=False):
        targets[f"annex.{annex.key}"] = (ReferenceTarget(f"annex_{annex.key}", letter, annex=True),)
    return targets


def _article(clause: Clause, choice: _Chosen, number: int, articles: _ArticleWriter) -> Section:
    writer = articles.writer
    article = (POINT if writer.in_points else ARTICLE).said_in(writer.language)
    blocks: list[Block] = []
    passages: list[PlacedPassage] = []
    lost: list[str] = []
    if choice.awaited:
        blocks.append(writer.provisional(choice.awaited, f"{article} {number}", clause.variables))
    edits = articles.edits.of_clause(clause.key)
    for one in draft_paragraphs(clause, edits, writer.language, articles.targets):
        passage = one.passage
        condition = (clause.conditions[passage.condition],) if passage.condition else ()
        verdict = writer.facts.verdict(condition)
        if verdict is False:
            continue
        lost += [key for key in _marks(clause, one, writer.language) if key not in passage.obligations]
        is_struck = one.edit is not None and one.edit.wording is ParagraphWording.STRUCK
        own = "" if is_struck else f"{number}.{len(passages) + 1}"
        if point := clause.point(one.number):
            articles.positions.append(held_position(clause, point, one, own, writer.language))
        if is_struck:
            continue
        place = f"{article} {own}"
        awaited = () if verdict else _awaited(condition, writer.facts)
        body = writer.passage(passage, place, clause.variables) if passage.blocks else _unwritten(one, writer, place)
        note = (writer.provisional(awaited, place, clause.variables),) if awaited else ()
        articles.lines[one.anchor] = own
        blocks.append(Section("", (*body, *note), number=own, anchor=one.anchor))
        lacking = _lacking(clause, passage, writer.facts, articles.carried)
        passages.append(
            PlacedPassage(one.anchor, own, passage.obligations, quoted(body), (*choice.awaited, *awaited, *lacking))
        )
    if not passages:
        blocks.append(Paragraph((Text(_RESERVED.said_in(writer.language)),)))
    title = clause.title.said_in(writer.language)
    articles.placed.append(
        PlacedClause(
            clause.key,
            clause.version,
            clause.sha256,
            str(number),
            title,
            tuple(passages),
            tuple(dict.fromkeys(lost)),
        )
    )
    kind = "section" if writer.in_points else "article"
    return Section(title, tuple(blocks), number=str(number), anchor=clause.key, kind=kind)


def _marks(clause: Clause, one: DraftParagraph, language: Language) -> tuple[str, ...]:
    """What the library says in this paragraph's place."""
    return clause.prose[language][one.number - 1].obligations if one.number else ()


def _unwritten(one: DraftParagraph, writer: DocumentWriter, place: str) -> tuple[Block, ...]:
    """The visible blank of a paragraph that is not written in this language; never filled with the other one."""
    label = _TO_WRITE.said_in(writer.language)
    return (Paragraph((writer.blanks.leave(f"{TEXT_BLANK}{one.anchor}", label, place),)),)


def _lacking(
    clause: Clause, passage: Passage, facts: ContractFacts, carried: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Needed facts this passage shows, itself or through an annex it refers to, that nobody has given."""
    shown = passage.placeholders.union(*(carried.get(link, ()) for link in passage.links))
    return tuple(key for key in clause.needs if key in shown and not facts.is_complete(key))


def _annex(annex: TemplateAnnex, choice: _Chosen, letter: str, writer: DocumentWriter) -> Section:
    place = f"{ANNEX.said_in(writer.language)} {letter}"
    title = annex.title.said_in(writer.language)
    blocks: list[Block] = []
    if choice.awaited:
        blocks.append(writer.provisional(choice.awaited, place, {}))
    else:
        for passage in annex.intro[writer.language]:
            blocks += writer.passage(passage, place, {})
        if annex.facts:
            blocks.append(writer.sheet(_SHEET.said_in(writer.language), annex.facts, place))
        blocks += [writer.table(key, place) for key in annex.tables]
    return Section(title, tuple(blocks), number=letter, anchor=f"annex_{annex.key}", kind="annex")


def coverage_report(assembly: AssembledContract, say_it: Callable[[Sentence], str] = str) -> dict[str, Any]:
    """The whole proof as plain values: what `coverage.json` holds."""
    return {
        "template": assembly.template.key,
        "version": assembly.template.version,
        "sha256": assembly.template.sha256,
        "draft": assembly.document.draft,
        "clauses": [
            {"id": c.key, "version": c.version, "sha256": c.sha256, "article": c.number, "title": c.title}
            for c in assembly.clauses
        ],
        "blanks": [
            {"key": blank.key, "label": blank.label, "places": list(blank.places), "decides": blank.decides}
            for blank in assembly.blanks
        ],
        **coverage_json(assembly.coverage, assembly.language, say_it),
    }
