"""The marks under which what is read of the chain may be kept (`chain.watches`)."""

from functools import cache

from sqlalchemy import TextClause, text

from portal.authz.context import Context
from portal.authz.policy import Permission, Scope, scope_of
from portal.chain.watches import CHAIN, KINDS, REACHED, REGISTER, watch_names
from portal.core.dataclass import dataclass


@dataclass(frozen=True)
class Marks:
    """What stands in the database until something changes; other databases never have the same."""

    chain: str
    """Of the companies and who engages whom."""
    register: str
    """Of the vendors, services, entities and lines of the register that are drawn with them."""
    reached: str
    """Of the contracts and plans of exit that a question reaches beside them."""


def marks(ctx: Context) -> Marks | None:
    """The marks as this transaction sees them; read before what is kept under them. One statement.

    None when nothing may be kept: a trigger is missing or disabled (a migration that copied a table, a person), or this
    transaction has itself written, on PostgreSQL, whose triggers mark once a transaction.
    """
    dialect = ctx.session.get_bind().dialect.name
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    is_sure = True
    for mark, kind, watches, has_written in ctx.session.execute(_statement(dialect)):
        is_sure = is_sure and watches == len(watch_names(dialect)) and not has_written
        found[kind].append(mark)
    if not is_sure or not all(found.values()):
        return None
    return Marks(*(" ".join(found[kind]) for kind in (CHAIN, REGISTER, REACHED)))


@cache
def _statement(dialect: str) -> TextClause:
    names = ", ".join(f"'{name}'" for name in sorted(watch_names(dialect)))
    # Names of our own triggers, as they were written: no value of anybody is in these statements.
    if dialect == "postgresql":
        return text(
            "SELECT mark, kind, (SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"  # noqa: S608  # nosec B608
            f" WHERE c.relnamespace = current_schema()::regnamespace AND t.tgname IN ({names})"
            " AND t.tgenabled IN ('O', 'A')), pg_current_xact_id_if_assigned() IS NOT NULL"
            " FROM chain_mark ORDER BY mark"
        )
    return text(
        f"SELECT mark, kind, (SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN ({names})), 0"  # noqa: S608  # nosec B608
        " FROM chain_mark ORDER BY mark"
    )


def sees_all(ctx: Context, *permissions: Permission) -> bool:
    """Whether all that these permissions open is in the reader's reach, to the end: what is kept may be shown."""
    return ctx.actor.until is None and all(scope_of(ctx.actor, one) is Scope.ALL for one in permissions)
