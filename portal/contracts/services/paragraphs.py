"""Changing a draft paragraph by paragraph: another position, free text, a special condition, an agreement."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts import edit_queries
from portal.contracts.edit_models import ContractEdit
from portal.contracts.library_editions import library_of
from portal.contracts.models import Contract
from portal.contracts.rules.free_text import read_text, reference_targets, text_problems
from portal.contracts.rules.model import Approver, Clause, ClauseLibrary, ContractTemplate
from portal.contracts.rules.paragraphs import (
    AT_HEAD,
    NEIGHBOUR_BASE,
    ParagraphEdit,
    ParagraphWording,
    anchor_of,
    approver_of,
    base_of,
    clause_of,
    lock_reason,
    number_of,
    place_edits,
)
from portal.contracts.rules.positions import crossed_figures
from portal.contracts.services.typed_facts import lock_typed
from portal.core.dataclass import dataclass
from portal.core.documents.wording import printable
from portal.core.errors import NotFound, Refused
from portal.core.language import N_, Language, say
from portal.core.stale import StaleWrite, fingerprint
from portal.identity.queries import holders_of
from portal.journal import services as journal
from portal.notices.services import News, note_for_staff, tell_otherwise
from portal.vendors.models import Vendor

LONGEST_EDIT_REASON = 1_000
"""Characters of why a paragraph was changed."""
LOCKED = N_("Ce paragraphe est non négociable et reste tel quel.")
AGREEMENTS: Mapping[Approver, Permission] = {
    Approver.LEGAL: Permission.CONTRACT_AGREE_LEGAL,
    Approver.OFFICER: Permission.CONTRACT_AGREE_OFFICER,
    Approver.MANAGEMENT: Permission.CONTRACT_AGREE_MANAGEMENT,
}
"""What it takes to agree, by who the clause names."""
W = ParagraphWording


@dataclass(frozen=True)
class ParagraphChange:
    """What a lawyer wants of one paragraph."""

    wording: ParagraphWording
    language: Language
    """The language of `text`; a text in the other one stays."""
    text: str = ""
    clause: str = ""
    """For a special condition: the article it stands in."""
    after: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Books:
    """The library of today and the template of one contract."""

    library: ClauseLibrary
    template: ContractTemplate

    @property
    def targets(self) -> frozenset[str]:
        """What its paragraphs may refer to."""
        return reference_targets(self.template)

    def paragraph(self, anchor: str) -> tuple[Clause, int]:
        """The clause and number of a paragraph of the library; raises NotFound."""
        clause, number = self.clause(clause_of(anchor)), number_of(anchor)
        if not 0 < number <= len(clause.prose[Language.FR]):
            raise NotFound()
        return clause, number

    def clause(self, key: str) -> Clause:
        """A clause that this kind of contract may hold; raises NotFound."""
        if key not in self.template.clause_keys:
            raise NotFound()
        return self.library.clause[key]


def books_of(ctx: Context, contract: Contract) -> Books:
    """The library a contract is drafted from, and its template in it; raises Refused when either cannot be read."""
    books = library_of(ctx, contract.library_edition)
    template = books.template.get(contract.template_key)
    if template is None:
        raise Refused(say("Le modèle de contrat « %(key)s » n'existe pas.", key=contract.template_key))
    return Books(books, template)


def row_at(rows: Sequence[ContractEdit], books: Books, anchor: str) -> ContractEdit | None:
    """What was decided on the paragraph that bears this anchor today."""
    placed = place_edits(books.library, [row.as_edit() for row in rows]).edits
    origin = next((edit.origin for edit in placed if edit.anchor == anchor), None)
    return next((row for row in rows if row.id == origin), None)


def write_paragraph(ctx: Context, contract: Contract, anchor: str, change: ParagraphChange) -> ContractEdit | None:
    """Change one paragraph of the draft; None when it is the library's again, in its own place.

    Raises NotFound for a paragraph that this kind of contract has not, Refused when it is locked, when the text cannot
    stand in a contract, or when it goes beyond our red line and nobody says why.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    lock_typed(ctx, contract)
    books = books_of(ctx, contract)
    rows = edit_queries.edit_rows(ctx, contract)
    row = row_at(rows, books, anchor)
    if anchor.startswith(f"{W.SPECIAL.value}_"):
        if row is None:
            raise NotFound()
        return _write_special(ctx, contract, row, change, books)
    clause, number = books.paragraph(anchor)
    wanted = _checked(clause, number, change, books)
    if wanted is W.FREE:
        _check_red_line(clause, number, change, books)
    if wanted is W.LIBRARY and not change.after:
        if row is not None:
            forget_edit(ctx, contract, row)
        return None
    _check_place(change.after, anchor, clause, rows)
    text = _texts(row, change) if wanted is W.FREE else {}
    if row is None:
        row = ContractEdit(contract_id=contract.id, anchor=anchor, clause_key=clause.key, texts={}, wording=W.LIBRARY)
        ctx.session.add(row)
    row.anchor = anchor
    values = {"wording": wanted, "texts": text, "after": change.after}
    _store(ctx, contract, row, clause, values, base_of(clause, number, after=change.after), change.reason)
    approver = approver_of(clause, number)
    tell_otherwise(ctx, [_about(row)])
    if wanted.departs and row.agreed_at is None:
        if ctx.can(AGREEMENTS[approver]):
            _note_agreement(ctx, contract, row, approver)
        else:
            _ask_agreement(ctx, contract, row, approver)
    return row


