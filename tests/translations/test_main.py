import pytest
from click.testing import CliRunner

from portal.translations import catalogue
from portal.translations.__main__ import translations
from portal.translations.sources import SourceSentence


@pytest.fixture
def run(monkeypatch, tmp_path):
    """The command over a small project: one part, one sentence said."""
    parts, compiled = tmp_path / "parts", tmp_path / "messages.mo"
    parts.mkdir()
    (parts / "a.po").write_text('msgid "Nom"\nmsgstr "Name"\n', encoding="utf-8")
    said = {"Nom": SourceSentence("Nom", "", "portal/x.py:1")}
    monkeypatch.setattr("portal.translations.__main__.source_sentences", lambda: said)
    for name, arguments in (("faults", 2), ("unused", 2), ("is_stale", 0), ("compile_catalogue", 0)):
        real = getattr(catalogue, name)
        given = (said, parts) if arguments else (parts, compiled)
        monkeypatch.setattr(catalogue, name, lambda *_ignored, real=real, given=given: real(*given))
    return lambda *args: CliRunner().invoke(translations, list(args)), parts, compiled, said


def test_check_succeeds_on_a_complete_catalogue_and_fails_with_a_list(run):
    command, _parts, _compiled, said = run
    assert command("check").exit_code == 0
    said["Rôle"] = SourceSentence("Rôle", "", "portal/y.py:7")
    refused = command("check")
    assert refused.exit_code == 1
    assert "portal/y.py:7: « Rôle » n'a pas de traduction anglaise." in refused.output


def test_compile_writes_once_and_then_only_when_stale(run):
    command, _parts, compiled, _said = run
    assert "1 phrases" in command("compile").output
    compiled.write_bytes(b"as it was")
    assert command("compile").output == ""
    assert compiled.read_bytes() == b"as it was"
