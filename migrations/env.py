"""Alembic runs here; the metadata is that of every domain, gathered by the composition root."""

from alembic import context

import portal.app  # noqa: F401 - imports every table
from portal.core.db import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    include_object=lambda _obj, name, kind, _reflected, _other: (
        not (kind == "table" and name.startswith(("procrastinate_", "chain_mark")))
    ),
)
with context.begin_transaction():
    context.run_migrations()
