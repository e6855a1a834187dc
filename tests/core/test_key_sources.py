import shlex
import stat
import sys
import time

import pytest

from portal.core import key_sources
from portal.core.key_sources import KeySource, KeysUnread

STAYING = "import os, time\nif os.fork(): os._exit(0)\ntime.sleep(60)"


def command(code):
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}"


def test_keys_come_from_a_file_the_environment_or_a_command(tmp_path):
    (tmp_path / "keys").write_text("clés")
    assert KeySource(file=tmp_path / "keys").read() == "clés"
    assert KeySource(given="clés").read() == "clés"
    assert KeySource(command=command("print('clés', end='')")).read() == "clés"


def test_a_command_is_asked_once_by_a_process(tmp_path):
    asked = KeySource(command=command(f"open({str(tmp_path / 'asked')!r}, 'a').write('x'); print('k')"))
    assert asked.read() == asked.read()
    assert (tmp_path / "asked").read_text() == "x"


@pytest.mark.parametrize(
    ("told", "why"),
    [(command("import sys; print('{}'); sys.exit(3)"), "état 3"), ("/nowhere/kms get", "ne se lance pas"),
     ('kms "unclosed', "ne se lance pas"), (" ", "ne se lance pas"),
     (command("import sys; sys.stdout.buffer.write(bytes([255]))"), "illisible")],
)  # fmt: skip
def test_a_command_that_gives_no_keys_is_told_without_what_it_wrote(told, why):
    with pytest.raises(KeysUnread, match=why):
        KeySource(command=told).read()


def test_a_failed_command_is_asked_again(tmp_path):
    ready = tmp_path / "ready"
    asked = KeySource(command=command(f"print(open({str(ready)!r}).read())"))
    with pytest.raises(KeysUnread):
        asked.read()
    ready.write_text("clés")
    assert asked.read().strip() == "clés"


@pytest.mark.parametrize(
    "code", ["import time; time.sleep(60)", "import os, time\nif os.fork(): os._exit(0)\ntime.sleep(60)"]
)
def test_a_command_is_waited_for_no_longer_than_told_even_one_whose_child_stays(monkeypatch, code):
    monkeypatch.setattr(key_sources, "COMMAND_SECONDS", 0.3)
    begun = time.monotonic()
    with pytest.raises(KeysUnread, match="pas répondu"):
        KeySource(command=command(code)).read()
    assert time.monotonic() - begun < 10


def test_what_is_too_long_for_keys_is_not_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(key_sources, "LARGEST", 1000)
    endless = "import sys\nwhile True: sys.stdout.write('x' * 4096)"
    (tmp_path / "long").write_text("x" * 1001)
    for source in (KeySource(command=command(endless)), KeySource(file=tmp_path / "long")):
        with pytest.raises(KeysUnread, match="trop long"):
            source.read()


def test_no_repr_shows_a_key_nor_a_command():
    assert "hush" not in repr(KeySource(given="hush")) + repr(KeySource(command="hush"))
    assert "hush" not in KeySource(given="hush").name + KeySource(command="hush").name


def test_a_file_that_is_missing_is_missing_and_one_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(FileNotFoundError):
        KeySource(file=tmp_path / "none").read()
    with pytest.raises(KeysUnread):
        KeySource(file=tmp_path).read()
    assert stat.S_ISDIR(tmp_path.stat().st_mode)
