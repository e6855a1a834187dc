"""The commands that need no whole application print there what they print in it, and load nothing of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from portal import alone
from portal.app import create_app
from portal.contracts import library
from portal.contracts.rules.assembly import assemble_contract
from portal.core import process
from portal.core.documents.docx import render_docx
from portal.core.language import Language
from portal.core.secret_keys import Secrets
from tests.conftest import settings_for
from tests.factories.contracts import facts

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def contract(tmp_path):
    books = library.load()
    path = tmp_path / "accord.docx"
    path.write_bytes(render_docx(assemble_contract(books, books.templates[0], facts(), Language.FR).document))
    return path


@pytest.fixture
def both(tmp_path, database_url, portal_settings):
    """`both("paper", "check", …)` runs a command alone, then in the whole application."""
    told = settings_for(tmp_path, database_url)

    def run(*words):
        assert alone.is_alone(("flask", *words))
        return [make(told).test_cli_runner().invoke(args=list(words)) for make in (alone.create_app, create_app)]

    yield run
    process.prepare(portal_settings)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--json",),
        ("--lang", "en"),
        ("--help",),
        ("--xlsx", "tableau.xlsx"),
        ("--planet",),
    ],
)
def test_a_command_alone_prints_what_it_prints_in_the_whole_application(both, contract, words):
    own, whole = both("paper", "check", str(contract), *words)
    assert (own.exit_code, own.output, own.stderr) == (whole.exit_code, whole.output, whole.stderr)
    assert own.output


def test_a_text_that_cannot_be_read_is_refused_alike(both, tmp_path):
    path = tmp_path / "vide.docx"
    path.write_bytes(b"")
    own, whole = both("paper", "check", str(path))
    assert (own.exit_code, own.stderr) == (whole.exit_code, whole.stderr) == (2, whole.stderr)
    assert own.stderr


def test_every_command_alone_is_one_of_the_whole_application(app):
    for (group, name), command in alone.ALONE.items():
        with app.app_context():
            found = app.cli.get_command(None, group)
        assert found.commands[name] is command()


@pytest.mark.parametrize(
    "line",
    ["flask", "flask run", "flask --app wsgi paper check a", "flask paper", "flask vendors import paper check"],
)
def test_any_other_line_has_the_whole_application(line):
    assert not alone.is_alone(line.split())


def test_a_contract_is_checked_without_a_table_or_a_page(tmp_path, contract):
    """In a process of its own: whatever it imports at its head would cost every check."""
    Secrets.at(tmp_path / "secrets.json")
    ask = (
        "import sys; from flask.cli import main\n"
        "sys.argv = ['flask', 'paper', 'check', sys.argv[1], '--json']\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        "print('\\n' + '\\n'.join(sys.modules))\n"
    )
    environment = {"VIGIE_DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin", "FLASK_APP": "wsgi"}
    done = subprocess.run(
        [sys.executable, "-c", ask, str(contract)], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    loaded = set(done.stdout.splitlines())
    assert "portal.paper.check_cli" in loaded
    assert not loaded & {"sqlalchemy", "wtforms", "flask_wtf", "flask_login", "docx", "weasyprint", "portal.app"}
    assert not {each for each in loaded if each.startswith("portal.") and "models" in each}
    domains = {"portal.contracts", "portal.documents_in", "portal.findings", "portal.paper", "portal.questionnaires"}
    floors = {"portal.alone", "portal.core", "portal.translations", "portal.web"}
    assert {".".join(each.split(".")[:2]) for each in loaded if each.startswith("portal.")} <= domains | floors


@pytest.mark.parametrize(("several", "looked_for"), [(False, "False"), (True, "True")])
def test_garbage_is_looked_for_when_there_are_many_texts_to_read(contract, tmp_path, several, looked_for):
    """One text is read and the process ends; a folder of thousands must not grow by what each leaves behind."""
    ask = (
        "import atexit, gc, sys\n"
        "atexit.register(lambda: sys.stderr.write(f'looked for: {gc.isenabled()}'))\n"
        "from flask.__main__ import main\n"
        "main()\n"
    )
    path = contract.parent if several else contract
    done = subprocess.run(
        [sys.executable, "-c", ask, "paper", "check", str(path), "--json"], cwd=ROOT, capture_output=True, text=True,
        env={"VIGIE_DATA_DIR": str(tmp_path / "data"), "FLASK_APP": "wsgi"}, check=True,
    )  # fmt: skip
    assert f"looked for: {looked_for}" in done.stderr
