"""The draft as it stands, paragraph by paragraph, beside what it covers and the positions it holds."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from portal.authz.context import Context
from portal.contracts import edit_queries, preview_page
from portal.contracts.edit_models import ContractComment, ContractEdit
from portal.contracts.models import Contract
from portal.contracts.preview_page import ContractPreview
from portal.contracts.rules.assembly import AssembledContract, coverage_report
from portal.contracts.rules.coverage import CoverageLine, CoverageStatus, coverage_said_in, uncovered_by
from portal.contracts.rules.document_writing import ANNEX, ARTICLE, BlankList, DocumentWriter
from portal.contracts.rules.fact_catalogue import FACTS
from portal.contracts.rules.free_text import filled_in, typed_source
from portal.contracts.rules.model import (
    Approver,
    Clause,
    NegotiationPoint,
    Obligation,
    ObligationClass,
    Passage,
    headed,
)
from portal.contracts.rules.paragraphs import (
    AT_HEAD,
    FALLBACK_BASE,
    ParagraphEdit,
    ParagraphWording,
    anchor_now,
    approver_of,
    awaits_agreement,
    base_of,
    lock_reason,
    number_of,
)
from portal.contracts.rules.positions import HeldPosition, positions_json
from portal.contracts.services import (
    AssembledDraft,
    Books,
    PendingParagraph,
    agreement_mark,
    assemble_contract_draft,
    books_of,
    newer_clauses,
    row_at,
    unfinished,
)
from portal.contracts.version_comparison import fact_words
from portal.core.dataclass import dataclass
from portal.core.documents.text import fold
from portal.core.errors import NotFound
from portal.core.language import Language

W = ParagraphWording


@dataclass(frozen=True)
class LostCover:
    """An obligation that what was changed no longer lets the contract prove."""

    key: str
    title: str
    basis: str
    kind: ObligationClass = ObligationClass.PRACTICE
    """Whether the contract must say it (it is counted), the law says it anyway, or we ask for it."""


@dataclass(frozen=True)
class StruckParagraph:
    """A paragraph that was struck out: no more in the document, still on the page."""

    anchor: str
    body: Markup


@dataclass(frozen=True)
class LostEdit:
    """What was written on a paragraph that the library has no more, or in an article that the contract has not."""

    id: int
    label: str
    text: str


@dataclass(frozen=True)
class WritingPage:
    """The whole draft, in one language."""

    language: Language
    sheet: ContractPreview
    covered: int
    required: int
    lost: tuple[LostCover, ...]
    left: tuple[PendingParagraph, ...]
    """Why no version can be drafted yet."""
    positions: Sequence[Mapping[str, Any]]
    struck: Mapping[str, tuple[StruckParagraph, ...]]
    """By clause."""
    astray: tuple[LostEdit, ...]
    changed: int
    """How many paragraphs are no more the library's."""
    newer: Sequence[tuple[str, str, str]]
    """The clauses that the library has changed since: key, version then, version now (none: retired)."""


Tools = Callable[[str, ParagraphEdit | None, bool, bool, int], Markup]
"""What stands under a paragraph: its anchor, its edit, is it locked, has the library changed, open remarks."""


def writing_page(ctx: Context, contract: Contract, language: Language, reader: Language, tools: Tools) -> WritingPage:
    """The draft with today's facts and library, what it proves and what it waits for."""
    made, books = assemble_contract_draft(ctx, contract, language), books_of(ctx, contract)
    assembly = made.assembly
    rows = edit_queries.edit_rows(ctx, contract)
    remarks = edit_queries.comments(ctx, contract)
    report = coverage_report(assembly)
    edits = {edit.anchor: edit for edit in assembly.edits.edits}
    open_remarks = Counter(_about(books, remark) for remark in remarks if remark.resolved_at is None)

    def under(anchor: str) -> Markup:
        if anchor not in assembly.lines:
            return Markup()
        edit = edits.get(anchor)
        is_locked = edit is None and _is_locked(books, anchor)
        return tools(anchor, edit, is_locked, anchor in assembly.edits.outdated, open_remarks[anchor])

    rows_read = coverage_said_in(report["obligations"], books.library.obligations, reader)
    sheet = preview_page.contract_preview(assembly.document, report["clauses"], rows_read, under=under)
    return WritingPage(
        language,
        sheet,
        report["covered"],
        report["required"],
        lost_covers(lost_lines(assembly), reader),
        tuple(unfinished(made, rows)),
        positions_json(assembly.positions, reader),
        _struck(made, books),
        tuple(_astray(assembly, rows)),
        len(assembly.edits.edits),
        newer_clauses(ctx, contract),
    )


def _about(books: Books, remark: ContractComment) -> str:
    """The paragraph that a remark is about, as it is called today."""
    return anchor_now(books.library, remark.anchor, remark.paragraph) if remark.paragraph else remark.anchor


