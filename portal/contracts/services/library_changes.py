"""Changing the clause library with two persons: one proposes, another approves or refuses; nothing else moves it."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.authz.context import Context, authorize
from portal.authz.policy import Actor, Permission, Role, scope_of
from portal.contracts import library, library_editions
from portal.contracts.language_data import language_words
from portal.contracts.library_models import ClauseProposal
from portal.contracts.models import Contract
from portal.contracts.rules.clause_writing import FIELDS, TEXTS, paragraph_fields, plain_typing, rows_of, write_clause
from portal.contracts.rules.free_text import reference_targets, text_problems
from portal.contracts.rules.model import Approver, Clause, ClauseLibrary, LibraryDefect, Passage, typeset
from portal.contracts.rules.operative_words import wordings
from portal.contracts.rules.problems import is_wordless
from portal.contracts.rules.proposals import (
    ProposalKind,
    ProposalState,
    Writer,
    approvers_named,
    left_without,
    next_version,
    said_of,
    writers_of,
)
from portal.contracts.services.paragraphs import AGREEMENTS
from portal.core.dataclass import dataclass
from portal.core.documents.tree import Text
from portal.core.documents.wording import printable
from portal.core.errors import NotFound, Refused
from portal.core.language import N_, Language, Sentence, say
from portal.core.stale import StaleWrite, fingerprint
from portal.journal import services as journal

LONGEST_PROPOSAL_REASON = 2_000
"""Characters of why a change is proposed, approved or refused."""
SAME_PERSON = N_(
    "Une seconde personne doit décider : vous avez écrit cette proposition, sous ce compte ou sous un autre."
)


@dataclass(frozen=True)
class Candidate:
    """What the library would be, and why it may not be."""

    library: ClauseLibrary
    clause: Clause | None
    """The clause as it would read; None when it is retired, or cannot be read."""
    text: str
    """The whole file as it would be."""
    defects: tuple[Sentence, ...]


def targets_of(books: ClauseLibrary) -> frozenset[str]:
    """What a paragraph of the library may refer to."""
    return frozenset().union(*(reference_targets(template) for template in books.templates))


def propose_paragraph(
    ctx: Context, key: str, number: int, fields: Mapping[str, str], reason: str
) -> ClauseProposal | None:
    """Write a paragraph of a proposal, opened now when none waits on this clause; None when nothing would change.

    Raises NotFound for a clause or paragraph that is not in the library of today, Refused when a text is empty or
    cannot be written, without a reason, or while the retirement of the clause is proposed.
    """
    authorize(ctx, Permission.CLAUSE_PROPOSE)
    books = library_editions.library_of(ctx)
    clause = books.clause.get(key)
    if clause is None or not 0 < number <= len(clause.prose[Language.FR]):
        raise NotFound()
    now = paragraph_fields(clause, number)
    wanted = {name: as_printed(name, fields.get(name, now[name]), now[name]) for name in FIELDS}
    differing = {name: [now[name], text] for name, text in wanted.items() if text != now[name]}
    _check_fields(wanted, differing, targets_of(books))
    row = _held(ctx, key)
    if row is None and not differing:
        return None
    if row is None:
        row = _open(ctx, key, ProposalKind.CHANGE, reason)
    elif row.kind is ProposalKind.RETIRE:
        raise Refused(N_("Le retrait de cette clause est proposé : il attend une décision."))
    before = {name: texts[1] for name, texts in row.changes.get(str(number), {}).items()}
    changes = {place: texts for place, texts in row.changes.items() if place != str(number)}
    if differing:
        changes[str(number)] = differing
    row.changes = changes
    row.reason = _reason(reason) or row.reason
    _note_writer(ctx, row)
    ctx.session.flush()
    after = {name: texts[1] for name, texts in differing.items()}
    if before != after:
        named = {"clause_key": key, "paragraph": str(number)}
        journal.record(ctx, "clause.written", row, before={**named, **before}, after={**named, **after})
    return row


def as_printed(name: str, typed: str, now: str) -> str:
    """A field as the library prints it: spaces and apostrophes of a keyboard are no change of text."""
    text = printable(typed).replace("\r\n", "\n").strip()
    if plain_typing(text) == plain_typing(now):
        return now
    return typeset(plain_typing(text), Language(name[-2:])) if name in TEXTS else text


def _check_fields(wanted: Mapping[str, str], differing: Mapping[str, object], targets: frozenset[str]) -> None:
    """What would lose its meaning in a file is refused before it is kept."""
    fallback = [wanted[name] for name in TEXTS if not name.startswith("text_")]
    for name in TEXTS:
        needed = name.startswith("text_") or any(fallback)
        if name in differing and (needed or wanted[name]):
            for problem in text_problems(wanted[name], targets):
                raise Refused(problem)
    if any(fallback) and not all(fallback):
        raise Refused(N_("Un repli et sa ligne rouge s'écrivent ensemble, en français et en anglais."))
    if "fallback_fr" in differing and not any(fallback):
        raise Refused(N_("Un repli ne s'efface pas : écrivez celui qui le remplace."))
    if wanted["approver"] not in {"", *Approver}:
        raise Refused(N_("Choisissez qui accorde le repli."))
    for name, columns in (("operative", 3), ("figures", 6)):
        if rows_of(wanted[name], columns) is None:
            raise Refused(
                say("« %(name)s » : une ligne a %(count)s parties, séparées par des barres.",
                    name=say(_FIELD_NAMES[name]), count=columns)
            )  # fmt: skip
    if wanted["figures"] and not any(fallback):
        raise Refused(N_("Des chiffres se comparent à un repli : ce paragraphe n'en a pas."))


_FIELD_NAMES = {"operative": N_("Mots opérants"), "figures": N_("Chiffres")}


def propose_retirement(ctx: Context, key: str, reason: str) -> ClauseProposal:
    """Propose that a clause be no more offered; raises NotFound, Refused as `propose_paragraph`."""
    authorize(ctx, Permission.CLAUSE_PROPOSE)
    if key not in library_editions.library_of(ctx).clause:
        raise NotFound()
    if _held(ctx, key) is not None:
        raise Refused(_TAKEN)
    row = _open(ctx, key, ProposalKind.RETIRE, reason)
    ctx.session.flush()
    journal.record(ctx, "clause.retirement_proposed", row, after={"clause_key": key, "reason": row.reason})
    return row


_TAKEN = N_("Une proposition attend déjà sur cette clause : complétez-la, ou attendez qu'elle soit décidée.")


def _held(ctx: Context, key: str) -> ClauseProposal | None:
    """What waits on a clause, kept to this transaction."""
    return ctx.session.scalar(
        select(ClauseProposal)
        .where(ClauseProposal.open_key == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _open(ctx: Context, key: str, kind: ProposalKind, reason: str) -> ClauseProposal:
    if not _reason(reason):
        raise Refused(N_("Dites pourquoi : la personne qui décide le lira."))
    row = ClauseProposal(
        clause_key=key, open_key=key, kind=kind, reason=_reason(reason), changes={}, writers=[], created_at=ctx.now,
        created_by_id=ctx.actor.id, changed_at=ctx.now,
    )  # fmt: skip
    _note_writer(ctx, row)
    try:
        with ctx.session.begin_nested():
            ctx.session.add(row)
            ctx.session.flush()
    except IntegrityError as error:
        raise Refused(_TAKEN) from error
    return row


def _reason(text: str) -> str:
    return text.strip()[:LONGEST_PROPOSAL_REASON]


def _note_writer(ctx: Context, row: ClauseProposal) -> None:
    me = writer_of(ctx.actor)
    row.changed_at = ctx.now
    if me.as_json() not in row.writers:
        row.writers = [*row.writers, me.as_json()]


def writer_of(actor: Actor) -> Writer:
    """Who acts, as a proposal remembers them."""
    return Writer(actor.id, actor.name, actor.email, actor.role.value)


def candidate(ctx: Context, row: ClauseProposal) -> Candidate:
    """The library with a proposal in it, and everything that speaks against it, by name."""
    books = library_editions.library_of(ctx)
    clause = books.clause.get(row.clause_key)
    if clause is None:
        return Candidate(books, None, "", (say("%(key)s n'est plus dans la bibliothèque.", key=row.clause_key),))
    if row.kind is ProposalKind.RETIRE:
        made, defects = library.written_over(books, {clause.key: None})
        return Candidate(made, None, "", (*left_without(books, clause), *said_of(defects)))
    changes = {
        int(number): {name: texts[1] for name, texts in fields.items()} for number, fields in row.changes.items()
    }
    version = next_version(clause.version)
    source = library_editions.source_of(ctx, clause)
    text = write_clause(source, clause, changes, version, targets_of(books))
    made, defects = library.written_over(books, {clause.key: text})
    written = made.clause[clause.key] if made.clause[clause.key] is not clause else None
    against = [*_conflicts(row, clause), *said_of(defects)]
    if written is not None:
        against += [*said_of(language_defects(written)), *_emptied(clause, written)]
    if not row.changes:
        against.append(say("Cette proposition ne change rien."))
    return Candidate(made, written, text, tuple(against))


def _conflicts(row: ClauseProposal, clause: Clause) -> Iterator[Sentence]:
    """What was changed in the library since it was written, where the proposal changes it too."""
    for number, fields in row.changes.items():
        now = paragraph_fields(clause, int(number)) if int(number) <= len(clause.prose[Language.FR]) else {}
        if any(now.get(name) != texts[0] for name, texts in fields.items()):
            yield say("Paragraphe %(n)s : la bibliothèque a changé depuis ; écrivez-le de nouveau.", n=number)


def _emptied(before: Clause, after: Clause) -> Iterator[Sentence]:
    """Paragraphs that said something in words, and of which a fact alone is left."""
    for language in Language:
        for number, (was, now) in enumerate(zip(before.prose[language], after.prose[language], strict=False), start=1):
            if is_wordless(now) and not is_wordless(was):
                yield say("Paragraphe %(n)s (%(part)s) : il ne dit rien.", n=number, part=language.value)


def language_defects(clause: Clause) -> tuple[LibraryDefect, ...]:
    """The texts of a clause that are not in their language."""
    words = language_words()
    return tuple(
        LibraryDefect(
            clause.path,
            clause.key,
            say("Paragraphe %(n)s (%(position)s, %(language)s) : ce texte n'est pas dans sa langue.",
                n=number, position=position.value, language=language.value),
        )
        for position, by_language in wordings(clause).items()
        for language, passages in by_language.items()
        for number, passage in enumerate(passages, start=1)
        if not words.is_in(_plain(passage), language, presumed=language)
    )  # fmt: skip


def _plain(passage: Passage) -> str:
    return " ".join(piece.text for piece in passage.pieces if isinstance(piece, Text))


def proposal_mark(row: ClauseProposal, made: Candidate) -> str:
    """What whoever decides has before their eyes: the text as it would be, and why."""
    return fingerprint(row.kind.value, made.text, row.reason, sorted(row.changes))


def approvers_of(row: ClauseProposal, clause: Clause) -> tuple[Approver, ...]:
    """Whom the clause wants for what a proposal touches."""
    if row.kind is ProposalKind.RETIRE:
        return approvers_named(clause, range(1, len(clause.prose[Language.FR]) + 1))
    changed = [fields["approver"][1] for fields in row.changes.values() if "approver" in fields]
    return approvers_named(clause, map(int, row.changes), changed)


def lacking_approvers(ctx: Context, row: ClauseProposal, clause: Clause) -> tuple[Approver, ...]:
    """Whom the clause wants and who is neither among those who wrote nor who would decide."""
    people = [Actor(Role(one.role)) for one in writers_of(row.writers) if one.role in set(Role)]
    return tuple(
        one
        for one in approvers_of(row, clause)
        if not ctx.can(AGREEMENTS[one]) and not any(scope_of(person, AGREEMENTS[one]) for person in people)
    )


def may_decide(ctx: Context, row: ClauseProposal) -> bool:
    """Whether the actor may decide: the permission, and nobody who wrote it under any account."""
    me = writer_of(ctx.actor)
    return ctx.can(Permission.CLAUSE_APPROVE) and not any(me.is_same_person(one) for one in writers_of(row.writers))


_LACKING: Mapping[Approver, str] = {
    Approver.LEGAL: N_("Cette clause veut l'accord d'un juriste : ni les auteurs, ni vous ne l'êtes."),
    Approver.OFFICER: N_("Cette clause veut l'accord du DPO : ni les auteurs, ni vous ne l'êtes."),
    Approver.MANAGEMENT: N_("Cette clause veut l'accord de la direction : ni les auteurs, ni vous n'en êtes."),
}


def approve_proposal(ctx: Context, proposal_id: int, seen: str, word: str = "") -> ClauseProposal:
    """Make a proposal the library of from now on; drafts already open and contracts keep what they have.

    Raises Forbidden without the permission, Refused for whoever wrote it (under any account of theirs), while a check
    fails (naming it), or when whom the clause wants is neither author nor deciding; StaleWrite when it is no more what
    was seen.
    """
    row = _held_to_decide(ctx, proposal_id)
    made = candidate(ctx, row)
    if proposal_mark(row, made) != seen:
        raise StaleWrite(N_("Cette proposition a changé entre-temps : relisez-la avant de décider."), None)
    if made.defects:
        raise Refused(
            say("Rien n'est approuvé, des contrôles échouent (%(count)s) : %(first)s",
                count=len(made.defects), first=made.defects[0])
        )  # fmt: skip
    clause = library_editions.library_of(ctx).clause[row.clause_key]
    for one in lacking_approvers(ctx, row, clause):
        raise Refused(_LACKING[one])
    row.replaced_version, row.replaced_sha256 = clause.version, clause.sha256
    row.replaced_text = library_editions.source_of(ctx, clause)
    row.text, row.sha256 = made.text, hashlib.sha256(made.text.encode()).hexdigest() if made.text else ""
    row.version = made.clause.version if made.clause is not None else clause.version
    row.edition = library_editions.edition_of_today(ctx) + 1
    _decide(ctx, row, ProposalState.APPROVED, word)
    after = {"clause_key": row.clause_key, "version": row.version, "sha256": row.sha256, "reason": row.reason,
             "decision": row.decision, "written_by": [one.name for one in writers_of(row.writers)]}  # fmt: skip
    before = {"version": clause.version, "sha256": clause.sha256}
    act = "clause.retired" if row.kind is ProposalKind.RETIRE else "clause.approved"
    journal.record(ctx, act, row, before=before, after=after)
    return row


def refuse_proposal(ctx: Context, proposal_id: int, reason: str) -> ClauseProposal:
    """Turn a proposal down, with a reason; raises Forbidden and Refused as `approve_proposal`."""
    row = _held_to_decide(ctx, proposal_id)
    if not _reason(reason):
        raise Refused(N_("Dites pourquoi vous refusez : l'auteur le lira."))
    _decide(ctx, row, ProposalState.REFUSED, reason)
    journal.record(ctx, "clause.refused", row, after={"clause_key": row.clause_key, "decision": row.decision})
    return row


def withdraw_proposal(ctx: Context, proposal_id: int) -> ClauseProposal:
    """Take one's proposal back; raises Refused for anybody else than those who wrote it."""
    authorize(ctx, Permission.CLAUSE_PROPOSE)
    row = _held_open(ctx, proposal_id)
    if ctx.actor.id not in {one.id for one in writers_of(row.writers)}:
        raise Refused(N_("Seul un auteur retire sa proposition ; les autres la refusent."))
    _decide(ctx, row, ProposalState.WITHDRAWN, "")
    journal.record(ctx, "clause.withdrawn", row, after={"clause_key": row.clause_key})
    return row


