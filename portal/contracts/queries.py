"""Reads of contracts: those within reach, their versions, what was decided of them, whom one may be made with."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, defer, joinedload, selectinload

from portal.authz.context import Context, reach, visible
from portal.authz.policy import Permission, Reach, Scope
from portal.contracts.life_models import DeadlineDecision
from portal.contracts.models import BLANKS, BY_LIST, Contract, ContractVersion
from portal.contracts.rules.document_kind import DocumentKind
from portal.contracts.rules.life import GONE, LISTED, ContractOrigin, ContractPosition, ContractState, CopyReading
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.language import Language
from portal.core.pages import Page, page_of
from portal.core.statements import among, written_once
from portal.identity.models import User
from portal.jobs.queries import given_up
from portal.vendors.models import LegalEntity, Service, SignedContract, Vendor

MOST_WORDS = 6
MOST_VENDORS = 20
MOST_DECISIONS = 50
"""Decisions of a contract that its page lists: some fifty years of them."""
_TEXTS = (
    ContractVersion.tree, ContractVersion.facts, ContractVersion.coverage, ContractVersion.clauses,
    ContractVersion.edits, ContractVersion.positions,
)  # fmt: skip
"""Columns of a version that lists never open."""


@dataclass(frozen=True)
class LatestVersion:
    """The newest version of a contract, as a list shows it."""

    id: int
    number: int
    language: Language
    covered: int
    required: int
    blanks: int
    is_printed: bool
    sha256: str
    created_at: datetime


@dataclass(frozen=True)
class ContractRow:
    """A contract of the list with its newest version, when it has one."""

    id: int
    key: str
    title: str
    template_key: str
    vendor_key: str
    vendor_name: str
    service_name: str | None
    entity_key: str | None
    latest: LatestVersion | None
    state: ContractState
    origin: ContractOrigin
    copy_reading: CopyReading | None
    effective_on: date | None
    effective_is_assumed: bool
    term_months: int | None
    renewal_months: int | None
    notice: str
    expires_on: date | None
    terminates_on: date | None
    owner: str | None
    """Who answers for it; without one, who answers for its vendor."""
    signed_on: date | None
    """Day of the signature that counts; none: it is a draft."""
    parent_id: int | None
    kind: DocumentKind

    @property
    def counts(self) -> bool:
        """Whether it is a contract for every figure."""
        return ContractPosition(
            self.state, self.copy_reading, self.expires_on, self.parent_id is not None, self.kind
        ).counts


@dataclass(frozen=True)
class ContractFilter:
    """What the register is narrowed to."""

    search: str = ""
    state: ContractState | None = None
    unread: bool = False
    """Only those in force whose copy nobody has read."""

    @property
    def is_set(self) -> bool:
        """Whether something is asked for."""
        return bool(self.search or self.state or self.unread)


EVERYTHING = ContractFilter()
KNOWN = tuple(reading for reading in CopyReading if reading.is_known)
_OWN = (
    Contract.state,
    Contract.origin,
    Contract.copy_reading,
    Contract.effective_on,
    Contract.effective_is_assumed,
    Contract.term_months,
    Contract.renewal_months,
    Contract.notice,
    Contract.expires_on,
    Contract.parent_id,
    Contract.kind,
    Contract.terminates_on,
)
"""Columns of a contract that its row of the list holds, in its order."""


def contracts(ctx: Context, wanted: ContractFilter = EVERYTHING, *, page: int = 1) -> Page[ContractRow]:
    """A page of the register within reach, newest first, in three statements."""
    asked = reach(ctx, Permission.CONTRACT_VIEW), wanted
    if wanted.is_set:
        # What is typed is another filter each time, which nobody asks for again.
        found = page_of(ctx.session, _write_ids(*asked) if wanted.search else _kept_ids(*asked), page)
    else:
        total = ctx.session.scalar(_counting(*asked)) or 0
        found = page_of(ctx.session, _newest_ids(*asked), page, total=total)
    rows = ctx.session.execute(_rows_shown(), {"ids": list(found.rows)})
    return found.showing([_row(row) for row in rows])


def _write_ids(within: Reach, wanted: ContractFilter) -> Select[int]:
    named = _named(select(Contract.id), wanted.search)
    return named.where(*_conditions(within, wanted)).order_by(Contract.id.desc())


_kept_ids = written_once(_write_ids)


@written_once
def _newest_ids(within: Reach, wanted: ContractFilter) -> Select[int]:
    ids = _write_ids(within, wanted)
    # Of all, nearly each is listed: SQLite follows their numbers, and does not put in order all those of an index.
    return ids.with_hint(Contract, "NOT INDEXED", "sqlite") if within.scope is Scope.ALL else ids


@written_once
def _counting(within: Reach, wanted: ContractFilter) -> Select[int]:
    return select(func.count()).select_from(Contract).where(*_conditions(within, wanted))


@cache
def _rows_shown() -> Select[Any]:
    return _rows().where(Contract.id.in_(bindparam("ids", expanding=True))).order_by(Contract.id.desc())


def every_contract(ctx: Context) -> Sequence[ContractRow]:
    """The whole register within reach, newest first: for a command, never for a page."""
    rows = ctx.session.execute(
        _rows().where(*_conditions(reach(ctx, Permission.CONTRACT_VIEW), EVERYTHING)).order_by(Contract.id.desc())
    )
    return [_row(row) for row in rows]


def _named(statement: Select[Any], search: str) -> Select[Any]:
    """With the vendor, when it is searched in."""
    return _with_vendor(statement) if search.split() else statement


def _with_vendor(statement: Select[Any]) -> Select[Any]:
    return statement.join(Vendor, Vendor.id == Contract.vendor_id)


@cache
def _rows() -> Select[Any]:
    """Written once, at the first list: what a list asks for never changes, only which contracts."""
    newest, own, of_vendor = aliased(ContractVersion), aliased(User), aliased(User)
    number = select(func.max(newest.number)).where(newest.contract_id == Contract.id).scalar_subquery()
    is_newest = (ContractVersion.contract_id == Contract.id) & (ContractVersion.number == number)
    is_printed = ContractVersion.docx_file_id.is_not(None) & ContractVersion.pdf_file_id.is_not(None)
    columns: list[Any] = [
        Contract.id, Contract.key, Contract.title, Contract.template_key, Vendor.key.label("vendor_key"),
        Vendor.name.label("vendor_name"), Service.name.label("service_name"), LegalEntity.key.label("entity_key"),
        ContractVersion.id.label("version_id"), ContractVersion.number, ContractVersion.language,
        ContractVersion.covered, ContractVersion.required, BLANKS.label("blanks"), is_printed.label("is_printed"),
        ContractVersion.sha256, ContractVersion.created_at, SignedContract.signed_on, *_OWN,
        func.coalesce(own.name, of_vendor.name).label("owner"),
    ]  # fmt: skip
    joined = _with_vendor(select(*columns)).outerjoin(Service, Service.id == Contract.service_id)
    joined = joined.outerjoin(LegalEntity, LegalEntity.id == Contract.legal_entity_id)
    joined = joined.outerjoin(SignedContract, SignedContract.id == Contract.signature_id)
    joined = joined.outerjoin(own, own.id == Contract.owner_id).outerjoin(of_vendor, of_vendor.id == Vendor.owner_id)
    return joined.outerjoin(ContractVersion, is_newest).with_hint(ContractVersion, *BY_LIST)


def _row(row: Row[Any]) -> ContractRow:
    latest = None
    if row.version_id is not None:
        latest = LatestVersion(
            row.version_id, row.number, row.language, row.covered, row.required, row.blanks, bool(row.is_printed),
            row.sha256, row.created_at,
        )  # fmt: skip
    own = {column.key: getattr(row, column.key) for column in _OWN}
    return ContractRow(
        id=row.id, key=row.key, title=row.title, template_key=row.template_key, vendor_key=row.vendor_key,
        vendor_name=row.vendor_name, service_name=row.service_name, entity_key=row.entity_key, latest=latest,
        owner=row.owner, signed_on=row.signed_on, **own,
    )  # fmt: skip


def _conditions(within: Reach, wanted: ContractFilter) -> Iterator[ColumnElement[bool]]:
    yield within.over(Contract)
    if wanted.unread:
        yield Contract.state == ContractState.IN_FORCE
        yield Contract.kind == DocumentKind.PROCESSING
        yield or_(Contract.copy_reading.is_(None), ~among(Contract.copy_reading, KNOWN))
    elif wanted.state is not None:
        yield Contract.state == wanted.state
    else:
        yield among(Contract.state, LISTED)
    for word in wanted.search.split()[:MOST_WORDS]:
        looked_at = (Vendor.name, Contract.title, Contract.key)
        yield or_(*(column.icontains(word, autoescape=True) for column in looked_at))


def _without_texts() -> list[Any]:
    return [defer(column, raiseload=True) for column in _TEXTS]


def get_contract(ctx: Context, contract_id: int, *, to: Permission) -> Contract:
    """One contract with its vendor, service, entity and versions (without their texts); out of reach is NotFound."""
    contract = ctx.session.scalar(
        select(Contract)
        .options(
            joinedload(Contract.vendor).joinedload(Vendor.owner),
            joinedload(Contract.service),
            joinedload(Contract.legal_entity),
            joinedload(Contract.owner),
            joinedload(Contract.vouched_by),
            joinedload(Contract.parent),
            joinedload(Contract.signature).joinedload(SignedContract.stored_file),
            selectinload(Contract.versions).options(*_without_texts(), joinedload(ContractVersion.signature)),
        )
        .where(Contract.id == contract_id, Contract.state.not_in(GONE), visible(ctx, to, Contract))
    )
    if contract is None:
        raise NotFound()
    return contract


TREE_AND_COVERAGE = (ContractVersion.tree, ContractVersion.coverage)
"""What a page of a version is made of once, a hundred kilobytes of JSON."""


def get_version(
    ctx: Context, contract: Contract, number: int | None, *, but_for: Sequence[InstrumentedAttribute[Any]] = ()
) -> ContractVersion:
    """One version of a contract already within reach, with its files; the newest without a number; NotFound.

    `but_for` leaves columns unread.
    """
    wanted = number if number is not None else max((v.number for v in contract.versions), default=0)
    version = ctx.session.scalar(
        select(ContractVersion)
        .options(joinedload(ContractVersion.docx_file), joinedload(ContractVersion.pdf_file), with_signature())
        .options(*(defer(column, raiseload=True) for column in but_for))
        .where(ContractVersion.contract_id == contract.id, ContractVersion.number == wanted)
        .execution_options(populate_existing=True)
    )
    if version is None:
        raise NotFound()
    return version


def with_signature() -> Any:
    """What loads the record that a version was signed: its copy, its vendor, who recorded it."""
    record = joinedload(ContractVersion.signature)
    return record.options(
        joinedload(SignedContract.stored_file),
        joinedload(SignedContract.recorded_by),
        joinedload(SignedContract.vendor),
    )


_AGREEMENTS = tuple(kind for kind in DocumentKind if not kind.hangs)


def deadline_decisions(ctx: Context, contract: Contract) -> Sequence[DeadlineDecision]:
    """What was decided of a contract already within reach, newest first, with its people and papers."""
    return ctx.session.scalars(
        select(DeadlineDecision)
        .options(
            joinedload(DeadlineDecision.decided_by), joinedload(DeadlineDecision.stored_file),
            joinedload(DeadlineDecision.amendment), joinedload(DeadlineDecision.contract),
        )
        .where(DeadlineDecision.contract_id == contract.id)
        .order_by(DeadlineDecision.id.desc())
        .limit(MOST_DECISIONS)
    ).all()  # fmt: skip


def amendable(ctx: Context, contract: Contract) -> Sequence[Contract]:
    """The contracts of the same vendor that this one may amend: those that amend none, newest first."""
    return ctx.session.scalars(
        select(Contract)
        .where(
            Contract.vendor_id == contract.vendor_id, Contract.id != contract.id, Contract.parent_id.is_(None),
            Contract.kind.in_(_AGREEMENTS), Contract.state.in_(LISTED),
            visible(ctx, Permission.CONTRACT_VIEW, Contract),
        )
        .order_by(Contract.id.desc())
        .limit(MOST_VENDORS)
    ).all()  # fmt: skip


def agreements_with(ctx: Context, vendor: Vendor) -> Sequence[Contract]:
    """The contracts with a vendor that a letter or an assessment may follow: those in force first, then the newest."""
    return ctx.session.scalars(
        select(Contract)
        .where(
            Contract.vendor_id == vendor.id, Contract.kind.in_(_AGREEMENTS), Contract.parent_id.is_(None),
            Contract.state.in_(LISTED),
            visible(ctx, Permission.CONTRACT_VIEW, Contract),
        )
        .order_by((Contract.state == ContractState.IN_FORCE).desc(), Contract.id.desc())
        .limit(MOST_VENDORS)
    ).all()  # fmt: skip


def printing_key(version_id: int) -> str:
    """What makes the printing of a version unique in the ledger."""
    return f"contract-version:{version_id}"


def failed_printings(ctx: Context, versions: Sequence[ContractVersion | LatestVersion]) -> Mapping[int, int]:
    """Versions whose printing was given up, with the job to start again."""
    return given_up(ctx.session, {printing_key(v.id): v.id for v in versions if not v.is_printed})


def vendors_named(ctx: Context, search: str) -> Sequence[Vendor]:
    """The first vendors of a name for which this actor may draft a contract."""
    words = search.split()[:MOST_WORDS]
    where = [or_(Vendor.name.icontains(w, autoescape=True), Vendor.key.icontains(w, autoescape=True)) for w in words]
    return ctx.session.scalars(
        select(Vendor)
        .where(visible(ctx, Permission.CONTRACT_DRAFT, Vendor), *where)
        .order_by(Vendor.folded_name, Vendor.id)
        .limit(MOST_VENDORS)
    ).all()


def live_services(ctx: Context, vendor_id: int, held: int | None = None) -> Sequence[Service]:
    """What a vendor does for us today, and the service held whatever became of it, in the order of the register."""
    live = or_(Service.goes_on(ctx.today), Service.id == held)
    found = select(Service).where(
        Service.vendor_id == vendor_id, live, visible(ctx, Permission.CONTRACT_DRAFT, Service)
    )
    return ctx.session.scalars(found.order_by(Service.id)).all()


def get_contracting_vendor(ctx: Context, vendor_id: int) -> Vendor:
    """A vendor with its services, to draft a contract with; out of reach is NotFound."""
    vendor = ctx.session.scalar(
        select(Vendor)
        .options(selectinload(Vendor.services))
        .where(Vendor.id == vendor_id, visible(ctx, Permission.CONTRACT_DRAFT, Vendor))
    )
    if vendor is None:
        raise NotFound()
    return vendor
