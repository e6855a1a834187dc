"""What is watched for the register of information: each change of these rows draws another mark (`core.row_marks`)."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection

from portal.core.db import Base
from portal.core.row_marks import RowMarks, Watched

DORA = "dora"
"""The kind of marks: of all that the register is built from, but for the chain, which has its own."""

DORA_MARKS = RowMarks(
    table="dora_mark", trigger="dora_watch", function="mark_dora_change", setting="vigie.marked_",
    watched={
        "audit": Watched(DORA, ("accepted_at", "state", "vendor_id")),
        "contract": Watched(
            DORA,
            (
                "effective_on", "expires_on", "key", "kind", "legal_entity_id", "notice", "parent_id",
                "renewal_months", "service_id", "state", "term_months", "terminates_on", "vendor_id",
            ),
        ),
        "dora_contract": Watched(DORA),
        "dora_entity": Watched(DORA),
        "dora_function": Watched(DORA),
        "dora_provider": Watched(DORA),
        "dora_service": Watched(DORA),
        "dora_subcontractor": Watched(DORA),
        "dora_support": Watched(DORA),
        "legal_entity": Watched(DORA),
        "service": Watched(DORA, ("chain", "ended_on", "legal_entity_id", "name", "vendor_id")),
        "vendor": Watched(DORA, ("country", "folded_name", "legal_name", "lei", "name", "siren", "vat")),
    },
)  # fmt: skip
"""The columns that the statements of `register_report` read, beside the numbers of rows; a test compares."""


@event.listens_for(Base.metadata, "after_create")
def _watch_copy(_metadata: object, connection: Connection, **_told: Any) -> None:
    """A copy of the database for a drill is made from the models, without a migration: it has marks of its own."""
    DORA_MARKS.make(connection)
