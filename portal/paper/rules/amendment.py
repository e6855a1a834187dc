"""The amendment that closes the gaps of a contract: the clauses asked for, and no other (RGPD art. 28(3))."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from portal.contracts.rules.assembly import AssembledContract, assemble_contract
from portal.contracts.rules.document_writing import MissingFact
from portal.contracts.rules.facts import ContractFacts
from portal.contracts.rules.model import (
    BilingualWords,
    Clause,
    ClauseLibrary,
    ClauseSlot,
    ContractTemplate,
    CrossReference,
    ObligationClass,
    Passage,
    Prose,
    ProseList,
    ProseParagraph,
    ProsePiece,
    TemplateAnnex,
)
from portal.core.dataclass import dataclass
from portal.core.documents.tree import Blank, Block, Document, Inline, Items, Paragraph, Section, Text
from portal.core.language import Language
from portal.paper.rules.check_result import Check, RequirementResult
from portal.paper.rules.citations import legal_basis
from portal.paper.rules.naming import REQUIREMENTS, requirement_title
from portal.paper.rules.rulebook import Rulebook
from portal.paper.rules.rulings import Ruling, final_status

DATE = "amended.date"
"""Key of the blank for the date of the contract amended."""


@dataclass(frozen=True)
class AmendmentRecitals:
    """The words of the opening (`clause_library/avenant.toml`)."""

    title: BilingualWords
    amended: BilingualWords
    dated: BilingualWords
    date: BilingualWords
    digest: BilingualWords
    why: BilingualWords
    elsewhere: BilingualWords
    """How a clause refers to what stands in the contract amended; `%s` is the point."""


@dataclass(frozen=True)
class AmendmentFrame:
    """What surrounds the clauses asked for."""

    key: str
    version: str
    title: BilingualWords
    subtitle: BilingualWords
    recitals: AmendmentRecitals
    before: tuple[Clause, ...]
    after: tuple[Clause, ...]
    unless: Mapping[str, str]
    """Article of the frame → clause that makes it useless."""


@dataclass(frozen=True)
class AmendedContract:
    """The contract amended, as far as it is known."""

    title: str
    sha256: str = ""
    date: str = ""
    """When it was signed, as printed; empty when nobody has said so: nothing that was read tells it for sure."""


@dataclass(frozen=True)
class Amendment:
    """An amendment ready to be rendered."""

    assembly: AssembledContract
    closed: Mapping[str, tuple[str, ...]]
    """Place of the template (a clause, or `transfers`) → requirements for which it is asked."""
    uncovered: tuple[str, ...]
    """Requirements that no clause of the library asks for: they are to be written by hand."""

    @property
    def document(self) -> Document:
        """The tree."""
        return self.assembly.document

    @property
    def blanks(self) -> tuple[MissingFact, ...]:
        """What is to be filled in before it can be signed."""
        return self.assembly.blanks


def find_gaps(
    check: Check, library: ClauseLibrary, rulings: Mapping[str, Ruling], *, everything: bool = False
) -> tuple[RequirementResult, ...]:
    """The requirements that do not hold once the lawyer's words are counted.

    Only the main ones and those with an obligation of class C (what art. 28 wants in the contract); `everything` adds
    what statute already imposes and good practice.
    """
    contract = {one.key for one in library.obligations if one.kind is ObligationClass.CONTRACT}
    return tuple(
        result
        for result in check.requirements
        if not final_status(result, rulings.get(result.id)).holds
        and (everything or result.id in REQUIREMENTS or not contract.isdisjoint(result.obligations))
    )


def clauses_to_add(
    found: Iterable[RequirementResult], rulebook: Rulebook, library: ClauseLibrary, template: ContractTemplate
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Places of the template to take, in its order, each with the requirements it closes; then those no clause closes.

    A requirement names its clauses; one that names none takes the clauses that cover its obligations.
    """
    named = {requirement.id: requirement.clauses for requirement in rulebook.requirements}
    places = {key: slot.key for slot in template.slots for key in slot.among}
    wanted: dict[str, list[str]] = {}
    uncovered = []
    for result in found:
        clauses = [key for key in named.get(result.id, ()) if key in places] or [
            key
            for key in template.clause_keys
            if key in library.clause and not set(library.clause[key].covers).isdisjoint(result.obligations)
        ]
        for place in dict.fromkeys(places[key] for key in clauses):
            wanted.setdefault(place, []).append(result.id)
        if not clauses:
            uncovered.append(result.id)
    ordered = {slot.key: tuple(wanted[slot.key]) for slot in template.slots if slot.key in wanted}
    return ordered, tuple(uncovered)


