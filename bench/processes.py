"""What is paid outside a request: starting a process, importing a list, assembling and rendering a contract."""

import csv
import io
import os
import resource
import subprocess
import sys

from weasyprint import HTML

from bench.measure import Report, cpu
from bench.world import world
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
_SERVED = "import wsgi; client = wsgi.app.test_client(); [client.get('/connexion') for _ in range(50)]; print(0, "
_BARE = "import time; t = time.process_time(); import flask, sqlalchemy.orm; print(time.process_time() - t, 0)"


def start(report: Report) -> None:
    """A web process: CPU until it is ready, memory held then and once it has served pages."""
    with world(100) as made:
        env = {**os.environ, **made.environment}
        bare = min(_child(_BARE, env)[0] for _ in range(3))
        found = [_child(_READY + _MEMORY, env) for _ in range(5)]
        served = (
            "import wsgi, resource; c = wsgi.app.test_client(); [c.get('/connexion') for _ in range(50)]; print(0, "
        )
        memory = _child(served + _MEMORY, env)[1]
    report.add("process start, CPU", min(f[0] for f in found), "s", 1.5, f"flask + sqlalchemy alone {bare:.2f} s")
    report.add("process memory, ready", max(f[1] for f in found), "MiB", 110.0)
    report.add("process memory, after 50 pages", memory, "MiB", 110.0)


def _child(code: str, env: dict[str, str]) -> tuple[float, float]:
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    first, second = done.stdout.split()[-2:]
    return float(first), float(second)


def imports(report: Report) -> None:
    """10,000 vendors imported by the command, beside the mere parsing of the file."""
    lines = ["nom;pays;prestation;localisation"]
    lines += [f"Société {n} {chr(65 + n % 26)}{n * 7919 % 10007};FR;Hébergement {n % 9};FR" for n in range(10_000)]
    data = "\r\n".join(lines).encode("cp1252")
    parse = cpu(lambda: list(csv.reader(io.StringIO(data.decode("cp1252")), delimiter=";")), times=3)
    with world(1) as made:
        path = made.settings.data_dir / "liste.csv"
        path.write_bytes(data)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, "-m", "flask", "vendors", "import", str(path), "--duplicates", "separate", "--json"],
            env={**os.environ, **made.environment, "FLASK_APP": "wsgi"},
            capture_output=True,
            text=True,
            check=False,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert done.returncode == 0, done.stdout[-300:] + done.stderr[-300:]
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    report.add("importing 10,000 vendors, whole command", spent, "s", 10.0, f"parsing alone {parse / 1000:.2f} s")


def contract(report: Report) -> None:
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
