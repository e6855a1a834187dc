"""A number for each request, and a log that says enough to find it and nothing that should not be read."""

import json

import pytest
from flask import Blueprint

from portal.app import create_app
from portal.authz.policy import Role
from portal.core import logs, process
from portal.web import request_trace
from portal.web.guard import public
from tests.conftest import settings_for
from tests.factories.people import token_for, user_of

bp = Blueprint("traced", __name__, url_prefix="/traced")


@bp.get("/<secret>/rows/<int:row_id>")
@public
def show(secret, row_id):
    logs.get_logger().info("from the view")
    return "ok"


@bp.get("/broken")
@public
def broken():
    raise RuntimeError


@pytest.fixture
def portal(tmp_path, portal_settings, database):
    """The portal with an access log, as many proxies as wanted in front."""

    def made(**changes):
        app = create_app(settings_for(tmp_path, portal_settings.database_url, access_log=True, **changes), database)
        app.config.update(TESTING=False)
        app.register_blueprint(bp)
        return app.test_client()

    yield made
    process.prepare(portal_settings)


@pytest.fixture
def lines(capsys):
    """What was written since, as objects."""
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]


def test_a_request_is_one_line_without_its_query_or_what_may_be_a_secret_of_its_address(portal, lines):
    answer = portal().get(
        "/traced/hush-hush/rows/12?cle=hush",
        headers={"User-Agent": "hush", "X-Request-Id": "given-by-caller"},
        buffered=True,
    )
    inner, line = lines()
    assert (line["method"], line["path"], line["endpoint"], line["status"]) == (
        "GET", "/traced/<secret>/rows/12", "traced.show", 200,
    )  # fmt: skip
    assert line["ms"] >= 0
    assert line["account"] is None
    assert "hush" not in json.dumps([inner, line])
    assert "127.0.0.1" not in json.dumps([inner, line])
    assert inner["request_id"] == line["request_id"] == answer.headers["X-Request-Id"] != "given-by-caller"


def test_an_address_that_does_not_exist_is_not_written_and_the_log_is_off_unless_asked(portal, lines):
    client = portal()
    client.get("/hush-hush", buffered=True)
    client.open("/connexion", method="HUSH", buffered=True)
    first, second = lines()
    assert (first["path"], first["endpoint"], first["status"]) == ("", "none", 404)
    assert second["method"] == "OTHER"
    assert "hush" not in json.dumps([first, second]).lower()


def test_no_line_is_written_when_nobody_asked(app, lines):
    answer = app.test_client().get("/connexion", buffered=True)
    assert len(answer.headers["X-Request-Id"]) == 16
    assert [line for line in lines() if line.get("event") == "request"] == []


@pytest.mark.parametrize(
    ("given", "is_taken"),
    [("0123456789abcdef0123456789abcdef", True), ("a-b_c-d-e", True), ("short", False), ("a" * 65, False),
     ("with space in it", False), ("with\x0bcontrol", False), ("<script>alert(1)</script>", False), ("é" * 12, False)],
)  # fmt: skip
def test_a_number_is_taken_from_a_proxy_of_ours_when_it_is_well_formed(portal, given, is_taken):
    client = portal(trusted_proxies=1)
    assert (client.get("/connexion", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given) is is_taken
    direct = portal(trusted_proxies=0)
    assert direct.get("/connexion", headers={"X-Request-Id": given}).headers["X-Request-Id"] != given


def test_an_error_page_shows_the_number_under_which_the_fault_is_logged(portal, lines):
    answer = portal().get("/traced/broken", buffered=True)
    fault, line = lines()
    assert answer.status_code == 500
    assert fault["event"] == "request failed"
    assert line["status"] == 500
    assert fault["request_id"] == line["request_id"] == answer.headers["X-Request-Id"]
    assert fault["request_id"] in answer.text


def test_who_is_signed_in_is_a_number_and_a_style_sheet_is_nobodys(portal, lines, session):
    user = user_of(session, Role.DPO)
    token = token_for(session, user)
    session.commit()
    client = portal()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    page = client.get("/mon-compte", buffered=True)
    assert page.status_code == 200
    sheet = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
    client.get(sheet, buffered=True)
    account, asset = lines()
    assert (account["account"], account["endpoint"]) == (user.id, "identity.account")
    assert user.email not in json.dumps(account)
    assert (asset["endpoint"], asset["account"]) == ("assets", None)


def test_outside_a_request_there_is_no_number(app):
    assert request_trace.request_id() == ""
    with app.test_request_context("/"):
        assert request_trace.request_id() == ""
