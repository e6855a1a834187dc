"""What no portal can go below, measured in the same run: a bare view, a bare SELECT, a bare page, a bare insert."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import StaticPool, String, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from bench.measure import Report, cpu
from bench.serving import served

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
    """A Flask view that answers a constant, through gunicorn."""
    select: float
    """One ORM SELECT of one row, session included."""
    page: float
    """A bare page of 100 rows from one SELECT, without frame, language or rights, through gunicorn."""

    def beside(self, milliseconds: float) -> str:
        """A page's figure in terms of these."""
        return f"{milliseconds / self.view:.0f} × bare view, {milliseconds / self.page:.1f} × bare 100-row page"


def bare() -> Flask:
    """The barest application, for gunicorn."""
    app = Flask("bare")
    app.jinja_loader = DictLoader({"page.html": _PAGE})
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
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

    app.add_url_rule("/connexion", view_func=lambda: {"ok": True})
    app.add_url_rule("/page", view_func=page)
    app.extensions["one"] = one
    app.extensions["vigie.request_figures"] = None  # our configuration of gunicorn asks every application for it
    return app


def measure(report: Report) -> Limits:
    """Measure the three; each is a line of the report."""
    with served({}, app="bench.limits:bare()") as server:
        caller = server.caller()
        view = server.cpu(lambda: caller.get("/connexion"), more=5)
        page = server.cpu(lambda: caller.get("/page"), more=3)
    found = Limits(view=view, select=cpu(bare().extensions["one"], times=51, warm=10), page=page)
    report.add("bare Flask view, through gunicorn", found.view, "ms", None)
    report.add("one ORM SELECT", found.select, "ms", None)
    report.add("bare page of 100 rows, through gunicorn", found.page, "ms", None)
    return found


def raw_insert(session: Session, table: Any, rows: Sequence[dict[str, Any]]) -> float:
    """CPU milliseconds per row of the barest bulk insert of these rows: no ORM, one statement."""
    connection, statement = session.connection(), insert(table)
    return cpu(lambda: connection.execute(statement, rows), times=5) / len(rows)
