"""Which clauses, in which order, with which numbers: a contract assembled from the library and the facts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.contracts.rules.coverage import CoverageLine, PlacedClause, PlacedPassage, coverage, coverage_json
from portal.contracts.rules.document_writing import (
    ANNEX,
    ARTICLE,
    BlankList,
    DocumentWriter,
    MissingFact,
    ReferenceTarget,
    quoted,
)
from portal.contracts.rules.facts import ContractFacts
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
from portal.core.documents.tree import Block, Document, Section, Signatures, Text
from portal.core.language import Language, Sentence

_SIGNATORY = words("Nom et qualité : ", "Name and capacity: ")
_DATE, _SIGNED = words("Fait le : ", "Date: "), words("Signature : ", "Signature: ")
_COVER, _SIGNATURES = words("couverture", "cover"), words("signatures", "signatures")
_SHEET = words("Caractéristiques", "Particulars")
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

    @property
    def uncovered(self) -> tuple[CoverageLine, ...]:
        """The lines of class C that are not fully covered."""
        return tuple(line for line in self.coverage if line.is_gap)


@dataclass(frozen=True)
class _Chosen:
    """A clause or annex that is in, and the facts without which that is only provisional."""

    key: str
    awaited: tuple[str, ...] = ()


def assemble_contract(
    library: ClauseLibrary, template: ContractTemplate, facts: ContractFacts, language: Language
) -> AssembledContract:
    """Build the document tree, number it, and prove its coverage; the same input gives the same tree.

    A fact nobody has given becomes a `Blank` in the tree and a line of `blanks`; where it would have chosen between
    clauses, the template's default, if it has one, is taken and marked as provisional. Raises KeyError when the
    template names a clause the library lacks (`problems` says so beforehand).
    """
    chosen = {slot.key: tuple(_chosen(slot, library, facts)) for slot in template.slots}
    annexes = tuple(_annexes(template, facts))
    writer = DocumentWriter(facts, language, _targets(chosen, annexes), BlankList())
    carried = {f"annex.{annex.key}": (*annex.facts, *annex.tables) for annex in template.annexes}
    sections: list[Block] = []
    placed: list[PlacedClause] = []
    for number, choice in enumerate((choice for slot in chosen.values() for choice in slot), start=1):
        section, record = _article(library.clause[choice.key], choice, number, writer, carried)
        sections.append(section)
        placed.append(record)
    for letter, (annex, choice) in zip(_ALPHABET, annexes, strict=False):
        sections.append(_annex(annex, choice, letter, writer))
    sections.insert(len(placed), _signatures(template, writer))
    cover = tuple(
        (label.said_in(language), writer.line(key, _COVER.said_in(language))) for label, key in template.cover
    )
    clauses, blanks = tuple(placed), writer.blanks.listed()
    document = Document(
        title=template.title.said_in(language),
        subtitle=template.subtitle.said_in(language),
        language=language,
        blocks=tuple(sections),
        reference=f"{template.key} {template.version}",
        draft=bool(blanks),
        cover=cover,
        keywords=(template.title.said_in(language),),
    )
    return AssembledContract(
        document,
        blanks,
        clauses,
        coverage(library.obligations, clauses),
        language,
        template,
        tuple(dict.fromkeys(key for slot in template.slots for key in _undecided(slot, library, facts))),
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


def _article(
    clause: Clause, choice: _Chosen, number: int, writer: DocumentWriter, carried: Mapping[str, tuple[str, ...]]
) -> tuple[Section, PlacedClause]:
    article = ARTICLE.said_in(writer.language)
    blocks: list[Block] = []
    passages: list[PlacedPassage] = []
    if choice.awaited:
        blocks.append(writer.provisional(choice.awaited, f"{article} {number}", clause.variables))
    for index, passage in enumerate(clause.prose[writer.language], start=1):
        condition = (clause.conditions[passage.condition],) if passage.condition else ()
        verdict = writer.facts.verdict(condition)
        if verdict is False:
            continue
        own, place = f"{number}.{len(passages) + 1}", f"{article} {number}.{len(passages) + 1}"
        awaited = () if verdict else _awaited(condition, writer.facts)
        body = writer.passage(passage, place, clause.variables)
        note = (writer.provisional(awaited, place, clause.variables),) if awaited else ()
        anchor = f"{clause.key}_{index}"
        blocks.append(Section("", (*body, *note), number=own, anchor=anchor))
        lacking = _lacking(clause, passage, writer.facts, carried)
        passages.append(
            PlacedPassage(anchor, own, passage.obligations, quoted(body), (*choice.awaited, *awaited, *lacking))
        )
    title = clause.title.said_in(writer.language)
    section = Section(title, tuple(blocks), number=str(number), anchor=clause.key, kind="article")
    return section, PlacedClause(clause.key, clause.version, clause.sha256, str(number), title, tuple(passages))


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


def _signatures(template: ContractTemplate, writer: DocumentWriter) -> Signatures:
    parties = []
    language, place = writer.language, _SIGNATURES.said_in(writer.language)
    for title, name, representative in template.signatures:
        party = " – ".join(part for part in (title.said_in(language), writer.facts.text(name)) if part)
        signatory = (Text(_SIGNATORY.said_in(language)), *writer.line(representative, place))
        parties.append((party, (signatory, _DATE.said_in(language), _SIGNED.said_in(language))))
    return Signatures(tuple(parties))


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
