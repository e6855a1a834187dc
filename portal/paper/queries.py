"""Reads of contracts received: lists that open no text, one review whole, batches, lawyers' words, jobs given up."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, exists, func, literal, or_, select
from sqlalchemy.orm import defer, joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.language import Language
from portal.core.pages import Page, page_of
from portal.identity.models import User
from portal.jobs.models import Job, JobState
from portal.jobs.queries import given_up
from portal.paper.models import PaperBatch, PaperPrint, PaperReview, PaperRuling, ReviewState
from portal.paper.rules.check_result import ContractVerdict, RequirementStatus
from portal.paper.rules.naming import REQUIREMENTS
from portal.paper.rules.rulings import Ruling
from portal.vendors.models import SignedContract, Vendor
from portal.vendors.queries import first_named

MOST_WORDS = 6
MOST_BATCHES = 5
MOST_VENDORS = 200


@dataclass(frozen=True)
class ReviewRow:
    """A review as lists and tables show it."""

    id: int
    title: str
    file_name: str
    vendor_id: int | None
    vendor_name: str | None
    state: ReviewState
    refusal: Mapping[str, Any]
    language: Language | None
    verdict: ContractVerdict | None
    statuses: Mapping[str, str]
    ruled: int
    checks: int
    created_at: datetime

    def gaps(self, contract: Collection[str]) -> int:
        """How many points are to be asked for: main ones, and those that art. 28 wants in the contract, not holding."""
        return sum(
            not RequirementStatus(status).holds
            for name, status in self.statuses.items()
            if name in REQUIREMENTS or name in contract
        )

    def others(self, contract: Collection[str]) -> list[RequirementStatus]:
        """What the text says of the finer points that art. 28 wants in the contract, beside the twenty main ones."""
        return [
            RequirementStatus(status)
            for name, status in self.statuses.items()
            if name in contract and name not in REQUIREMENTS
        ]


@dataclass(frozen=True)
class ReviewFilter:
    """What a list is filtered by."""

    search: str = ""
    vendor_id: int | None = None
    verdict: ContractVerdict | None = None

    @property
    def is_set(self) -> bool:
        """Whether something is asked for."""
        return bool(self.search or self.vendor_id or self.verdict)


_COLUMNS = (
    PaperReview.id, PaperReview.title, PaperReview.file_name, PaperReview.vendor_id, Vendor.name.label("vendor_name"),
    PaperReview.state, PaperReview.refusal, PaperReview.language, PaperReview.verdict, PaperReview.statuses,
    PaperReview.ruled, PaperReview.checks, PaperReview.created_at,
)  # fmt: skip


def _with_vendor(statement: Select[Any]) -> Select[Any]:
    return statement.select_from(PaperReview).outerjoin(Vendor, Vendor.id == PaperReview.vendor_id)


def reviews(ctx: Context, wanted: ReviewFilter, *, page: int = 1) -> Page[ReviewRow]:
    """A page of reviews within reach, newest first, in three statements."""
    ids = select(PaperReview.id)
    if wanted.search:  # which may be the name of a vendor; else the database would look for each one's, to count
        ids = _with_vendor(ids)
    ids = ids.where(*_conditions(ctx, wanted)).order_by(PaperReview.id.desc())
    found = page_of(ctx.session, ids, page)
    rows = ctx.session.execute(
        _with_vendor(select(*_COLUMNS)).where(PaperReview.id.in_(found.rows)).order_by(PaperReview.id.desc())
    )
    return found.showing([ReviewRow(*row) for row in rows])


def _conditions(ctx: Context, wanted: ReviewFilter) -> Iterator[ColumnElement[bool]]:
    yield visible(ctx, Permission.PAPER_VIEW, PaperReview)
    for word in wanted.search.split()[:MOST_WORDS]:
        looked_at = (Vendor.name, PaperReview.title, PaperReview.file_name)
        yield or_(*(column.icontains(word, autoescape=True) for column in looked_at))
    if wanted.vendor_id is not None:
        yield PaperReview.vendor_id == wanted.vendor_id
    if wanted.verdict is not None:
        yield PaperReview.verdict == wanted.verdict


def vendors_with_reviews(ctx: Context) -> Sequence[tuple[int, str]]:
    """Vendors that have a review within reach, by name: what the list is filtered by."""
    having = select(PaperReview.vendor_id).where(visible(ctx, Permission.PAPER_VIEW, PaperReview))
    return first_named(ctx.session, having, at_most=MOST_VENDORS)


def get_review(ctx: Context, review_id: int, *, to: Permission, whole: bool = False) -> PaperReview:
    """One review with its vendor, file, author and batch; its text and findings only when `whole`; else NotFound."""
    texts = [] if whole else [defer(PaperReview.document, raiseload=True), defer(PaperReview.findings, raiseload=True)]
    review = ctx.session.scalar(
        select(PaperReview)
        .options(
            joinedload(PaperReview.vendor),
            joinedload(PaperReview.stored_file),
            joinedload(PaperReview.created_by),
            joinedload(PaperReview.batch),
            joinedload(PaperReview.signature).options(
                joinedload(SignedContract.stored_file), joinedload(SignedContract.recorded_by)
            ),
            *texts,
        )
        .where(PaperReview.id == review_id, visible(ctx, to, PaperReview))
        .execution_options(populate_existing=True)
    )
    if review is None:
        raise NotFound()
    return review


def review_of_contract(ctx: Context, contract_id: int) -> int:
    """The review whose contract stands in the register under a number; raises NotFound."""
    found = ctx.session.scalar(
        select(PaperReview.id).where(
            PaperReview.contract_id == contract_id, visible(ctx, Permission.PAPER_VIEW, PaperReview)
        )
    )
    if found is None:
        raise NotFound()
    return found


def last_rulings(ctx: Context, review_id: int) -> Mapping[str, PaperRuling]:
    """The last ruling on each requirement of a review, with its author."""
    last = select(func.max(PaperRuling.id)).where(PaperRuling.review_id == review_id).group_by(PaperRuling.requirement)
    rows = ctx.session.scalars(
        select(PaperRuling).options(joinedload(PaperRuling.created_by)).where(PaperRuling.id.in_(last))
    )
    return {row.requirement: row for row in rows}


def rulings_by_requirement(ctx: Context, review_id: int) -> dict[str, Ruling]:
    """The last ruling on each requirement, as the rules take it."""
    return {name: to_ruling(row) for name, row in last_rulings(ctx, review_id).items()}


def to_ruling(row: PaperRuling) -> Ruling:
    """A stored ruling as the rules take it."""
    return Ruling(row.status, row.note, row.created_by.name if row.created_by else "", row.created_at)


@dataclass(frozen=True)
class ExportedRuling:
    """A lawyer's last ruling on one requirement, as exported to measure and improve the check."""

    review_id: int
    title: str
    vendor: str | None
    language: Language | None
    requirement: str
    checked: RequirementStatus
    ruled: RequirementStatus
    quotes: Sequence[str]
    note: str
    by: str | None
    at: datetime


