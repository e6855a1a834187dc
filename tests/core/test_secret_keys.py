import base64
import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet

from portal.core.config import ROOT
from portal.core.errors import ConfigurationError
from portal.core.fernet_keys import draw_key
from portal.core.secret_keys import Secrets


def test_keys_are_drawn_once_in_a_file_for_its_owner_alone(tmp_path):
    path = tmp_path / "new" / "secrets.json"
    drawn = Secrets.at(path)
    assert Secrets.at(path) == drawn
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["secrets.json"]
    assert len({drawn.session, drawn.tokens, *drawn.files, drawn.journal}) == 4
    assert Fernet(drawn.files[0])


def test_processes_that_start_together_share_the_same_keys(tmp_path):
    code = (
        "import sys; from pathlib import Path; from portal.core.secret_keys import Secrets; print(flush=True); input();"
        "print(Secrets.at(Path(sys.argv[1])).session)"
    )
    program = [sys.executable, "-c", code, str(tmp_path / "secrets.json")]
    racers = [
        subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(4)
    ]
    for racer in racers:
        racer.stdout.readline()
    for racer in racers:
        racer.stdin.write("\n")
        racer.stdin.flush()
    sessions = {racer.communicate(timeout=20)[0].strip() for racer in racers}
    assert sessions == {Secrets.at(tmp_path / "secrets.json").session}
    assert os.listdir(tmp_path) == ["secrets.json"]


def test_a_file_of_before_the_key_of_the_journal_gets_one_and_keeps_the_rest(tmp_path):
    path = tmp_path / "secrets.json"
    before = {"session": "a", "tokens": "b", "files": [draw_key()], "of later": {"kept": True}}
    path.write_text(json.dumps(before))
    drawn = Secrets.at(path)
    assert Secrets.at(path) == drawn
    assert json.loads(path.read_text()) == {**before, "journal": drawn.journal}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["secrets.json"]


def test_processes_that_start_together_on_an_older_file_draw_one_key(tmp_path):
    path = tmp_path / "secrets.json"
    path.write_text(json.dumps({"session": "a", "tokens": "b", "files": [draw_key()]}))
    with ThreadPoolExecutor(8) as pool:
        drawn = set(pool.map(lambda _: Secrets.at(path).journal, range(8)))
    assert drawn == {Secrets.at(path).journal}


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", json.dumps({"session": "a", "tokens": "b", "files": []}),
     json.dumps({"session": "a", "tokens": "b", "files": ["short"]}),
     json.dumps({"session": "a", "tokens": "b", "files": ["A" * 43 + "="], "journal": ""}),
     json.dumps({"session": "", "tokens": "b", "files": [base64.urlsafe_b64encode(bytes(32)).decode()]})],
)  # fmt: skip
def test_a_damaged_secret_file_is_told_and_left_as_it_is(tmp_path, content):
    path = tmp_path / "secrets.json"
    path.write_text(content)
    with pytest.raises(ConfigurationError, match=r"secrets\.json.*illisible"):
        Secrets.at(path)
    assert path.read_text() == content


def test_a_secret_file_that_cannot_be_opened_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="Fichier des secrets"):
        Secrets.at(tmp_path / "file" / "secrets.json")


def test_a_key_is_named_without_being_told(tmp_path):
    secrets = Secrets.at(tmp_path / "secrets.json")
    ids = secrets.key_ids
    assert ids == Secrets.at(tmp_path / "secrets.json").key_ids
    assert {"session", "tokens", "files"} <= ids.keys()
    assert all(len(one) == 16 for named in ids.values() for one in named)
    assert secrets.files[0] not in str(ids)
    other = Secrets.at(tmp_path / "other" / "secrets.json").key_ids
    assert all(ids[name] != other[name] for name in ids)
