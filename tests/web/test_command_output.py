import json
from datetime import date

import click
import pytest

from portal.core.errors import Refused
from portal.web import command_output

ROWS = [{"name": "Acme\tSAS\n\x1b[2J", "day": date(2026, 1, 2), "size": 0}, {"name": None, "day": None, "size": 1}]


def test_columns_stay_columns_whatever_names_hold(capsys):
    command_output.show(iter(ROWS), ("name", "size", "day"), as_json=False)
    assert capsys.readouterr().out == "name\tsize\tday\nAcme SAS [2J\t0\t2026-01-02\n\t1\t\n"


def test_json_holds_every_field_as_it_is(capsys):
    command_output.show(iter(ROWS), ("name",), as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert found[0] == {"name": "Acme\tSAS\n\x1b[2J", "day": "2026-01-02", "size": 0}


def test_a_problem_is_a_place_and_a_sentence():
    assert command_output.problem(3, None, Refused("L'un").sentence) == {"line": 3, "column": None, "message": "L’un"}


@pytest.mark.parametrize("text", ["2026-12-31", "31/12/2026"])
def test_a_day_is_typed_as_machines_or_people_write_it(text):
    assert command_output.DAY.convert(text, None, None) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "words"), [("2026-02-30", "n'est pas un jour"), ("demain", "n'est pas un jour"), ("9999-01-01", "1900")]
)
def test_what_is_no_day_is_refused_in_a_sentence(text, words):
    with pytest.raises(click.BadParameter, match=words):
        command_output.DAY.convert(text, None, None)
