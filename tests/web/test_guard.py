import pytest
from flask import Blueprint, Flask

from portal.app import create_app
from portal.authz.policy import Permission, Role
from portal.core import process
from portal.core.db import Database
from portal.web import guard
from portal.web.guard import public, requires
from tests.conftest import settings_for
from tests.factories.people import user_of
from tests.pages import PageClient

bp = Blueprint("guarded", __name__, url_prefix="/guarded")
bp.add_url_rule("/nothing", "nothing", lambda: "shown")
bp.add_url_rule("/nonsense", "nonsense", lambda: "shown")
bp.add_url_rule("/open", "open", public(lambda: "shown"))
bp.add_url_rule("/users", "users", requires(Permission.USER_MANAGE)(lambda: "shown"), methods=["GET", "POST"])


@pytest.fixture(scope="module")
def application(tmp_path_factory, engine, portal_settings):
    made = create_app(settings_for(tmp_path_factory.mktemp("guard"), portal_settings.database_url), Database(engine))
    made.config.update(TESTING=False, WTF_CSRF_ENABLED=False)
    made.register_blueprint(bp)
    made.view_functions["guarded.nonsense"].__permission__ = "user:manage"
    yield made
    process.prepare(portal_settings)


@pytest.fixture
def app(application, database):
    application.extensions["vigie.database"] = database
    return application


def test_an_endpoint_that_declares_nothing_is_an_error_for_everyone(app, session):
    for user in (None, user_of(session, Role.ADMIN)):
        client = PageClient(app, user).client
        for path in ("/guarded/nothing", "/guarded/nonsense"):
            answer = client.get(path)
            assert answer.status_code == 500
            assert "shown" not in answer.text


def test_a_forgotten_endpoint_stops_the_start():
    forgetful = Flask("forgetful")
    forgetful.add_url_rule("/a", "b.a", lambda: "")
    forgetful.add_url_rule("/c", "c", public(lambda: ""))
    with pytest.raises(RuntimeError, match=r"declare no permission: b\.a$"):
        guard.assert_all_declared(forgetful)


def test_a_public_page_asks_nothing(app):
    assert app.test_client().get("/guarded/open").text == "shown"


def test_a_stranger_is_led_to_sign_in_and_back(app):
    answer = app.test_client().get("/guarded/users?page=2&q=a")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/connexion?next=/guarded/users?page%3D2%26q%3Da"


def test_a_script_or_a_post_of_a_stranger_gets_401_with_a_sentence(app):
    client = app.test_client()
    assert client.post("/guarded/users").status_code == 401
    answer = client.get("/guarded/users", headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 401
    assert "Votre session a pris fin" in answer.json["error"]


@pytest.mark.parametrize(("role", "status"), [(Role.ADMIN, 200), (Role.DPO, 403), (Role.VENDOR_ADMIN, 403)])
def test_a_role_without_the_permission_is_stopped_before_the_view(app, session, role, status):
    facts = {} if role is Role.ADMIN else {"password_hash": "x"}
    assert PageClient(app, user_of(session, role, **facts)).client.get("/guarded/users").status_code == status
