"""`flask seal`: a key is made once, a file is sealed once, whatever happens meanwhile."""

import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
from sqlalchemy import select

from portal.core import process
from portal.core.config import ROOT
from portal.core.seal import SealState, read_seals
from portal.journal.models import JournalEntry
from portal.seed.plain_pdf import plain_pdf
from tests.factories.timestamps import silent_server


@pytest.fixture
def run(app, tmp_path, monkeypatch):
    told = replace(app.extensions["vigie.settings"], seal_file=tmp_path / "seal.json", organisation="Maison Verdier")
    monkeypatch.setitem(app.extensions, "vigie.settings", told)
    monkeypatch.setattr(process, "_settings", [told])
    return lambda *arguments: app.test_cli_runner().invoke(args=["seal", *map(str, arguments)])


def entries(session):
    session.expire_all()
    found = session.scalars(select(JournalEntry).where(JournalEntry.action.startswith("seal.")))
    return [(one.action, one.after) for one in found]


def test_a_key_is_made_once_journalled_and_its_secret_is_nowhere(run, session, tmp_path):
    made = run("make-key")
    assert made.exit_code == 0
    ((action, after),) = entries(session)
    assert (action, after["name"], after["former"]) == ("seal.key_made", "Maison Verdier", 0)
    assert after["certificate"] in made.output
    assert "PRIVATE" not in made.output + str(after)
    again = run("make-key")
    assert again.exit_code == 1
    assert "--replace" in again.output
    assert run("make-key", "--replace").exit_code == 0
    assert [after["former"] for _, after in entries(session)] == [0, 1]


def test_an_organisation_without_a_name_is_asked_for_it(run, app, monkeypatch):
    monkeypatch.setitem(app.extensions, "vigie.settings", replace(process.settings(), organisation="Vigie"))
    refused = run("make-key")
    assert refused.exit_code == 1
    assert "VIGIE_ORGANISATION" in refused.output
    assert run("make-key", "--name", "Maison  Verdier").exit_code == 0


def test_a_file_is_sealed_beside_itself_and_nothing_is_written_over(run, session, tmp_path):
    source, out = tmp_path / "a.pdf", tmp_path / "sealed.pdf"
    source.write_bytes(plain_pdf("Accord", []))
    refused = run("sign", source, "--out", out)
    assert refused.exit_code == 1
    assert "make-key" in refused.output
    run("make-key")
    assert run("sign", source, "--out", out).exit_code == 0
    assert [one.state for one in read_seals(out.read_bytes())] == [SealState.WHOLE]
    assert out.read_bytes().startswith(source.read_bytes())
    assert entries(session)[-1][0] == "seal.applied"
    sealed = out.read_bytes()
    assert run("sign", source, "--out", out).exit_code == 1
    assert run("sign", out, "--out", tmp_path / "twice.pdf").exit_code == 1
    assert out.read_bytes() == sealed
    assert not (tmp_path / "twice.pdf").exists()


@pytest.mark.faults
def test_killed_while_sealing_and_run_again_it_leaves_exactly_one_seal(tmp_path):
    source, out = tmp_path / "a.pdf", tmp_path / "sealed.pdf"
    source.write_bytes(plain_pdf("Accord", []))
    environment = {**os.environ, "VIGIE_DATA_DIR": str(tmp_path / "data"), "VIGIE_ORGANISATION": "Maison Verdier"}
    flask = [sys.executable, "-m", "flask", "--app", "wsgi", "seal"]
    subprocess.run([*flask, "make-key"], cwd=ROOT, env=environment, check=True, capture_output=True)
    command = [*flask, "sign", str(source), "--out", str(out)]
    with silent_server() as (address, calls):
        sealing = subprocess.Popen(command, cwd=ROOT, env={**environment, "VIGIE_TSA_URL": address})
        call, _ = calls.accept()  # it is sealing: it asks for a timestamp
        sealing.send_signal(signal.SIGKILL)
        assert sealing.wait() == -signal.SIGKILL
        call.close()
    assert not out.exists()
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    assert [one.state for one in read_seals(out.read_bytes())] == [SealState.WHOLE]
    assert sorted(path.name for path in tmp_path.glob("*.pdf")) == ["a.pdf", "sealed.pdf"]
    assert subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True).returncode == 1
