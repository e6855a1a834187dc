"""What is watched for the chain and its picture: each change of these rows draws another mark (`core.row_marks`)."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection

from portal.core.db import Base
from portal.core.row_marks import RowMarks, Watched

CHAIN, REGISTER, REACHED = "chain", "register", "reached"
"""Kinds of marks: of the companies and who engages whom; of what is drawn beside them; of what else a question reaches:
contracts, and who would take over."""

CHAIN_MARKS = RowMarks(
    table="chain_mark", trigger="watch", function="mark_chain_change", setting="vigie.marked_",
    watched={
        "chain_company": Watched(CHAIN),
        "chain_link": Watched(CHAIN),
        "chain_transfer": Watched(CHAIN),
        "activity_service": Watched(REGISTER),
        "activity_version": Watched(REGISTER, ("activity_id", "content", "name", "valid_until")),
        "contract": Watched(REACHED, ("key", "state", "title", "vendor_id")),
        "legal_entity": Watched(REGISTER, ("name",)),
        "processing_activity": Watched(REGISTER, ("ended_on", "key", "legal_entity_id", "name")),
        "service": Watched(REGISTER, ("ended_on", "legal_entity_id", "name", "vendor_id")),
        "standing_answer": Watched(REACHED, ("contested", "question_key", "value", "vendor_id")),
        "vendor": Watched(REGISTER, ("country", "folded_name", "key", "name")),
    },
)  # fmt: skip
"""The columns that the statements of `picture_page` and `what_if_page` read, beside the numbers of rows; a test
compares."""


@event.listens_for(Base.metadata, "after_create")
def _watch_copy(_metadata: object, connection: Connection, **_told: Any) -> None:
    """A copy of the database for a drill is made from the models, without a migration: it has marks of its own."""
    CHAIN_MARKS.make(connection)
