"""Alembic runs here; the metadata is that of every domain, gathered by the composition root."""

from typing import Any

from alembic import context
from sqlalchemy import Column

import portal.app  # noqa: F401 - imports every table
from portal.core.db import Base


def _is_compared(thing: Any, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Whether a difference between the models and a database is one to mend.

    What is made of an expression reads differently once stored: tests/architecture/test_migrations.py compares those.
    """
    if kind == "index":
        return all(isinstance(one, Column) for one in thing.expressions)
    if kind != "table":
        return True
    if name in {"kept_proposal", "proposal_change", "proposal_keeping"}:
        return False
    return not str(name).startswith("procrastinate_") and not str(name).endswith(("_mark", "_tally"))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    include_object=_is_compared,
)
with context.begin_transaction():
    context.run_migrations()