def exported_rulings(ctx: Context) -> list[ExportedRuling]:
    """The last ruling on every requirement within reach, by review then requirement."""
    last = select(func.max(PaperRuling.id)).group_by(PaperRuling.review_id, PaperRuling.requirement)
    rows = ctx.session.execute(
        select(
            PaperReview.id, PaperReview.title, Vendor.name, PaperReview.language, PaperRuling.requirement,
            PaperRuling.checked, PaperRuling.status, PaperRuling.quotes, PaperRuling.note, User.name.label("by"),
            PaperRuling.created_at,
        )
        .select_from(PaperRuling)
        .join(PaperReview, PaperReview.id == PaperRuling.review_id)
        .outerjoin(Vendor, Vendor.id == PaperReview.vendor_id)
        .outerjoin(User, User.id == PaperRuling.created_by_id)
        .where(PaperRuling.id.in_(last), visible(ctx, Permission.PAPER_REVIEW, PaperReview))
        .order_by(PaperReview.id, PaperRuling.requirement)
    )  # fmt: skip
    return [ExportedRuling(*row) for row in rows]


@dataclass(frozen=True)
class BatchProgress:
    """A batch and how far it is."""

    id: int
    title: str
    total: int
    over: int
    created_at: datetime


def recent_batches(ctx: Context) -> Sequence[BatchProgress]:
    """The newest batches within reach, with how many of their files are over: read, refused, or given up."""
    key = literal(f"{_CHECKING}:") + cast(PaperReview.id, String) + ":" + cast(PaperReview.checks, String)
    lost = exists().where(Job.dedup == key, Job.state == JobState.DEAD).correlate(PaperReview)
    over = (
        select(func.count(PaperReview.id))
        .where(PaperReview.batch_id == PaperBatch.id, or_(PaperReview.state != ReviewState.WAITING, lost))
        .correlate(PaperBatch)
        .scalar_subquery()
    )
    rows = ctx.session.execute(
        select(PaperBatch.id, PaperBatch.title, PaperBatch.total, over, PaperBatch.created_at)
        .where(visible(ctx, Permission.PAPER_VIEW, PaperBatch))
        .order_by(PaperBatch.id.desc())
        .limit(MOST_BATCHES)
    )
    return [BatchProgress(*row) for row in rows]


