"""What is paid outside a page: starting a process, its memory, importing a list, drawing up and checking a contract."""

import csv
import io
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from weasyprint import HTML

from bench.limits import Limits
from bench.measure import Report, cpu
from bench.pages import home_of, places, sections
from bench.serving import SERVER, Server, kept_code, served
from bench.world import World, world
from portal.authz.policy import Role
from portal.contracts import library
from portal.contracts.rules.assembly import assemble_contract
from portal.core.documents.docx import render_docx
from portal.core.documents.markup import to_html
from portal.core.documents.pdf import render_pdf
from portal.core.language import Language
from tests.factories.contracts import facts as contract_facts

_READY = "import time; t = time.process_time(); import wsgi; print(time.process_time() - t, "
# Not getrusage: a child's high-water mark there is that of the process that started it.
_MEMORY = "int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]) / 1024)"
_BARE = "import time; t = time.process_time(); import flask, sqlalchemy.orm; print(time.process_time() - t, 0)"
START_S, MEMORY_MIB, CHECK_S = 0.8, 110.0, 1.0

VISITED = (
    (Role.DPO, "/"),
    (Role.DPO, "/sous-traitants"),
    (Role.DPO, "/sous-traitants?page=2"),
    (Role.DPO, "/sous-traitants?q=studio"),
    (Role.DPO, "/sous-traitants/{vendor}"),
    (Role.DPO, "/sous-traitants/{vendor}/modifier"),
    (Role.DPO, "/sous-traitants/nouveau"),
    (Role.DPO, "/sous-traitants/import"),
    (Role.DPO, "/audits"),
    (Role.DPO, "/audits?vue=chez-le-prestataire"),
    (Role.DPO, "/audits/nouveau"),
    (Role.DPO, "/audits/{audit}"),
    (Role.DPO, "/audits/{reviewed}"),
    (Role.DPO, "/audits/constats"),
    (Role.DPO, "/audits/constats/{finding}"),
    (Role.DPO, "/campagnes"),
    (Role.DPO, "/campagnes/{campaign}"),
    (Role.DPO, "/campagnes/nouvelle"),
    (Role.DPO, "/retractation/echantillons"),
    (Role.DPO, "/retractation/echantillons/{sample}"),
    (Role.DPO, "/retractation/tests"),
    (Role.DPO, "/retractation/tests/plans"),
    (Role.DPO, "/journal"),
    (Role.DPO, "/journal?page=2"),
    (Role.DPO, "/journal/verification"),
    (Role.DPO, "/mon-compte"),
    (Role.LEGAL, "/"),
    (Role.LEGAL, "/contrats"),
    (Role.LEGAL, "/contrats/{contract}"),
    (Role.LEGAL, "/contrats/{contract}/apercu"),
    (Role.LEGAL, "/contrats/nouveau"),
    (Role.LEGAL, "/contrats/clauses"),
    (Role.LEGAL, "/contrats-recus"),
    (Role.LEGAL, "/contrats-recus/{review}"),
    (Role.LEGAL, "/contrats-recus/nouveau"),
    (Role.MANAGEMENT, "/"),
    (Role.MANAGEMENT, "/portefeuille"),
    (Role.MANAGEMENT, "/sous-traitants"),
    (Role.VENDOR_ADMIN, "/espace/"),
    (Role.VENDOR_ADMIN, "/espace/audits/{audit}"),
    (Role.VENDOR_ADMIN, "/espace/audits/{audit}/sections/{section}"),
    (Role.VENDOR_ADMIN, "/espace/audits/{eighty}"),
    (Role.VENDOR_ADMIN, "/espace/constats"),
    (Role.VENDOR_ADMIN, "/espace/collegues"),
)
"""Pages that people open all day; with sections of the audit, fifty of them are visited."""


def start(report: Report, _limits: Limits, size: int = 100) -> None:
    """A web process: CPU until it is ready, memory held then, and once it has shown fifty pages to those signed in."""
    with world(size) as made:
        env = kept_code(made.environment)
        bare = min(_child(_BARE, env)[0] for _ in range(3))
        found = [_child(_READY + _MEMORY, env) for _ in range(5)]
        report.add(
            "process start, CPU", min(f[0] for f in found), "s", START_S, f"flask + sqlalchemy alone {bare:.2f} s"
        )
        report.add("process memory, ready", max(f[1] for f in found), "MiB", MEMORY_MIB)
        with served(made.environment) as server:
            ready = server.memory()
            shown = visit(made, server)
            beside = f"{ready:.0f} MiB before the first page; {len(shown)} pages, {sum(shown):,.0f} kB as text"
            report.add("worker memory, after 50 real pages signed in", server.memory(), "MiB", MEMORY_MIB, beside)


