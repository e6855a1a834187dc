"""`make bench`: every figure of the portal's aims, in CPU time, beside a limit measured in the same run."""

import csv
import gzip
import io
import os
import re
import resource
import subprocess
import sys
import time
from dataclasses import replace

from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import event, insert, select
from weasyprint import HTML

from bench.measure import Report, cpu
from bench.world import World, world
from portal.audits.models import Audit
from portal.audits.services import open_many
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.campaigns import services as campaigns
from portal.campaigns.models import Campaign, Wave
from portal.contracts import library, rules
from portal.core import process
from portal.core.clock import now
from portal.core.documents.docx import render_docx
from portal.core.documents.markup import to_html
from portal.core.documents.pdf import render_pdf
from portal.core.language import Language
from portal.jobs import carriers, schedule
from portal.jobs.models import Mail
from portal.questionnaires.models import QuestionnaireVersion
from portal.vendors.models import Membership, Vendor
from tests.factories.contracts import facts as contract_facts


def trivial(report: Report) -> float:
    """What the framework alone costs."""
    app = Flask("trivial")
    app.add_url_rule("/", view_func=lambda: {"ok": True})
    client = app.test_client()
    spent = cpu(lambda: client.get("/"), times=50, warm=10)
    report.add("trivial Flask view (test client)", spent, "ms", None)
    return spent


def pages(report: Report, base: float) -> None:
    """List pages and the portfolio, from 100 to 10,000 vendors: time and statements."""
    wanted = (
        ("vendor list", Role.DPO, "/sous-traitants/", 6.0),
        ("vendor search", Role.DPO, "/sous-traitants/?q=prestataire+0009", 6.0),
        ("audit queue", Role.DPO, "/audits/", 6.0),
        ("contract list", Role.DPO, "/contrats/", 6.0),
        ("portfolio", Role.MANAGEMENT, "/portefeuille", None),
        ("home of the DPO", Role.DPO, "/", None),
    )
    for size in (100, 10_000):
        with world(size) as made:
            for what, role, path, aim in wanted:
                client = made.client(role)
                count = statements(made, lambda c=client, p=path: c.get(p))
                spent = cpu(lambda c=client, p=path: c.get(p), times=9, warm=3)
                page = client.get(path)
                assert page.status_code == 200, (path, page.status_code)
                report.add(f"{what}, {size:,} vendors", spent, "ms", aim, f"{spent / base:.0f} × trivial; {count} SQL")
            if size == 10_000:
                vendor_side(report, made)
                campaign(report, made)


def statements(made: World, action) -> int:
    """SQL statements of an action."""
    seen: list[str] = []

    def note(_c, _cur, statement, *_rest) -> None:
        if not statement.upper().startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(made.database.engine, "before_cursor_execute", note)
    action()
    event.remove(made.database.engine, "before_cursor_execute", note)
    return len(seen)