def assemble_amendment(
    found: tuple[RequirementResult, ...],
    rulebook: Rulebook,
    library: ClauseLibrary,
    order: ContractTemplate,
    frame: AmendmentFrame,
    amended: AmendedContract,
    facts: ContractFacts,
    language: Language,
) -> Amendment | None:
    """The amendment that closes these gaps; None when there is nothing to ask for.

    Facts nobody has given are blanks of the tree: nothing is made up.
    """
    wanted, uncovered = clauses_to_add(found, rulebook, library, order)
    if not wanted:
        return None
    slots = tuple(slot for slot in order.slots if slot.key in wanted)
    taken = {key for slot in slots for key in slot.among}
    before = [one for one in frame.before if frame.unless.get(one.key) not in taken]
    annexes = _annexes(order, [library.clause[key] for slot in slots for key in _present(slot, library, facts)])
    reachable = {*taken, *(slot.key for slot in slots), *(f"annex.{annex.key}" for annex in annexes)}
    elsewhere = _Elsewhere(reachable, _titles(order, library), frame.recitals.elsewhere)
    clauses = tuple(replace(library.clause[key], prose=elsewhere.prose(library.clause[key].prose)) for key in taken)
    template = replace(
        order,
        key=frame.key,
        version=frame.version,
        title=frame.title,
        subtitle=frame.subtitle,
        slots=(*map(_alone, before), *slots, *map(_alone, frame.after)),
        annexes=tuple(replace(annex, intro=elsewhere.prose(annex.intro)) for annex in annexes),
    )
    made = assemble_contract(replace(library, clauses=(*before, *clauses, *frame.after)), template, facts, language)
    blanks = made.blanks
    if not amended.date:
        blanks = (
            MissingFact(DATE, frame.recitals.date.said_in(language), (frame.recitals.title.said_in(language),)),
            *blanks,
        )
    opening = _recitals(frame.recitals, amended, found, library, language)
    document = replace(made.document, blocks=(opening, *made.document.blocks), draft=bool(blanks), contents=False)
    return Amendment(replace(made, document=document, blanks=blanks), wanted, uncovered)


def _alone(clause: Clause) -> ClauseSlot:
    return ClauseSlot(clause.key, (clause.key,), clause.key)


def _present(slot: ClauseSlot, library: ClauseLibrary, facts: ContractFacts) -> tuple[str, ...]:
    """The alternatives the facts choose, else the default one."""
    return tuple(key for key in slot.among if facts.verdict(library.clause[key].applies_when)) or (slot.default,)


def _annexes(order: ContractTemplate, clauses: Iterable[Clause]) -> tuple[TemplateAnnex, ...]:
    """The annexes to which the clauses taken refer."""
    named = {
        link for clause in clauses for prose in clause.prose.values() for passage in prose for link in passage.links
    }
    return tuple(annex for annex in order.annexes if f"annex.{annex.key}" in named)


def _titles(order: ContractTemplate, library: ClauseLibrary) -> dict[str, BilingualWords]:
    """What each place of the template is about."""
    titles = {slot.key: library.clause[slot.default].title for slot in order.slots if slot.default in library.clause}
    return {**titles, **{key: library.clause[key].title for key in order.clause_keys if key in library.clause}}


@dataclass(frozen=True)
class _Elsewhere:
    """Turns references to clauses that are not taken into words that point to the contract amended."""

    reachable: Collection[str]
    titles: Mapping[str, BilingualWords]
    phrase: BilingualWords

    def prose(self, prose: Prose) -> Prose:
        return {
            language: tuple(self._passage(passage, language) for passage in passages)
            for language, passages in prose.items()
        }

    def _passage(self, passage: Passage, language: Language) -> Passage:
        return replace(
            passage,
            blocks=tuple(
                ProseParagraph(self._run(block.pieces, language))
                if isinstance(block, ProseParagraph)
                else ProseList(tuple(self._run(item, language) for item in block.items), block.ordered)
                for block in passage.blocks
            ),
        )

    def _run(self, pieces: tuple[ProsePiece, ...], language: Language) -> tuple[ProsePiece, ...]:
        return tuple(self._piece(piece, language) for piece in pieces)

    def _piece(self, piece: ProsePiece, language: Language) -> ProsePiece:
        if not isinstance(piece, CrossReference) or piece.target in self.reachable or piece.target not in self.titles:
            return piece
        return Text(self.phrase.said_in(language) % self.titles[piece.target].said_in(language))


def _recitals(
    words: AmendmentRecitals,
    amended: AmendedContract,
    found: Iterable[RequirementResult],
    library: ClauseLibrary,
    language: Language,
) -> Section:
    named: tuple[Inline, ...] = (
        Text(words.amended.said_in(language)),
        Text(amended.title, strong=True),
        Text(words.dated.said_in(language)),
        Text(amended.date) if amended.date else Blank(DATE, words.date.said_in(language)),
        Text("."),
    )
    blocks: list[Block] = [Paragraph(named)]
    if amended.sha256:
        blocks.append(Paragraph((Text(words.digest.said_in(language)), Text(amended.sha256), Text("."))))
    points = tuple(_point(result, library, language) for result in found)
    blocks += [Paragraph((Text(words.why.said_in(language)),)), Items(points)]
    return Section(words.title.said_in(language), tuple(blocks), anchor="recitals")


def _point(result: RequirementResult, library: ClauseLibrary, language: Language) -> tuple[Inline, ...]:
    title = requirement_title(result, library.obligations).said_in(language)
    articles = legal_basis(result, library.obligations)
    return (Text(f"{title} (art. {articles})" if articles else title),)
