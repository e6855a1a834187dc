"""What no portal can go below, measured in the same run: a bare view, a bare SELECT, a bare page, a bare insert."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import String, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from bench.measure import Report, cpu

ROWS = 100
_PAGE = """<!DOCTYPE html><html lang="fr"><title>Liste</title><table>
{% for row in rows %}<tr><th scope="row"><a href="/{{ row.id }}">{{ row.name }}</a></th><td>{{ row.country }}</td>
<td>{{ row.status }}</td></tr>{% endfor %}</table></html>"""


class _Base(DeclarativeBase):
    """Tables of the limits alone."""


class _Row(_Base):
    """A line of the barest list."""

    __tablename__ = "row"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    status: Mapped[str] = mapped_column(String(40))


@dataclass(frozen=True)
class Limits:
    """CPU milliseconds of the barest of each kind."""

    view: float
    """A Flask view that answers a constant, through the test client."""
    select: float
    """One ORM SELECT of one row, session included."""
    page: float
    """A bare page of 100 rows from one SELECT, without frame, language or rights."""

    def beside(self, milliseconds: float, statements: int) -> str:
        """A page's figure in terms of these."""
        return (
            f"{milliseconds / self.view:.0f} × bare view, {milliseconds / self.page:.1f} × bare 100-row page; "
            f"{statements} SQL"
        )


def measure(report: Report) -> Limits:
    """Measure the three; each is a line of the report."""
    app = Flask("bare")
    app.jinja_loader = DictLoader({"page.html": _PAGE})
    engine = create_engine("sqlite://")
    _Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        rows = [{"name": f"Prestataire {n:05}", "country": "FR", "status": "actif"} for n in range(ROWS)]
        session.execute(insert(_Row), rows)

    def page() -> str:
        with Session(engine) as session:
            return render_template("page.html", rows=session.scalars(select(_Row)).all())

    def one() -> None:
        with Session(engine) as session:
            session.scalars(select(_Row).where(_Row.id == 1)).one()

    app.add_url_rule("/", view_func=lambda: {"ok": True})
    app.add_url_rule("/page", view_func=page)
    client = app.test_client()
    found = Limits(
        view=cpu(lambda: client.get("/"), times=51, warm=10),
        select=cpu(one, times=51, warm=10),
        page=cpu(lambda: client.get("/page"), times=21, warm=5),
    )
    report.add("bare Flask view (test client)", found.view, "ms", None)
    report.add("one ORM SELECT", found.select, "ms", None)
    report.add("bare page of 100 rows", found.page, "ms", None)
    engine.dispose()
    return found


def raw_insert(session: Session, table: Any, rows: Sequence[dict[str, Any]]) -> float:
    """CPU milliseconds per row of the barest bulk insert of these rows: no ORM, one statement."""
    connection, statement = session.connection(), insert(table)
    return cpu(lambda: connection.execute(statement, rows), times=5) / len(rows)