def _about(row: ContractEdit) -> str:
    return f"contract:{row.contract_id}:agreement:{row.id}"


def _ask_agreement(ctx: Context, contract: Contract, row: ContractEdit, approver: Approver) -> None:
    """Tell those who may agree, in their digest: the paragraph, never its words."""
    vendor = ctx.session.get_one(Vendor, contract.vendor_id)
    news = News(
        template="contracts/emails/notice_agreement",
        key=f"{_about(row)}:{ctx.now:%Y%m%dT%H%M%S}",
        about=_about(row),
        values={"title": contract.title, "vendor": vendor.name, "paragraph": row.journal_label},
    )
    note_for_staff(ctx, vendor.id, news, holders_of(ctx, AGREEMENTS[approver], vendor))


def _checked(clause: Clause, number: int, change: ParagraphChange, books: Books) -> ParagraphWording:
    """The wording asked for, or a refusal; our own words typed again are the library's."""
    wanted = change.wording
    if wanted is W.FREE and read_text(change.text, change.language, books.targets) == (
        clause.prose[change.language][number - 1].blocks
    ):
        wanted = W.LIBRARY
    if wanted is W.LIBRARY and not change.after:
        return wanted
    if lock_reason(clause, number) is not None:
        raise Refused(LOCKED)
    if wanted is W.SPECIAL or (wanted is W.FALLBACK and clause.point(number) is None):
        raise Refused(N_("Ce paragraphe n'a pas de repli dans la bibliothèque."))
    if wanted is W.FREE:
        _check_text(change.text, books)
    return wanted


def _check_red_line(clause: Clause, number: int, change: ParagraphChange, books: Books) -> None:
    """Whoever goes beyond our red line says why."""
    point = clause.point(number)
    if change.reason.strip() or point is None:
        return
    if any(crossed_figures(point, change.text, change.language, books.targets)):
        raise Refused(
            N_(
                "Ce texte va au-delà de notre ligne rouge : dites pourquoi, la personne qui doit donner son accord "
                "le lira."
            )
        )


def _check_text(text: str, books: Books) -> None:
    for problem in text_problems(text, books.targets):
        raise Refused(problem)


def _check_place(after: str, anchor: str, clause: Clause, rows: Sequence[ContractEdit]) -> None:
    here = {anchor_of(clause.key, number) for number in range(1, len(clause.prose[Language.FR]) + 1)}
    here |= {row.anchor for row in rows if row.wording is W.SPECIAL and row.clause_key == clause.key}
    if after and (after == anchor or (after != AT_HEAD and after not in here)):
        raise Refused(N_("Cette place n'existe pas dans cet article."))


def _texts(row: ContractEdit | None, change: ParagraphChange) -> dict[str, str]:
    kept = dict(row.texts) if row is not None and row.wording in {W.FREE, W.SPECIAL} else {}
    return {**kept, change.language.value: printable(change.text).strip()}


def add_condition(ctx: Context, contract: Contract, change: ParagraphChange) -> ContractEdit:
    """Add a special condition to an article; raises Refused as `write_paragraph`, NotFound for an unknown article."""
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    lock_typed(ctx, contract)
    row = ContractEdit(
        contract_id=contract.id,
        anchor=f"{W.SPECIAL.value}_{secrets.token_hex(4)}",
        clause_key=change.clause,
        wording=W.SPECIAL,
        texts={},
    )
    return _write_special(ctx, contract, row, change, books_of(ctx, contract))


def _write_special(
    ctx: Context, contract: Contract, row: ContractEdit, change: ParagraphChange, books: Books
) -> ContractEdit:
    clause = books.clause(change.clause or row.clause_key)
    _check_text(change.text, books)
    _check_place(change.after, row.anchor, clause, edit_queries.edit_rows(ctx, contract))
    ctx.session.add(row)
    values = {"clause_key": clause.key, "texts": _texts(row, change), "after": change.after}
    _store(ctx, contract, row, clause, values, base_of(clause, 0, after=change.after), change.reason)
    return row


