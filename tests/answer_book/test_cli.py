"""`flask answers fill`: JSON alone on standard output, and the form beside."""

import json

import openpyxl
import pytest

from tests.factories.files import saved
from tests.factories.review import sent_case


@pytest.fixture
def run(app, session, monkeypatch):
    """Run `flask …` over the test's transaction."""
    monkeypatch.setattr("portal.web.command.ready", lambda _store: None)

    def call(*arguments):
        session.commit()
        return app.test_cli_runner().invoke(args=[str(one) for one in arguments])

    return call


@pytest.fixture
def form(tmp_path):
    book = openpyxl.Workbook()
    for row in (["Question", "Réponse"], ["Avez-vous désigné un DPO ?"], ["Quel est votre effectif ?"]):
        book.active.append(row)
    path = tmp_path / "form.xlsx"
    path.write_bytes(saved(book.save))
    return path


def test_a_form_is_filled_and_each_row_is_told(session, run, form, tmp_path):
    case, out = sent_case(session), tmp_path / "out.xlsx"
    done = run("answers", "fill", form, "--vendor", case.vendor.key, "--out", out, "--json")
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)
    assert [row["row"] for row in rows] == [2, 3]
    assert rows[0] == {
        "sheet": "Sheet", "row": 2, "question": "Avez-vous désigné un DPO ?", "key": "gouvernance.dpo-designe",
        "value": None, "source": None, "age_days": None,
    }  # fmt: skip
    assert rows[1]["key"] is None
    # This vendor has answered neither: the form comes back byte for byte.
    assert out.read_bytes() == form.read_bytes()


def test_an_unknown_vendor_is_refused_and_nothing_is_written(run, form, tmp_path):
    done = run("answers", "fill", form, "--vendor", "inconnu", "--out", tmp_path / "out.xlsx", "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "inconnu" in done.stderr
    assert not (tmp_path / "out.xlsx").exists()


def test_a_file_that_is_no_form_is_refused(session, run, tmp_path):
    (tmp_path / "notes.txt").write_text("bonjour", "utf-8")
    case = sent_case(session)
    done = run(
        "answers", "fill", tmp_path / "notes.txt", "--vendor", case.vendor.key, "--out", tmp_path / "o", "--json"
    )
    assert (done.exit_code, done.stdout) == (1, "")
    assert "XLSX" in done.stderr
