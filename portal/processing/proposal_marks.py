"""What is kept of the proposals to the register, and the triggers that tell which of it no longer holds.

To know what is proposed, each line is compared with what its services say: at ten thousand lines, most of a second. The
answer is kept by line and by service, and whoever changes a row that it was worked out of, by whatever way, notes in
the same transaction whose answer is to be worked out again (docs/adr/0108). A note is a row that is only added: two who
write never wait for each other here.

No model has these tables: no backup of rows and no move from one database to another carries them, and what is not kept
is worked out.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Boolean, Date, Integer, String, column, event, table
from sqlalchemy.engine import Connection

from portal.core.dataclass import dataclass
from portal.core.db import Base
from portal.core.language import Language

KEEPING = table(
    "proposal_keeping", column("language", String), column("version", String), column("day", Date),
    column("turn", Integer), column("lines", Integer), column("services", Integer), column("corrections", Integer),
)  # fmt: skip
"""Of each language: by which version of the portal and as of which day it was worked out, how many times what is kept
was written or forgotten, and how much was found."""
KEPT = table(
    "kept_proposal", column("language", String), column("is_service", Boolean), column("sought", String),
    column("number", Integer), column("corrections", Integer),
)  # fmt: skip
"""What is proposed: a line to correct with how many corrections, or a service that calls for one; in the order shown.

`number` is that of the line or of the service, `sought` what the list is sorted by."""
CHANGES = table(
    "proposal_change", column("id", Integer), column("vendor_id", Integer), column("service_id", Integer),
    column("activity_id", Integer),
)  # fmt: skip
"""Whose proposals are to be worked out again: those of all services of a vendor, of one, or of a line; and those of the
lines that rest on these services, and of the services that this line rested on."""

_ACTS = ("insert", "delete", "update")


@dataclass(frozen=True)
class Noted:
    """Whose proposals a row of a table is read for, as SQL of both databases where `{row}.` stands before columns."""

    vendor: str = "NULL"
    service: str = "NULL"
    activity: str = "NULL"
    columns: tuple[str, ...] = ()
    """The columns whose change is noted; all without any."""


NOTED: Mapping[str, Noted] = {
    "activity_service": Noted(
        service="{row}.service_id", activity="(SELECT activity_id FROM activity_version WHERE id = {row}.version_id)"
    ),
    "activity_version": Noted(activity="{row}.activity_id", columns=("activity_id", "content", "valid_until")),
    "data_transfer": Noted("{row}.vendor_id"),
    "processing_activity": Noted(activity="{row}.id", columns=("role", "sought")),
    "proposal_dismissal": Noted(service="{row}.service_id", activity="{row}.activity_id"),
    "service": Noted(
        service="{row}.id",
        columns=(
            "categories", "data_details", "ended_on", "locations", "name", "purpose", "retention", "special_categories",
            "subjects", "transfer_mechanism", "vendor_id", "volume",
        ),
    ),
    "sub_processor": Noted("{row}.vendor_id"),
    "vendor": Noted("{row}.id", columns=("folded_name", "name", "status")),
}  # fmt: skip
"""Each table that proposals are worked out of."""
NOTING = tuple((name, f"proposals_{name}_{act}") for name in NOTED for act in _ACTS)
"""Each table with a trigger that ought to be there in either database; what is kept holds as long as they all are."""


def note_names(dialect: str) -> frozenset[str]:
    """The names of the triggers that ought to be there."""
    emptied = {f"proposals_{name}_emptied" for name in NOTED} if dialect == "postgresql" else set[str]()
    return frozenset(name for _, name in NOTING) | emptied


def making(dialect: str) -> list[str]:
    """The statements that make the tables, with nothing kept, and the triggers."""
    is_postgresql = dialect == "postgresql"
    number = "INTEGER GENERATED ALWAYS AS IDENTITY" if is_postgresql else "INTEGER NOT NULL"
    return [
        "CREATE TABLE proposal_keeping (language VARCHAR(8) NOT NULL PRIMARY KEY, version VARCHAR(40) NOT NULL,"
        " day DATE, turn INTEGER NOT NULL, lines INTEGER NOT NULL, services INTEGER NOT NULL,"
        " corrections INTEGER NOT NULL)",
        *(f"INSERT INTO proposal_keeping VALUES ('{one.value}', '', NULL, 0, 0, 0, 0)" for one in Language),  # noqa: S608  # nosec B608
        "CREATE TABLE kept_proposal (language VARCHAR(8) NOT NULL, is_service BOOLEAN NOT NULL, number INTEGER NOT"
        " NULL, sought VARCHAR(600) NOT NULL, corrections INTEGER NOT NULL,"
        " PRIMARY KEY (language, is_service, number))",
        "CREATE INDEX ix_kept_proposal_listed ON kept_proposal (language, is_service, sought, number)",
        f"CREATE TABLE proposal_change (id {number} PRIMARY KEY, vendor_id INTEGER, service_id INTEGER,"
        " activity_id INTEGER)",
        *(_on_postgresql() if is_postgresql else _on_sqlite()),
    ]


def _noting(noted: Noted, row: str) -> str:
    vendor, service, activity = (one.format(row=row) for one in (noted.vendor, noted.service, noted.activity))
    # Names of our own columns, as they are written above.
    return f"INSERT INTO proposal_change (vendor_id, service_id, activity_id) SELECT {vendor}, {service}, {activity}"  # nosec B608


def _rows(act: str) -> tuple[str, ...]:
    return {"insert": ("NEW",), "delete": ("OLD",), "update": ("OLD", "NEW")}[act]


def _on_sqlite() -> list[str]:
    made = []
    for name, noted in NOTED.items():
        for act in _ACTS:
            of = f" OF {', '.join(noted.columns)}" if act == "update" and noted.columns else ""
            steps = "; ".join(_noting(noted, row) for row in _rows(act))
            made.append(f"CREATE TRIGGER proposals_{name}_{act} AFTER {act.upper()}{of} ON {name} BEGIN {steps}; END")
    return made


_FUNCTION = """
CREATE FUNCTION note_proposals_of_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        {old};
    END IF;
    IF TG_OP <> 'DELETE' THEN
        {new};
    END IF;
    RETURN NULL;
END $$
"""
_EMPTIED = """
CREATE FUNCTION forget_proposals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE proposal_keeping SET day = NULL, turn = turn + 1;
    RETURN NULL;
END $$
"""


def _on_postgresql() -> list[str]:
    made = [_EMPTIED]
    for name, noted in NOTED.items():
        made.append(_FUNCTION.format(name=name, old=_noting(noted, "OLD"), new=_noting(noted, "NEW")))
        for act in _ACTS:
            of = f" OF {', '.join(noted.columns)}" if act == "update" and noted.columns else ""
            made.append(
                f"CREATE TRIGGER proposals_{name}_{act} AFTER {act.upper()}{of} ON {name}"
                f" FOR EACH ROW EXECUTE FUNCTION note_proposals_of_{name}()"
            )
        made.append(
            f"CREATE TRIGGER proposals_{name}_emptied AFTER TRUNCATE ON {name}"
            " FOR EACH STATEMENT EXECUTE FUNCTION forget_proposals()"
        )
    return made


@event.listens_for(Base.metadata, "after_create")
def _note_in_copy(_metadata: object, connection: Connection, **_told: Any) -> None:
    """A copy of the database for a drill is made from the models, without a migration: nothing is kept in it yet."""
    for statement in making(connection.dialect.name):
        connection.exec_driver_sql(statement)