def _is_locked(books: Books, anchor: str) -> bool:
    number = number_of(anchor)
    return bool(number) and lock_reason(books.library.clause[anchor.rpartition("_")[0]], number) is not None


def lost_lines(assembly: AssembledContract) -> tuple[CoverageLine, ...]:
    """The obligations that a changed paragraph said, and that nothing else proves."""
    lost = {key for clause in assembly.clauses for key in clause.lost}
    return tuple(
        line for line in assembly.coverage if line.obligation.key in lost and line.status is not CoverageStatus.COVERED
    )


def lost_covers(lines: Sequence[CoverageLine], language: Language) -> tuple[LostCover, ...]:
    """The same, in words; what the contract must say first."""
    kinds = list(ObligationClass)
    rows = sorted((line.obligation for line in lines), key=lambda one: kinds.index(one.kind))
    return tuple(LostCover(one.key, one.title.said_in(language), one.basis, one.kind) for one in rows)


def lost_requirements(assembly: AssembledContract, books: Books, language: Language) -> tuple[LostCover, ...]:
    """What we ask beyond art. 28 and that a changed paragraph said."""
    lost = {key for clause in assembly.clauses for key in clause.lost}
    return tuple(
        LostCover(one.key, one.title.said_in(language), ", ".join(one.basis))
        for table in books.library.tables
        for one in table.requirements
        if one.key in lost
    )


def newly_lost(
    before: AssembledContract, after: AssembledContract, books: Books, language: Language
) -> tuple[LostCover, ...]:
    """What a change stops covering, by name: obligations first, then what we ask beyond them."""
    known = {one.key for one in lost_requirements(before, books, language)}
    further = (one for one in lost_requirements(after, books, language) if one.key not in known)
    return (*lost_covers(uncovered_by(before.coverage, after.coverage), language), *further)


def _struck(made: AssembledDraft, books: Books) -> dict[str, tuple[StruckParagraph, ...]]:
    found: dict[str, tuple[StruckParagraph, ...]] = {}
    assembly, writer = made.assembly, _writer(made)
    for edit in assembly.edits.edits:
        if edit.wording is W.STRUCK:
            clause = books.library.clause[edit.clause]
            body = _body(clause.prose[assembly.language][number_of(edit.anchor) - 1], clause, writer)
            found[edit.clause] = (*found.get(edit.clause, ()), StruckParagraph(edit.anchor, body))
    return found


def _astray(assembly: AssembledContract, rows: Sequence[ContractEdit]) -> Iterator[LostEdit]:
    lost = {edit.origin for edit in (*assembly.edits.orphans, *assembly.unplaced)}
    for row in rows:
        if row.id in lost:
            yield LostEdit(row.id, row.clause_key, _said(row.texts) or _said(row.base))


def _said(texts: Mapping[str, str]) -> str:
    return next((texts[language.value] for language in Language if texts.get(language.value)), "")


def _writer(made: AssembledDraft) -> DocumentWriter:
    """A writer of single paragraphs, with the facts and the numbers of this draft."""
    return DocumentWriter(made.gathered.facts, made.assembly.language, made.assembly.references, BlankList())


def _body(passage: Passage, clause: Clause, writer: DocumentWriter) -> Markup:
    return preview_page.passage_body(writer.passage(passage, clause.key, clause.variables), writer.language)


@dataclass(frozen=True)
class FilledIn:
    """A word between brackets, and what it prints."""

    name: str
    words: str


@dataclass(frozen=True)
class ParagraphPage:
    """One paragraph of a draft, with all there is to decide on it."""

    anchor: str
    language: Language
    clause: Clause
    article: str
    line: str
    """Its number in the draft; empty when it is struck out or left out by the facts."""
    number: int
    """In the file of its clause; 0 for a special condition."""
    edit: ParagraphEdit | None
    row: ContractEdit | None
    is_outdated: bool
    locked: str
    """Why it may not be changed; empty when it may."""
    point: NegotiationPoint | None
    position: HeldPosition | None
    approver: Approver
    awaits: bool
    mark: str
    """What whoever agrees has seen."""
    marks: tuple[Obligation, ...]
    """The obligations that the library's text says here."""
    shown: Markup
    """As the draft prints it."""
    library_text: Markup
    fallback: Markup
    source: str
    """The library's text, as it is typed."""
    base_text: str
    """What the library said when this was decided: the wording it is about."""
    base_now: str
    """The same, as the library says it now."""
    other_text: str
    """What was typed in the other language."""
    filled: tuple[FilledIn, ...]
    remarks: tuple[ContractComment, ...]
    places: tuple[tuple[str, str], ...]
    """Where it may be put: value, words."""


