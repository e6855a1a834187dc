"""What a vendor may read of the end of its contracts: nothing of what we checked, keep or wrote about it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import String, cast, exists, literal, select, union_all
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.contracts.exit_models import ContractExit, ExitProof
from portal.contracts.models import Contract
from portal.contracts.rules.exits import CertificateReading, ExitChoice
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.stored import StoredFile
from portal.person_requests.models import RequestTask
from portal.person_requests.rules.entrusted import TaskKind, TaskState

MOST = 50
_OWED = (CertificateReading.AWAITED, CertificateReading.SILENT, CertificateReading.OTHER_NAME)
"""The certificates that the vendor has still to give: those not here, and those that do not say what they must."""


@dataclass(frozen=True)
class OwnExit:
    """The end of a contract, as its vendor sees it."""

    id: int
    title: str
    ended_on: date
    due_on: date
    choice: ExitChoice | None


@dataclass(frozen=True)
class OwnCertificate:
    """The certificate of one company, as the vendor sees it."""

    id: int
    holder: str
    is_processor: bool
    reading: CertificateReading
    certified_on: date | None
    filename: str | None


def own_exits(ctx: Context, exit_id: int | None = None) -> Sequence[OwnExit]:
    """The ends of contracts that the vendor of the account is to prove, the soonest due first."""
    columns = (ContractExit.id, Contract.title, ContractExit.ended_on, ContractExit.due_on, ContractExit.choice)
    wanted = select(*columns).join(Contract, Contract.id == ContractExit.contract_id)
    wanted = wanted.where(
        ContractExit.closed_at.is_(None), ContractExit.withdrawn_at.is_(None),
        visible(ctx, Permission.SPACE_VIEW, ContractExit),
    )  # fmt: skip
    if exit_id is not None:
        wanted = wanted.where(ContractExit.id == exit_id)
    return [
        OwnExit(*row) for row in ctx.session.execute(wanted.order_by(ContractExit.due_on, ContractExit.id).limit(MOST))
    ]


@dataclass(frozen=True)
class ExitOrTask:
    """A certificate awaited at the end of a contract, or what is asked for the request of a person; for a list."""

    id: int
    is_exit: bool
    title: str
    """Of the contract; of a task, its French label, marked for translation."""
    due_on: date
    waits: bool = True
    """Whether the vendor is to act: not once all its certificates are here, and wait for us to read them."""


def exits_and_tasks(ctx: Context) -> Sequence[ExitOrTask]:
    """Ends of contracts that the vendor is to prove and what it is asked for persons, the soonest due first; one
    statement."""
    owed = exists().where(ExitProof.exit_id == ContractExit.id, ExitProof.reading.in_(_OWED))
    exits = (
        select(
            literal(True).label("is_exit"), ContractExit.id, Contract.title, ContractExit.due_on,
            owed.label("waits"),
        )
        .join(Contract, Contract.id == ContractExit.contract_id)
        .where(
            ContractExit.closed_at.is_(None), ContractExit.withdrawn_at.is_(None),
            visible(ctx, Permission.SPACE_VIEW, ContractExit),
        )
    )  # fmt: skip
    tasks = select(
        literal(False), RequestTask.id, cast(RequestTask.kind, String), RequestTask.due_on, literal(True)
    ).where(RequestTask.state == TaskState.ASKED, visible(ctx, Permission.SPACE_VIEW, RequestTask))
    both = union_all(exits, tasks).subquery()
    rows = ctx.session.execute(
        select(both.c.id, both.c.is_exit, both.c.title, both.c.due_on, both.c.waits)
        .order_by(both.c.due_on, both.c.is_exit, both.c.id)
        .limit(2 * MOST)
    )
    return [
        ExitOrTask(
            row.id, bool(row.is_exit), row.title if row.is_exit else TaskKind(row.title).label, row.due_on,
            bool(row.waits),
        )
        for row in rows
    ]  # fmt: skip


def own_exit(ctx: Context, exit_id: int) -> OwnExit:
    """One of them; raises NotFound."""
    found = own_exits(ctx, exit_id)
    if not found:
        raise NotFound()
    return found[0]


def own_certificates(ctx: Context, exit_id: int) -> Sequence[OwnCertificate]:
    """The certificates awaited for one of them, the vendor's own first."""
    columns = (
        ExitProof.id, ExitProof.holder, ExitProof.is_processor, ExitProof.reading, ExitProof.certified_on,
        StoredFile.filename,
    )  # fmt: skip
    rows = ctx.session.execute(
        select(*columns)
        .outerjoin(StoredFile, StoredFile.id == ExitProof.stored_file_id)
        .where(ExitProof.exit_id == exit_id, visible(ctx, Permission.SPACE_VIEW, ExitProof))
        .order_by(ExitProof.id)
    )
    return [OwnCertificate(*row) for row in rows]


def awaited_certificate(ctx: Context, exit_id: int, proof_id: int) -> ExitProof:
    """The certificate to hand in, with what it is of; raises NotFound out of reach, or once the end is closed."""
    found = ctx.session.scalar(
        select(ExitProof)
        .join(ContractExit, ContractExit.id == ExitProof.exit_id)
        .options(joinedload(ExitProof.exit).joinedload(ContractExit.contract))
        .where(
            ExitProof.id == proof_id, ExitProof.exit_id == exit_id, ContractExit.closed_at.is_(None),
            ContractExit.withdrawn_at.is_(None), visible(ctx, Permission.EVIDENCE_GIVE, ExitProof),
        )
    )  # fmt: skip
    if found is None:
        raise NotFound()
    return found