def visit(made: World, server: Server) -> list[float]:
    """Fifty pages opened by the people they are for; the weight of each, in kilobytes."""
    callers = {role: server.caller(made.cookie(role)) for role in {role for role, _path in VISITED}}
    where = {**places(made), "eighty": made.eighty_id}
    paths = [
        (role, pattern.format_map(where)) for role, pattern in VISITED if where["review"] or "{review}" not in pattern
    ]
    vendor = callers[Role.VENDOR_ADMIN]
    for audit_id in (made.eighty_id, made.audit_id):
        paths += [(Role.VENDOR_ADMIN, path) for path in sections(vendor.get(home_of(audit_id)).text, audit_id)]
    weights = []
    for role, path in paths[:50]:
        answer = callers[role].get(path)
        assert answer.status == 200, (role, path, answer.status)
        weights.append(len(answer.body) / 1000)
    return weights


def _child(code: str, env: dict[str, str]) -> tuple[float, float]:
    interpreter = SERVER[: SERVER.index("-m")]
    done = subprocess.run([*interpreter, "-c", code], env=env, capture_output=True, text=True, check=True)
    first, second = done.stdout.split()[-2:]
    return float(first), float(second)


def checking(report: Report, _limits: Limits) -> None:
    """One contract of 22 pages checked by the command, process included: each time, and the first time ever."""
    books = library.load()
    document = assemble_contract(books, books.templates[0], contract_facts(), Language.FR).document
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "accord.docx"
        path.write_bytes(render_docx(document))
        env = kept_code({"VIGIE_DATA_DIR": folder, "FLASK_APP": "wsgi"})
        spent = [_command(["paper", "check", str(path), "--json"], env) for _ in range(4)]
    report.add(
        "checking one contract, whole command", min(spent), "s", CHECK_S, f"the first time {spent[0]:.2f} s"
    )  # fmt: skip


def _command(arguments: list[str], env: dict[str, str]) -> float:
    """CPU seconds of a `flask` command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "flask", *arguments], env=env, capture_output=True, text=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr[-300:]
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def imports(report: Report, _limits: Limits, lines: int = 10_000) -> None:
    """Vendors imported by the command, beside the mere parsing of the file."""
    rows = ["nom;pays;prestation;localisation"]
    rows += [f"Société {n} {chr(65 + n % 26)}{n * 7919 % 10007};FR;Hébergement {n % 9};FR" for n in range(lines)]
    data = "\r\n".join(rows).encode("cp1252")
    parse = cpu(lambda: list(csv.reader(io.StringIO(data.decode("cp1252")), delimiter=";")), times=3)
    with world(1, few=lines < 10_000) as made:
        path = made.settings.data_dir / "liste.csv"
        path.write_bytes(data)
        env = kept_code({**made.environment, "FLASK_APP": "wsgi"})
        spent = _command(["vendors", "import", str(path), "--duplicates", "separate", "--json"], env)
    report.add(
        f"importing {lines:,} vendors, whole command", spent, "s", 10.0, f"parsing alone {parse / 1000:.2f} s"
    )  # fmt: skip


def contract(report: Report, _limits: Limits) -> None:
    """Assembly, DOCX, PDF."""
    books = library.load()
    template, facts = books.templates[0], contract_facts()
    assembled = assemble_contract(books, template, facts, Language.FR)
    spent = cpu(lambda: assemble_contract(books, template, facts, Language.FR))
    report.add("contract assembly with coverage", spent, "ms", 50.0)
    report.add("contract DOCX", cpu(lambda: render_docx(assembled.document), times=3), "ms", 200.0)
    html = str(to_html(assembled.document))
    bare = cpu(lambda: HTML(string=html).write_pdf(pdf_variant="pdf/a-3a"), times=3)
    ours = cpu(lambda: render_pdf(assembled.document), times=3)
    report.add("contract PDF", ours, "ms", 1.2 * bare, f"{ours / bare:.2f} × WeasyPrint alone ({bare:.0f} ms)")
