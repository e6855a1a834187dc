"""What the register of contracts puts in the file for the authority: those in force that day, coverage, signed copy."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.contracts.exit_models import ContractExit
from portal.contracts.library_editions import known_obligations
from portal.contracts.life_models import DeadlineDecision
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.coverage import CoverageStatus, coverage_said_in
from portal.contracts.rules.life import OVER, ContractPosition, ContractState, HeldService
from portal.contracts.rules.roles import JOINT_TEMPLATE
from portal.core.history import PastRows, rows_as_of
from portal.core.language import N_, Language, Sentence, say
from portal.core.stored import StoredFile
from portal.vendors.models import Service, SignedContract
from portal.web.file_parts import FileCell, FileCopy, FilePart, FileScope, FileTable, PartContent, unknown_before

COVERAGE_NAMES: Mapping[str, str] = {
    CoverageStatus.COVERED: N_("Écrite"),
    CoverageStatus.INCOMPLETE: N_("Écrite, il manque une information"),
    CoverageStatus.UNCOVERED: N_("Absente"),
}


def contract_content(ctx: Context, scope: FileScope) -> PartContent:
    """The contracts of the vendors of a file, those in force first, with what each covers and its signed copy."""
    past = rows_as_of(ctx.session, Contract, scope.before, parents=scope.vendor_ids)
    held = [one for one in past.rows if _is_concerned(one, scope)]
    running = [one for one in held if one.state is ContractState.IN_FORCE]
    over = [one for one in held if one.state in OVER]
    signatures = rows_as_of(
        ctx.session, SignedContract, scope.before, row_ids={one.signature_id for one in held if one.signature_id}
    )
    by_id = {one.id: one for one in signatures.rows if one.cancelled_at is None}
    contracts = _contracts(ctx, running)
    files = _files(ctx, [by_id[one.signature_id].stored_file_id for one in running if one.signature_id in by_id])
    return PartContent(
        tables=(
            _table("contrats-en-vigueur", N_("Contrats en vigueur"), running, by_id, scope),
            _coverage(ctx, running, scope.language),
            _table("contrats-termines", N_("Contrats terminés"), over, by_id, scope),
            _exits(ctx, scope, held),
        ),
        copies=tuple(_copies(running, by_id, files)),
        gaps=(
            *unknown_before(past, say("Contrats")),
            *_missing(past, running, by_id, scope, bound={number for number, _position in contracts}),
            *_uncovered(ctx, contracts, scope),
        ),
    )


def _contracts(ctx: Context, running: Sequence[Contract]) -> list[tuple[int, ContractPosition]]:
    """Those that are contracts by themselves, by vendor: an amendment, a letter or an assessment in force is none."""
    joint = set(ctx.session.scalars(
        select(Contract.id).where(Contract.id.in_([one.id for one in running]), Contract.template_key == JOINT_TEMPLATE)
    ))  # fmt: skip
    return [
        (one.vendor_id, ContractPosition(
            one.state, one.copy_reading, one.expires_on, False, one.kind, is_joint=one.id in joint,
            service_id=one.service_id, entity_id=one.legal_entity_id,
        ))
        for one in running
        if one.parent_id is None and (one.kind.counts or one.id in joint)
    ]  # fmt: skip


def _uncovered(ctx: Context, contracts: Sequence[tuple[int, ContractPosition]], scope: FileScope) -> Iterator[Sentence]:
    """The services of that day that no contract in force and read covers, of vendors that have one for another."""
    bound = {number for number, _position in contracts}
    for service in rows_as_of(ctx.session, Service, scope.before, parents=bound).rows:
        is_held = scope.service_ids is None or service.id in scope.service_ids
        if not is_held or (service.ended_on is not None and service.ended_on <= scope.on):
            continue
        asked = HeldService(service.id, service.legal_entity_id)
        if not any(number == service.vendor_id and position.covers(asked) for number, position in contracts):
            yield say("%(vendor)s, « %(service)s » : aucun contrat en vigueur et lu ne couvre cette prestation.",
                      vendor=scope.named(service.vendor_id), service=service.name)  # fmt: skip


def _is_concerned(contract: Contract, scope: FileScope) -> bool:
    """A contract without service or entity is a general one: it concerns them all."""
    if scope.service_ids is not None and contract.service_id not in {None, *scope.service_ids}:
        return False
    return scope.entity_id is None or contract.legal_entity_id in {None, scope.entity_id}


def _files(ctx: Context, numbers: Collection[int]) -> dict[int, StoredFile]:
    rows = ctx.session.scalars(select(StoredFile).where(StoredFile.id.in_(numbers)))
    return {one.id: one for one in rows}


def _copies(
    running: Iterable[Contract], signatures: Mapping[int, SignedContract], files: Mapping[int, StoredFile]
) -> Iterator[FileCopy]:
    for one in running:
        signature = signatures.get(one.signature_id or 0)
        if signature is not None and signature.stored_file_id in files:
            yield FileCopy(
                stored=files[signature.stored_file_id],
                what=say("Copie signée : %(title)s (%(key)s)", title=one.title, key=one.key),
            )


def _missing(
    past: PastRows, running: Sequence[Contract], signatures: Mapping[int, SignedContract], scope: FileScope, *,
    bound: Collection[int],
) -> Iterator[Sentence]:  # fmt: skip
    if past.is_known:
        for number in sorted(scope.vendor_ids - set(bound)):
            yield say("%(vendor)s : pas de contrat en vigueur ce jour-là.", vendor=scope.named(number))
    for one in running:
        if one.signature_id not in signatures:
            yield say("« %(title)s » : pas de copie signée.", title=one.title)
        elif one.copy_reading is None or not one.copy_reading.is_known:
            yield say("« %(title)s » : personne n'a lu la copie signée, ce contrat ne prouve rien.", title=one.title)
        if one.covered is None or one.required is None:
            yield say("« %(title)s » : couverture de l'article 28 inconnue.", title=one.title)
        elif one.lacking:
            yield say("« %(title)s » : obligations de l'article 28 absentes : %(count)s.", title=one.title,
                      count=one.lacking)  # fmt: skip
        if one.expires_on is not None and one.expires_on < scope.on:
            yield say("« %(title)s » : son terme, le %(day)s, est passé.", title=one.title, day=one.expires_on)


def _table(
    name: str, title: str, rows: Iterable[Contract], signatures: Mapping[int, SignedContract], scope: FileScope
) -> FileTable:
    return FileTable(
        name=name, title=title, as_records=True,
        columns=(
            N_("Contrat"), N_("Clé"), N_("Sous-traitant"), N_("État"), N_("Signé le"), N_("Copie signée"),
            N_("Prend effet le"), N_("Dernier jour"), N_("Durée, en mois"), N_("Reconduction, en mois"),
            N_("Obligations de l'article 28 écrites"), N_("Obligations attendues"), N_("Terminé le"),
        ),
        rows=tuple(_row(one, signatures.get(one.signature_id or 0), scope) for one in rows),
    )  # fmt: skip


def _row(one: Contract, signature: SignedContract | None, scope: FileScope) -> tuple[FileCell, ...]:
    return (
        one.title, one.key, scope.named(one.vendor_id), Sentence(one.state.label),
        signature.signed_on if signature else None,
        Sentence(one.copy_reading.label) if one.copy_reading else None, one.effective_on, one.expires_on,
        one.term_months, one.renewal_months, one.covered, one.required, one.ended_on or "",
    )  # fmt: skip


def _coverage(ctx: Context, running: Sequence[Contract], language: Language) -> FileTable:
    """What the text of each contract written here says of each obligation; frozen when it was drafted.

    Obligations are named in the language of the file, whatever that of the contract.
    """
    obligations = known_obligations()
    titles = {one.id: one.title for one in running}
    counting = {(one.id, one.counting_number) for one in running if one.counting_number is not None}
    found = ctx.session.execute(
        select(ContractVersion.contract_id, ContractVersion.number, ContractVersion.coverage)
        .where(ContractVersion.contract_id.in_(titles))
        .order_by(ContractVersion.contract_id, ContractVersion.number)
    )
    rows: list[tuple[FileCell, ...]] = []
    for contract_id, number, lines in found:
        if (contract_id, number) in counting:
            rows += [
                (titles[contract_id], line["id"], line["title"], Sentence(COVERAGE_NAMES[line["status"]]),
                 ", ".join(line["articles"]))
                for line in coverage_said_in(lines, obligations, language)
            ]  # fmt: skip
    return FileTable(
        name="couverture", title=N_("Obligations de l'article 28, contrat par contrat"),
        columns=(N_("Contrat"), N_("N°"), N_("Obligation"), N_("Ce que dit le texte"), N_("Articles")),
        rows=tuple(rows),
    )  # fmt: skip


def _exits(ctx: Context, scope: FileScope, held: Sequence[Contract]) -> FileTable:
    titles = {one.id: one.title for one in held}
    rows = ctx.session.scalars(
        select(ContractExit)
        .where(ContractExit.contract_id.in_(titles), ContractExit.opened_at < scope.before)
        .order_by(ContractExit.id)
    )
    return FileTable(
        name="sorties", title=N_("Fins de contrat à prouver (art. 28(3)(g))"),
        columns=(N_("Contrat"), N_("Fin du contrat"), N_("À prouver d'ici au"), N_("Prouvée le")),
        rows=tuple(
            (titles[one.contract_id], one.ended_on, one.due_on,
             one.closed_at if one.closed_at is not None and one.closed_at < scope.before else None)
            for one in rows
            if one.withdrawn_at is None or one.withdrawn_at >= scope.before
        ),
    )  # fmt: skip


def decision_content(ctx: Context, scope: FileScope) -> PartContent:
    """What was decided of contracts at the end of their periods, until that day."""
    rows = ctx.session.scalars(
        select(DeadlineDecision)
        .options(joinedload(DeadlineDecision.contract), joinedload(DeadlineDecision.decided_by))
        .where(DeadlineDecision.vendor_id.in_(scope.vendor_ids), DeadlineDecision.decided_at < scope.before)
        .order_by(DeadlineDecision.id)
    ).all()
    return PartContent(
        tables=(
            FileTable(
                name="decisions-contrats", title=N_("Décisions sur les échéances des contrats"),
                columns=(N_("Décidé le"), N_("Contrat"), N_("Décision"), N_("Motif"), N_("Par")),
                rows=tuple(
                    (one.decided_at, one.contract.key, Sentence(one.choice.label), one.motive,
                     one.decided_by.name if one.decided_by else None)
                    for one in rows
                    if _is_concerned(one.contract, scope)
                ),
            ),
        )
    )  # fmt: skip


PARTS = (
    FilePart(
        key="contrats", order=30, title=N_("Contrats en vigueur, couverture et copie signée"),
        permission=Permission.CONTRACT_VIEW, find=contract_content,
        actions=frozenset({"vendor.contract_signed", "contract.signed", "contract.in_force", "contract.expired",
                           "contract.finished", "contract.terminated", "contract.replaced", "contract.sealed",
                           "contract.copy_read", "contract.registered"}),
    ),
    FilePart(
        key="echeances", order=81, title=N_("Décisions sur les contrats"), permission=Permission.CONTRACT_VIEW,
        find=decision_content, actions=frozenset({"contract.deadline_decided"}),
    ),
)  # fmt: skip