def get_batch(ctx: Context, batch_id: int) -> PaperBatch:
    """One batch; out of reach is NotFound."""
    batch = ctx.session.scalar(
        select(PaperBatch)
        .options(joinedload(PaperBatch.vendor))
        .where(PaperBatch.id == batch_id, visible(ctx, Permission.PAPER_VIEW, PaperBatch))
    )
    if batch is None:
        raise NotFound()
    return batch


def batch_rows(ctx: Context, batch: PaperBatch) -> list[ReviewRow]:
    """The contracts of a batch in the order they were received, without their texts."""
    rows = ctx.session.execute(
        _with_vendor(select(*_COLUMNS))
        .where(PaperReview.batch_id == batch.id, visible(ctx, Permission.PAPER_VIEW, PaperReview))
        .order_by(PaperReview.id)
    )
    return [ReviewRow(*row) for row in rows]


_CHECKING = "paper-review"
"""Under which the ledger keeps readings of contracts."""


def checking_key(review_id: int, times: int) -> str:
    """What makes one reading of a contract unique in the ledger."""
    return f"{_CHECKING}:{review_id}:{times}"


def printing_key(print_id: int) -> str:
    """What makes the printing of a document unique in the ledger."""
    return f"paper-print:{print_id}"


def given_up_checks(ctx: Context, rows: Sequence[ReviewRow | PaperReview]) -> Mapping[int, int]:
    """Reviews whose reading was given up, with the job."""
    return given_up(ctx.session, {checking_key(r.id, r.checks): r.id for r in rows if r.state is ReviewState.WAITING})


def prints_of(ctx: Context, review: PaperReview) -> Sequence[PaperPrint]:
    """The documents made of a review, newest first, without their trees."""
    return ctx.session.scalars(
        select(PaperPrint)
        .options(
            joinedload(PaperPrint.docx_file), joinedload(PaperPrint.pdf_file), defer(PaperPrint.tree, raiseload=True)
        )
        .where(PaperPrint.review_id == review.id)
        .order_by(PaperPrint.id.desc())
        .execution_options(populate_existing=True)
    ).all()


def get_print(ctx: Context, review: PaperReview, print_id: int) -> PaperPrint:
    """One document of a review already within reach; else NotFound."""
    found = next((one for one in prints_of(ctx, review) if one.id == print_id), None)
    if found is None:
        raise NotFound()
    return found


def given_up_prints(ctx: Context, prints: Sequence[PaperPrint]) -> Mapping[int, int]:
    """Documents whose printing was given up, with the job."""
    return given_up(ctx.session, {printing_key(one.id): one.id for one in prints if not one.is_printed})


def get_vendor(ctx: Context, vendor_id: int) -> Vendor | None:
    """A vendor that one may review contracts of, or None."""
    return ctx.session.scalar(
        select(Vendor).where(Vendor.id == vendor_id, visible(ctx, Permission.PAPER_REVIEW, Vendor))
    )
