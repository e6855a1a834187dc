"""What the locker of proofs puts in the file for the authority: the pieces sent by then, and the files themselves."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core import process
from portal.core.history import rows_as_of
from portal.core.language import N_, Language, Sentence, say
from portal.evidence.kinds import read_kinds
from portal.evidence.models import Evidence
from portal.evidence.proposed_details import read_end
from portal.evidence.queries import facts_of
from portal.evidence.rules import EvidenceVerdict, good_until
from portal.evidence.wording import VERDICT_NAMES
from portal.web.file_parts import FileCell, FileCopy, FilePart, FileScope, FileTable, PartContent, unknown_before


def evidence_content(ctx: Context, scope: FileScope) -> PartContent:
    """The pieces that vendors had sent; what is being prepared, or came later, is not there."""
    sent = ctx.session.scalars(
        select(Evidence)
        .options(joinedload(Evidence.stored_file))
        .where(Evidence.vendor_id.in_(scope.vendor_ids), Evidence.sent_at < scope.before)
        .order_by(Evidence.vendor_id, Evidence.id)
    ).all()
    past = rows_as_of(ctx.session, Evidence, scope.before, row_ids=[one.id for one in sent])
    then = {one.id: one for one in past.rows}
    replaced = _replaced(sent)
    return PartContent(
        tables=(
            FileTable(
                name="preuves", title=N_("Preuves"), as_records=True,
                columns=(N_("Preuve n°"), N_("Sous-traitant"), N_("Fichier"), N_("Empreinte SHA-256"), N_("Reçue le"),
                         N_("Nature"), N_("Émetteur"), N_("Périmètre"), N_("Émise le"), N_("Fin de la période"),
                         N_("Expire le"), N_("Avis"), N_("Motif de l'avis"), N_("Remplacée par")),
                rows=tuple((*_row(one, then.get(one.id), scope), replaced.get(one.id, "")) for one in sent),
            ),
        ),
        copies=tuple(
            FileCopy(stored=one.stored_file, what=say("Preuve n° %(number)s", number=one.id)) for one in sent
        ),
        gaps=(*unknown_before(past, say("Ce qui était dit des preuves")), *_missing(sent, then, replaced, scope)),
    )  # fmt: skip


def _replaced(sent: Sequence[Evidence]) -> dict[int, int]:
    """The pieces of which another version had come by then, with its number: nothing is missing of them any more."""
    numbers = {one.id for one in sent}
    newest: dict[int, int] = {}
    for one in sent:
        family = one.replaced_by_id or one.id
        newest[family] = family if family in numbers else one.id
    last = {one.id: newest[one.replaced_by_id or one.id] for one in sent}
    return {number: by for number, by in last.items() if by != number}


def _row(one: Evidence, then: Evidence | None, scope: FileScope) -> tuple[FileCell, ...]:
    file = one.stored_file
    first = (one.id, scope.named(one.vendor_id), file.filename, file.sha256, one.sent_at)
    if then is None:
        return (*first, *(None,) * 8)
    return (
        *first, _kind(then.kind, scope.language), then.issuer or None, then.scope or None, then.issued_on,
        then.period_to or "", then.expires_on, Sentence(VERDICT_NAMES[then.verdict]), then.verdict_note,
    )  # fmt: skip


def _kind(key: str, language: Language) -> str | None:
    kind = read_kinds(process.settings().questionnaires_dir).get(key)
    return (kind.en if language is Language.EN else kind.fr) if kind else None


def _last_day(then: Evidence, reading: dict[str, Any] | None) -> date | None:
    """The last day it was good for, as everywhere else: what a file says of itself has no history, it never changes."""
    facts = facts_of(then, None)
    return good_until(replace(facts, expires_on=then.expires_on or read_end(reading)))


def _missing(
    sent: Sequence[Any], then: dict[int, Evidence], replaced: dict[int, int], scope: FileScope
) -> Iterator[Sentence]:
    for number in sorted(scope.vendor_ids - {one.vendor_id for one in sent}):
        yield say("%(vendor)s : aucune preuve reçue à cette date.", vendor=scope.named(number))
    readings = {one.id: one.reading for one in sent}
    for one in (piece for number, piece in then.items() if number not in replaced):
        last = _last_day(one, readings[one.id])
        if last is not None and last < scope.on:
            yield say("Preuve n° %(number)s : expirée, elle valait jusqu'au %(day)s.", number=one.id, day=last)
        if one.verdict is EvidenceVerdict.REJECTED:
            yield say("Preuve n° %(number)s : écartée à la revue.", number=one.id)
        elif one.verdict is not EvidenceVerdict.VERIFIED:
            yield say("Preuve n° %(number)s : personne ne l'avait vérifiée.", number=one.id)


PARTS = (
    FilePart(
        key="preuves", order=70, title=N_("Preuves"), permission=Permission.EVIDENCE_VIEW, find=evidence_content,
        actions=frozenset({"evidence.recorded", "evidence.replaced"}),
    ),
)  # fmt: skip
