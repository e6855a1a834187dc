"""Reads of the files made for the authority, each within the actor's reach."""

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from portal.authority.models import AuthorityFile
from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core.errors import NotFound
from portal.core.pages import Page, page_of
from portal.jobs.queries import given_up

P = Permission.AUTHORITY_FILE


def file_page(ctx: Context, page: int) -> Page[AuthorityFile]:
    """The files made, the latest first, without what they say."""
    found = (
        select(AuthorityFile)
        .options(defer(AuthorityFile.content), joinedload(AuthorityFile.stored_file))
        .where(visible(ctx, P, AuthorityFile))
        .order_by(AuthorityFile.id.desc())
    )
    return page_of(ctx.session, found, page)


def get_file(ctx: Context, number: int) -> AuthorityFile:
    """One file with its archive; raises NotFound."""
    found = ctx.session.scalar(
        select(AuthorityFile)
        .options(joinedload(AuthorityFile.stored_file))
        .where(AuthorityFile.id == number, visible(ctx, P, AuthorityFile))
    )
    if found is None:
        raise NotFound
    return found


def building_key(number: int) -> str:
    """The key of the job that makes an archive."""
    return f"authority.build:{number}"


def is_given_up(ctx: Context, row: AuthorityFile) -> bool:
    """Whether the archive could not be made, however often it was tried."""
    return row.stored_file_id is None and bool(given_up(ctx.session, {building_key(row.id): row.id}))
