"""Keeping which clauses a text is made of, so that a clause is found where it serves without opening the texts."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from portal.authz.context import Context
from portal.contracts.models import ClauseSet
from portal.contracts.rules.clause_editions import digest_of, held_clauses
from portal.core.insertions import insertion


def kept_clause_set(ctx: Context, frozen: Iterable[Mapping[str, Any]]) -> int | None:
    """The id of the set of these clauses, kept now when no contract had it yet; None without clauses."""
    clauses = held_clauses(frozen)
    if not clauses:
        return None
    digest = digest_of(clauses)
    wanted = select(ClauseSet.id).where(ClauseSet.digest == digest)
    found = ctx.session.scalar(wanted)
    if found is not None:
        return found
    ctx.session.execute(
        insertion(ctx.session, ClauseSet)
        .values(digest=digest, clauses=[one.as_json() for one in clauses])
        .on_conflict_do_nothing(index_elements=["digest"])
    )
    return ctx.session.scalar(wanted)
