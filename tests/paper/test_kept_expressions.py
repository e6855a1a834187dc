"""What one command prepared, another one uses; a file that is not what it should be costs time, never an answer."""

import re
import sys

import pytest

from portal.core.expressions import expression
from portal.paper import kept_expressions as kept
from portal.paper.rules.prepared import PreparedExpressions
from portal.paper.rules.required_words import plan_search

EXPRESSIONS = (r"notif|inform|note|indic", r"\bdpa|\bdeed|\bact|(@p) \w+", "(?:third|other) countr(?:y|ies)")
OWN = r"client|customer"
"""One that the code has, under its flags."""


def prepare(folder):
    known = PreparedExpressions()
    with kept.kept_expressions(folder, known):
        for one in EXPRESSIONS:
            known.plan(one)
            known.compiled(one)
        assert expression(OWN, re.IGNORECASE).findall("Le Client, the CUSTOMER") == ["Client", "CUSTOMER"]
    return known


def test_the_second_command_prepares_nothing_and_finds_the_same(tmp_path):
    first, second = prepare(tmp_path), PreparedExpressions()
    with kept.kept_expressions(tmp_path, second):
        assert {one: second.plan(one) for one in EXPRESSIONS} == {one: plan_search(one) for one in EXPRESSIONS}
        assert second.compiled(EXPRESSIONS[1]).search("le @p agit")[1] == "@p"
        own = expression(OWN, re.IGNORECASE)
        assert own.search("CLIENT")
        assert not expression(OWN, 0).search("CLIENT"), "another flag is another expression"
        assert own.flags == re.compile(OWN, re.IGNORECASE).flags
        for text in ("il informe", "a deed", "other countries", "rien"):
            for one in EXPRESSIONS:
                assert bool(second.compiled(one).search(text)) == bool(first.compiled(one).search(text))
    assert {one for one in second.by_flags if one not in first.by_flags} == {(OWN, 0)}


@pytest.mark.parametrize("harm", [lambda data: b"", lambda data: data[:-4], lambda data: b"\xff" * 40])
def test_a_damaged_file_is_made_anew(tmp_path, harm):
    prepare(tmp_path)
    (path,) = tmp_path.glob("*.bin")
    whole = path.read_bytes()
    path.write_bytes(harm(whole))
    assert prepare(tmp_path).compiled(EXPRESSIONS[0]).search("notification")
    assert path.read_bytes() == whole


def test_numbers_that_the_machine_refuses_are_compiled_again(tmp_path):
    prepare(tmp_path)
    (path,) = tmp_path.glob("*.bin")
    data = path.read_bytes()
    end = 8 + int.from_bytes(data[:8], "big")
    path.write_bytes(data[:end] + b"\xff" * (len(data) - end))
    assert prepare(tmp_path).compiled(EXPRESSIONS[0]).search("notification")


def test_another_python_or_other_readings_start_anew_and_leave_one_file(tmp_path, monkeypatch):
    prepare(tmp_path)
    (before,) = tmp_path.glob("*.bin")
    monkeypatch.setattr(sys, "version", "another one")
    prepare(tmp_path)
    (after,) = tmp_path.glob("*.bin")
    assert after.name != before.name


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "cache").write_text("a file stands there")
    assert prepare(tmp_path / "cache").compiled(EXPRESSIONS[0]).search("notification")