def paragraph_page(
    ctx: Context, contract: Contract, anchor: str, language: Language, reader: Language
) -> ParagraphPage:
    """One paragraph of the draft; raises NotFound when this contract has none of that anchor."""
    books = books_of(ctx, contract)
    row = row_at(edit_queries.edit_rows(ctx, contract), books, anchor)
    made = assemble_contract_draft(ctx, contract, language)
    if anchor.startswith(f"{W.SPECIAL.value}_"):
        if row is None:
            raise NotFound()
        clause, number = books.clause(row.clause_key), 0
    else:
        clause, number = books.paragraph(anchor)
    return _paragraph(ctx, contract, made, books, anchor, clause, number, row, reader)


def _paragraph(
    ctx: Context,
    contract: Contract,
    made: AssembledDraft,
    books: Books,
    anchor: str,
    clause: Clause,
    number: int,
    row: ContractEdit | None,
    reader: Language,
) -> ParagraphPage:
    assembly, language = made.assembly, made.assembly.language
    edit = next((one for one in assembly.edits.edits if one.anchor == anchor), None)
    passage = clause.prose[language][number - 1] if number else Passage(())
    writer, point = _writer(made), clause.point(number)
    taken = point.fallback.get(language, ()) if point else ()
    other = next(one for one in Language if one is not language)
    source = typed_source(passage)
    known = {one.key: one for one in books.library.obligations}
    why = lock_reason(clause, number) if number else None
    typed = edit.text.get(language.value, "") if edit else ""
    is_fallback = edit is not None and edit.wording is W.FALLBACK
    basis = f"{FALLBACK_BASE}_{language.value}" if is_fallback else language.value
    return ParagraphPage(
        anchor,
        language,
        clause,
        next((one.number for one in assembly.clauses if one.key == clause.key), ""),
        assembly.lines.get(anchor, ""),
        number,
        edit,
        row,
        anchor in assembly.edits.outdated,
        why.said_in(reader) if why else "",
        point,
        next((one for one in assembly.positions if one.anchor == anchor), None),
        approver_of(clause, number),
        edit is not None and awaits_agreement(clause, edit),
        agreement_mark(clause, number, row.as_edit()) if row else "",
        tuple(known[key] for key in passage.obligations if key in known),
        shown_paragraph(assembly, anchor),
        _body(passage, clause, writer),
        _body(taken[0], clause, writer) if taken else Markup(),
        source,
        edit.base.get(basis, "") if edit else "",
        base_of(clause, number).get(basis, ""),
        edit.text.get(other.value, "") if edit else "",
        tuple(_filled(typed or source, books, made, reader)),
        tuple(one for one in edit_queries.comments(ctx, contract) if _about(books, one) == anchor),
        tuple(places_of(assembly, clause, anchor, is_special=not number)),
    )


def shown_paragraph(assembly: AssembledContract, anchor: str) -> Markup:
    """A paragraph as the draft prints it; empty when it is struck out or left out by the facts."""
    sections = (block for article in assembly.document.blocks for block in getattr(article, "blocks", ()))
    found = next((one for one in sections if getattr(one, "anchor", "") == anchor), None)
    return preview_page.passage_body(found.blocks, assembly.language) if found is not None else Markup()


def _filled(text: str, books: Books, made: AssembledDraft, reader: Language) -> Iterator[FilledIn]:
    for name in filled_in(text, books.targets):
        if name in FACTS:
            words = fact_words(name, made.gathered.facts.values.get(name), made.assembly.language)
            yield FilledIn(name, words or headed(FACTS[name].label.said_in(reader)))
            continue
        targets = made.assembly.references.get(name, ())
        word = ANNEX if targets and targets[0].annex else ARTICLE
        yield FilledIn(name, f"{word.said_in(reader)} {', '.join(one.number for one in targets) or '?'}")


def places_of(
    assembly: AssembledContract, clause: Clause, anchor: str, *, is_special: bool
) -> Iterator[tuple[str, str]]:
    """Where a paragraph may be put: in its article, and a special condition at the end of any other one as well.

    A value is `<clause>|<anchor it follows>`; `<clause>|` leaves it in its own place.
    """
    if clause.key not in {one.key for one in assembly.clauses}:
        yield f"{clause.key}|", clause.title.said_in(assembly.language)
    for one in assembly.clauses:
        if one.key == clause.key:
            yield f"{one.key}|", f"{one.number} – {one.title}"
            yield f"{one.key}|{AT_HEAD}", f"{one.number} ↑"
            for passage in one.passages:
                if passage.anchor != anchor:
                    yield f"{one.key}|{passage.anchor}", f"{passage.number} – {fold(passage.quote)[:60]}…"
        elif is_special:
            yield f"{one.key}|", f"{one.number} – {one.title}"
