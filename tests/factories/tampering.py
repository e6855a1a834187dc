"""What somebody with the database does to the journal behind the portal: the triggers go, and are put back after."""

from typing import Any

from sqlalchemy import Executable
from sqlalchemy.orm import Session

from portal.journal.guards import guard, unguard


def tamper(session: Session, *statements: Executable) -> None:
    """Run statements that the triggers would refuse, and leave no trace of having dropped them."""
    connection: Any = session.connection()
    unguard(connection)
    for statement in statements:
        session.execute(statement)
    guard(connection)
