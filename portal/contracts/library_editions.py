"""The clause library as it is really used: the shipped files, and over them what two persons approved."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context
from portal.contracts import library
from portal.contracts.library_models import ClauseProposal
from portal.contracts.rules.model import Clause, ClauseLibrary, Obligation
from portal.contracts.rules.proposals import ProposalState
from portal.core import process
from portal.core.errors import NotFound
from portal.core.pages import Page, page_of


def library_of(ctx: Context, edition: int | None = None) -> ClauseLibrary:
    """The library as of an edition, today's without one; raises Refused when it is defective.

    One statement; one more the first time that a process meets an edition.
    """
    return library.with_approved(process.settings().clauses_dir, stamps(ctx, edition), lambda: _texts(ctx, edition))


def known_obligations() -> tuple[Obligation, ...]:
    """The obligations as their file states them: no edition changes them, so no statement is needed."""
    return library.cached(process.settings().clauses_dir).obligations


def before_retirement(ctx: Context, key: str) -> ClauseLibrary:
    """The last library that had a clause; raises NotFound when none had it."""
    retired = ctx.session.scalar(
        select(func.max(ClauseProposal.edition)).where(ClauseProposal.clause_key == key, ClauseProposal.sha256 == "")
    )
    books = library_of(ctx, retired - 1) if retired else library_of(ctx)
    if key not in books.clause:
        raise NotFound()
    return books


def stamps(ctx: Context, edition: int | None = None) -> library.Stamps:
    """Of each clause of which something was approved up to an edition, the digest of the last text; none: retired."""
    if edition == 0:
        return ()
    wanted = select(ClauseProposal.clause_key, ClauseProposal.sha256).where(ClauseProposal.edition.is_not(None))
    if edition is not None:
        wanted = wanted.where(ClauseProposal.edition <= edition)
    last = dict(ctx.session.execute(wanted.order_by(ClauseProposal.edition)).all())
    return tuple(sorted(last.items()))


def _texts(ctx: Context, edition: int | None) -> dict[str, str]:
    wanted = select(ClauseProposal.clause_key, ClauseProposal.text).where(ClauseProposal.edition.is_not(None))
    if edition is not None:
        wanted = wanted.where(ClauseProposal.edition <= edition)
    return dict(ctx.session.execute(wanted.order_by(ClauseProposal.edition)).all())


def texts_of_today(ctx: Context) -> dict[str, str]:
    """The last approved text of each clause of which something was approved; empty when it was retired."""
    return _texts(ctx, None)


def known_digests(ctx: Context) -> frozenset[str]:
    """Of every text that was approved, and of every one that it took the place of."""
    columns = (ClauseProposal.sha256, ClauseProposal.replaced_sha256)
    rows = ctx.session.execute(select(*columns).where(ClauseProposal.edition.is_not(None)))
    return frozenset(digest for row in rows for digest in row if digest)


def source_of(ctx: Context, clause: Clause) -> str:
    """The whole file that a clause of today is read from: what was approved, or the shipped one."""
    text = ctx.session.scalar(
        select(ClauseProposal.text).where(
            ClauseProposal.clause_key == clause.key, ClauseProposal.sha256 == clause.sha256,
            ClauseProposal.edition.is_not(None),
        ).limit(1)
    )  # fmt: skip
    return text or library.source_of(process.settings().clauses_dir, clause)


def edition_of_today(ctx: Context) -> int:
    """The rank of what was approved last; 0 when nothing ever was."""
    return ctx.session.scalar(select(func.max(ClauseProposal.edition))) or 0


def _with_people() -> tuple[joinedload, joinedload]:  # type: ignore[valid-type]
    return joinedload(ClauseProposal.created_by), joinedload(ClauseProposal.decided_by)


def open_proposal(ctx: Context, key: str) -> ClauseProposal | None:
    """What is proposed on a clause and waits, when something does."""
    return ctx.session.scalar(select(ClauseProposal).options(*_with_people()).where(ClauseProposal.open_key == key))


def open_proposals(ctx: Context) -> Sequence[ClauseProposal]:
    """All that waits for a second person, the oldest first."""
    return ctx.session.scalars(
        select(ClauseProposal)
        .options(*_with_people())
        .where(ClauseProposal.state == ProposalState.OPEN)
        .order_by(ClauseProposal.id)
    ).all()


def get_proposal(ctx: Context, proposal_id: int) -> ClauseProposal:
    """One proposal; raises NotFound."""
    found = ctx.session.scalar(select(ClauseProposal).options(*_with_people()).where(ClauseProposal.id == proposal_id))
    if found is None:
        raise NotFound()
    return found


def approved(ctx: Context, key: str) -> Sequence[ClauseProposal]:
    """What was approved of a clause, the oldest first."""
    return ctx.session.scalars(
        select(ClauseProposal)
        .options(*_with_people())
        .where(ClauseProposal.clause_key == key, ClauseProposal.edition.is_not(None))
        .order_by(ClauseProposal.edition)
    ).all()


def decided(ctx: Context, *, page: int = 1) -> Page[ClauseProposal]:
    """What was decided, the latest first."""
    ids = select(ClauseProposal.id).where(ClauseProposal.state != ProposalState.OPEN).order_by(ClauseProposal.id.desc())
    found = page_of(ctx.session, ids, page)
    rows = select(ClauseProposal).options(*_with_people()).where(ClauseProposal.id.in_(found.rows))
    return found.showing(ctx.session.scalars(rows.order_by(ClauseProposal.id.desc())).all())