def try_paragraph(ctx: Context, contract: Contract, anchor: str, change: ParagraphChange) -> tuple[ParagraphEdit, ...]:
    """The edits of the draft as they would be with one paragraph changed; nothing is stored.

    An unknown special condition is a new one. Raises as `write_paragraph` and `add_condition` do.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    books, rows = books_of(ctx, contract), edit_queries.edit_rows(ctx, contract)
    row = row_at(rows, books, anchor)
    others = tuple(one.as_edit() for one in rows if one is not row)
    if anchor.startswith(f"{W.SPECIAL.value}_"):
        clause, number, wanted = books.clause(change.clause or (row.clause_key if row else "")), 0, W.SPECIAL
        _check_text(change.text, books)
    else:
        clause, number = books.paragraph(anchor)
        wanted = _checked(clause, number, change, books)
        if wanted is W.LIBRARY and not change.after:
            return others
    _check_place(change.after, anchor, clause, rows)
    text = _texts(row, change) if wanted in {W.FREE, W.SPECIAL} else {}
    base = base_of(clause, number, after=change.after)
    tried = ParagraphEdit(anchor, clause.key, wanted, text, change.after, base, False, row.id if row else 0)
    return (*others, tried)


def remove_edit(ctx: Context, contract: Contract, edit_id: int) -> None:
    """Take a special condition, or an edit whose paragraph is gone, out of the draft; raises NotFound."""
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    lock_typed(ctx, contract)
    rows = edit_queries.edit_rows(ctx, contract)
    orphans = place_edits(books_of(ctx, contract).library, [row.as_edit() for row in rows]).orphans
    gone = {edit.origin for edit in orphans}
    row = next((row for row in rows if row.id == edit_id and (row.id in gone or row.wording is W.SPECIAL)), None)
    if row is None:
        raise NotFound()
    forget_edit(ctx, contract, row)


def forget_edit(ctx: Context, contract: Contract, row: ContractEdit) -> None:
    """Give a paragraph back to the library; what was written is in the journal."""
    named = {"paragraph": row.journal_label}
    before = {**named, "wording": row.wording, "texts": dict(row.texts), "after": row.after}
    tell_otherwise(ctx, [_about(row)])
    ctx.session.delete(row)
    ctx.session.flush()
    after = {**named, "wording": W.LIBRARY}
    journal.record(ctx, "contract.paragraph_given_back", contract, before=before, after=after)


def _store(
    ctx: Context,
    contract: Contract,
    row: ContractEdit,
    clause: Clause,
    values: dict[str, Any],
    base: dict[str, str],
    reason: str,
) -> None:
    """Keep a change; an agreement was given to other words, be they ours or the library's, and falls."""
    before, after = journal.changes(row, {**values, "reason": reason.strip()[:LONGEST_EDIT_REASON]})
    if {"wording", "texts"} & after.keys() or _own(row.base) != _own(base):
        row.agreed_at = row.agreed_by_id = None
    row.base, row.clause_version, row.changed_at, row.changed_by_id = base, clause.version, ctx.now, ctx.actor.id
    ctx.session.flush()
    ctx.session.refresh(row, ["changed_by", "agreed_by"])
    if after:
        journal.record(ctx, "contract.paragraph_written", row, before=before, after=after, vendor_id=contract.vendor_id)


def _own(base: Mapping[str, str] | None) -> dict[str, str]:
    """The part of a base that is about the paragraph itself."""
    return {name: text for name, text in (base or {}).items() if name != NEIGHBOUR_BASE}


def _note_agreement(ctx: Context, contract: Contract, row: ContractEdit, approver: Approver) -> None:
    row.agreed_at, row.agreed_by_id = ctx.now, ctx.actor.id
    ctx.session.flush()
    ctx.session.refresh(row, ["agreed_by"])
    after = {"paragraph": row.journal_label, "wording": row.wording, "texts": dict(row.texts), "approver": approver}
    journal.record(ctx, "contract.position_agreed", row, after=after, vendor_id=contract.vendor_id)


def agreement_mark(clause: Clause, number: int, edit: ParagraphEdit) -> str:
    """What whoever agrees has before their eyes: an agreement to other words is no agreement."""
    return fingerprint(edit.wording.value, dict(edit.text), base_of(clause, number))


def agree_to_paragraph(ctx: Context, contract: Contract, anchor: str, seen: str) -> None:
    """Agree that a paragraph says something else than the library first asks, where the clause names one's function.

    Raises Forbidden to anybody else, NotFound when nothing awaits an agreement, StaleWrite when the paragraph is no
    more what was shown.
    """
    books = books_of(ctx, contract)
    clause, number = books.paragraph(anchor)
    approver = approver_of(clause, number)
    authorize(ctx, AGREEMENTS[approver], contract)
    lock_typed(ctx, contract)
    row = row_at(edit_queries.edit_rows(ctx, contract), books, anchor)
    if row is None or not row.wording.departs:
        raise NotFound()
    if agreement_mark(clause, number, row.as_edit()) != seen:
        raise StaleWrite(N_("Ce paragraphe a changé entre-temps : relisez-le avant de donner votre accord."), None)
    row.anchor, row.base, row.clause_version = anchor, base_of(clause, number, after=row.after), clause.version
    _note_agreement(ctx, contract, row, approver)
    tell_otherwise(ctx, [_about(row)])