def vendor_side(report: Report, made: World) -> None:
    """The questionnaire and one saved answer, as a vendor."""
    with made.database.reading() as session:
        audit = session.execute(
            select(Audit).join(Membership, Membership.vendor_id == Audit.vendor_id).order_by(Audit.id).limit(1)
        ).scalar_one()
    client = made.client(Role.VENDOR_ADMIN)
    path = f"/espace/audits/{audit.id}"
    page = client.get(path)
    sections = sorted(set(re.findall(rf'href="({path}/[a-z-]+)"', page.get_data(as_text=True))))
    sizes = [(len(gzip.compress(client.get(s).data)), s) for s in sections if not s.endswith("/envoi")]
    heaviest = max(sizes)[1]
    spent = cpu(lambda: client.get(heaviest), times=9, warm=3)
    count = statements(made, lambda: client.get(heaviest))
    report.add("questionnaire section (heaviest)", spent, "ms", 20.0, f"{count} SQL")
    report.add("questionnaire section, compressed", max(sizes)[0] / 1000, "kB", 40.0)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(heaviest).get_data(as_text=True))[1]
    version = 0
    toggle = 0

    def save() -> None:
        nonlocal version, toggle
        toggle += 1
        answer = client.post(
            f"{path}/reponses/registre.tenu",
            data={
                "csrf_token": token,
                "value": ("oui", "non")[toggle % 2],
                "comment": "",
                "base": version,
                "version": version,
            },
            headers={"X-Requested-With": "fetch", "Accept": "application/json"},
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
        version = answer.get_json()["version"]

    spent = cpu(save, times=15, warm=3)
    count = statements(made, save)
    report.add("saving one answer", spent, "ms", 4.0, f"{count} SQL")
    report.add("saving one answer, statements", count, "SQL", 8.0)


def campaign(report: Report, made: World) -> None:
    """Opening audits inside a wave beside a raw bulk insert of the same rows; then the whole wave with its mails."""
    with made.database.transaction() as session:
        version = session.scalars(select(QuestionnaireVersion)).first()
        ids = list(session.scalars(select(Vendor.id).limit(1000)))
        ctx = Context(session, SYSTEM, now())
        rows = [
            {
                "vendor_id": i,
                "questionnaire_version_id": version.id,
                "state": "ouvert",
                "round": 1,
                "opened_at": ctx.now,
                "due_on": ctx.today,
                "returned_questions": [],
                "answered": 0,
                "expected": 0,
            }
            for i in ids
        ]
        raw = cpu(lambda: session.execute(insert(Audit), rows), times=3) / len(ids)
        ours = cpu(lambda: open_many(ctx, ids, version, due_on=ctx.today), times=3) / len(ids)
        report.add(
            "opening an audit (rows alone)", ours, "ms", 1.0, f"{ours / raw:.1f} × raw bulk insert ({raw:.3f} ms)"
        )
        session.rollback()
    seen: list[str] = []

    class Sink:
        async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
            seen.append(envelope.content[:1])
            return "250 OK"

    controller = Controller(Sink(), hostname="127.0.0.1", port=0)
    controller.start()
    try:
        _wave(report, made, f"smtp://127.0.0.1:{controller.server.sockets[0].getsockname()[1]}", seen)
    finally:
        controller.stop()


def _wave(report: Report, made: World, smtp: str, seen: list[str]) -> None:
    process.prepare(replace(made.settings, smtp_url=smtp))
    moment = now()
    with made.database.transaction() as session:
        ctx = Context(session, SYSTEM, moment)
        plan = campaigns.Plan(
            "Vague",
            "socle-rgpd",
            {"statuses": ["actif", "en_integration", "prospect"]},
            {"every": "once", "start": f"{moment:%Y-%m-%d}", "at": "09:00", "zone": "Europe/Paris"},
            30,
            (-7,),
            "",
            7,
        )
        made_campaign = campaigns.create(ctx, plan)
        session.query(Audit).update({"state": "annule"})
        wave_id = campaigns.launch_now(ctx, session.get_one(Campaign, made_campaign.id)).id
    start, cpu_start = time.perf_counter(), time.process_time()
    schedule.tick(made.database, at=now())
    carriers.drain(made.database, "bench")
    wall, spent = time.perf_counter() - start, time.process_time() - cpu_start
    with made.database.reading() as session:
        wave = session.get_one(Wave, wave_id)
        sent = session.query(Mail).filter(Mail.sent_at.is_not(None)).count()
    report.add(
        f"wave of {wave.size:,}: opened, invited by SMTP, CPU",
        spent,
        "s",
        None,
        f"{wall:.0f} s wall; {sent:,} sent, {len(seen):,} received",
    )
    client = made.client(Role.DPO)
    board = cpu(lambda: client.get(f"/campagnes/vagues/{wave_id}"), times=5, warm=2)
    report.add("board of that wave", board, "ms", 6.0)


def imports(report: Report) -> None:
    """10,000 vendors imported by the command, beside the mere parsing of the file."""
    lines = ["nom;pays;prestation;localisation"]
    lines += [f"Société {n} {chr(65 + n % 26)}{n * 7919 % 10007};FR;Hébergement {n % 9};FR" for n in range(10_000)]
    data = "\r\n".join(lines).encode("cp1252")
    parse = cpu(lambda: list(csv.reader(io.StringIO(data.decode("cp1252")), delimiter=";")), times=3)
    with world(1) as made:
        path = made.settings.data_dir / "liste.csv"
        path.write_bytes(data)
        env = {
            **os.environ,
            "VIGIE_DATA_DIR": str(made.settings.data_dir),
            "VIGIE_DATABASE_URL": made.settings.database_url,
            "FLASK_APP": "wsgi",
        }
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        done = subprocess.run(
            [sys.executable, "-m", "flask", "vendors", "import", str(path), "--duplicates", "separate", "--json"],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        assert done.returncode == 0, done.stdout[-300:] + done.stderr[-300:]
    report.add("importing 10,000 vendors, whole command", spent, "s", 10.0, f"parsing alone {parse / 1000:.2f} s")


def start(report: Report) -> None:
    """A web process: time to be ready and memory held."""
    code = (
        "import time, resource; t = time.process_time(); from portal.app import create_app; create_app();"
        "print(time.process_time() - t, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    bare = _child(
        "import time; t = time.process_time(); import flask, sqlalchemy.orm; print(time.process_time() - t, 0)"
    )
    found = [_child(code) for _ in range(3)]
    report.add("process start, CPU", min(f[0] for f in found), "s", 1.5, f"flask + sqlalchemy alone {bare[0]:.2f} s")
    report.add("process memory", max(f[1] for f in found), "MB", 110.0)


def _child(code: str) -> tuple[float, float]:
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    return float(out[0]), float(out[1])


def contract(report: Report) -> None:
    """Assembly, DOCX, PDF."""
    books = library.load()
    template, facts = books.templates[0], contract_facts()
    assembled = rules.assemble(books, template, facts, Language.FR)
    report.add(
        "contract assembly with coverage", cpu(lambda: rules.assemble(books, template, facts, Language.FR)), "ms", 50.0
    )
    report.add("contract DOCX", cpu(lambda: render_docx(assembled.document), times=3), "ms", 200.0)
    ours = cpu(lambda: render_pdf(assembled.document), times=3)
    bare = cpu(_weasyprint_alone(assembled.document), times=3)
    report.add("contract PDF", ours, "ms", 1.2 * bare, f"{ours / bare:.2f} × WeasyPrint alone ({bare:.0f} ms)")


def _weasyprint_alone(document):
    html = str(to_html(document))
    return lambda: HTML(string=html).write_pdf(pdf_variant="pdf/a-3a")


def main() -> None:
    """Run everything and print the table."""
    report = Report()
    base = trivial(report)
    start(report)
    contract(report)
    imports(report)
    pages(report, base)
    report.show()


if __name__ == "__main__":
    main()