def _decide(ctx: Context, row: ClauseProposal, state: ProposalState, word: str) -> None:
    row.state, row.open_key, row.decision = state, None, _reason(word)
    row.decided_at, row.decided_by_id = ctx.now, ctx.actor.id
    ctx.session.flush()


def _held_open(ctx: Context, proposal_id: int) -> ClauseProposal:
    """A proposal that waits, kept to this transaction; every decision waits for the one before it."""
    ctx.session.execute(select(ClauseProposal.id).order_by(ClauseProposal.id).limit(1).with_for_update())
    row = ctx.session.scalar(
        select(ClauseProposal)
        .where(ClauseProposal.id == proposal_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound()
    if row.state is not ProposalState.OPEN:
        raise Refused(N_("Cette proposition est déjà décidée."))
    return row


def _held_to_decide(ctx: Context, proposal_id: int) -> ClauseProposal:
    authorize(ctx, Permission.CLAUSE_APPROVE)
    row = _held_open(ctx, proposal_id)
    if not may_decide(ctx, row):
        raise Refused(SAME_PERSON)
    return row


def newer_clauses(ctx: Context, contract: Contract) -> Sequence[tuple[str, str, str]]:
    """The clauses of a contract's template that were changed since its edition: key, version then, version now.

    A clause that was retired since has no version now.
    """
    today = library_editions.edition_of_today(ctx)
    if today <= contract.library_edition:
        return ()
    then, now = (library_editions.library_of(ctx, edition) for edition in (contract.library_edition, None))
    template = then.template.get(contract.template_key)
    found = []
    for key in template.clause_keys if template is not None else ():
        was, after = then.clause[key], now.clause.get(key)
        if after is None or after.sha256 != was.sha256:
            found.append((key, was.version, after.version if after is not None else ""))
    return found


def take_library_of_today(ctx: Context, contract: Contract) -> None:
    """Draft a contract from the library as it is now; what lawyers wrote on its paragraphs stays with them."""
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    ctx.session.refresh(contract, ["library_edition"], with_for_update=True)
    today = library_editions.edition_of_today(ctx)
    if today == contract.library_edition:
        return
    before = {"library_edition": contract.library_edition}
    contract.library_edition = today
    ctx.session.flush()
    journal.record(ctx, "contract.library_taken", contract, before=before, after={"library_edition": today})
