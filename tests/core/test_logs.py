import json

import pytest
import structlog

from portal.core import logs


@pytest.fixture
def lines(capsys):
    logs.configure()
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    structlog.reset_defaults()


def test_a_traceback_shows_no_value(lines):
    password = "correct horse battery"
    try:
        raise RuntimeError("it broke")
    except RuntimeError as error:
        structlog.get_logger().error("request failed", exc_info=error)
    assert password
    (entry,) = lines()
    assert "correct horse" not in json.dumps(entry)
    assert entry["exception"][0]["exc_type"] == "RuntimeError"


def test_what_is_named_like_a_secret_is_blanked(lines):
    structlog.get_logger().info("sign-in", reset_token="abc", email="a@exemple.test")
    (entry,) = lines()
    assert (entry["reset_token"], entry["email"]) == ("…", "a@exemple.test")


def test_a_secret_within_a_mapping_is_blanked_and_the_callers_mapping_is_not(lines):
    form = {"password": "hush", "name": "x"}
    structlog.get_logger().info("posted", form=form)
    (entry,) = lines()
    assert entry["form"] == {"password": "…", "name": "x"}
    assert form["password"] == "hush"
