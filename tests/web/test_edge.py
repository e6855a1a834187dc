"""The edge: what a request leaves behind, whatever its end; headers; limits; error answers."""

import gc
import json
import re

import pytest
from flask import Blueprint, abort, request
from sqlalchemy import select
from werkzeug.exceptions import TooManyRequests

from portal.app import create_app
from portal.authz.policy import Permission, Role
from portal.core import process
from portal.core.db import Database
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.files import Damaged, Unavailable
from portal.core.stored import StoredFile
from portal.web import edge
from portal.web.guard import public, requires, takes_files
from tests.conftest import NOW, settings_for
from tests.factories.people import user_of
from tests.pages import PageClient

TOO_LARGE = "Cet envoi est trop volumineux, 6\u00a0Mo au plus : rien n’a été enregistré."
bp = Blueprint("probe", __name__, url_prefix="/probe")
ENDINGS = {
    "ok": lambda: "ok",
    "redirect": lambda: ("", 302),
    "422": lambda: ("no", 422),
    "refused": lambda: (_ for _ in ()).throw(Refused("L'avis : non.")),
    "missing": lambda: (_ for _ in ()).throw(NotFound("Absent.")),
    "forbidden": lambda: (_ for _ in ()).throw(Forbidden("Interdit.")),
    "abort": lambda: abort(409),
    "teapot": lambda: abort(418),
    "later": lambda: (_ for _ in ()).throw(TooManyRequests(retry_after=30)),
    "away": lambda: (_ for _ in ()).throw(Unavailable("Le coffre ne répond pas.")),
    "damaged": lambda: (_ for _ in ()).throw(Damaged("Ce fichier a été altéré.")),
    "crash": lambda: (_ for _ in ()).throw(RuntimeError("it broke")),
}


def leave(ending):
    password = "correct horse battery"
    edge.db_session().add(a_file("probe"))
    edge.db_session().flush()
    assert password
    return ENDINGS[ending]()


def a_file(key):
    return StoredFile(key=key, sha256="0" * 64, size=1, media_type="text/plain", filename="f", created_at=NOW)


@bp.post("/keep/<ending>")
@public
def keep(ending):
    edge.commit_despite_error()
    return leave(ending)


@bp.post("/fails-at-commit")
@public
def fails_at_commit():
    edge.db_session().add(a_file("probe"))
    edge.db_session().flush()
    edge.db_session().add(StoredFile(key="hush-token"))
    return "ok"


@bp.post("/files")
@requires(Permission.ACCOUNT_SELF)
@takes_files
def files():
    return str(len(request.files["f"].read()))


bp.add_url_rule("/<ending>", "leave", public(leave), methods=["POST"])


@pytest.fixture(scope="module")
def application(tmp_path_factory, engine, portal_settings):
    """The portal as in production, with a few pages that end badly and no form to forge."""
    told = settings_for(tmp_path_factory.mktemp("edge"), portal_settings.database_url, upload_max_bytes=6 * 1024 * 1024)
    made = create_app(told, Database(engine))
    made.config.update(TESTING=False, WTF_CSRF_ENABLED=False)
    made.register_blueprint(bp)
    yield made
    process.prepare(portal_settings)


@pytest.fixture
def app(application, database):
    application.extensions["vigie.database"] = database
    return application


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def written(session):
    def look():
        session.expire_all()
        return bool(session.scalars(select(StoredFile.id).where(StoredFile.key == "probe")).first())

    return look


@pytest.mark.parametrize("ending", ["ok", "redirect"])
def test_an_answer_below_400_commits(client, written, ending):
    assert client.post(f"/probe/{ending}").status_code < 400
    assert written()


@pytest.mark.parametrize(
    ("ending", "status"),
    [("422", 422), ("refused", 422), ("missing", 404), ("forbidden", 403), ("abort", 409), ("teapot", 418),
     ("later", 429), ("away", 503), ("damaged", 500), ("crash", 500)],
)  # fmt: skip
def test_any_other_answer_leaves_nothing(client, written, ending, status):
    assert client.post(f"/probe/{ending}").status_code == status
    assert not written()


@pytest.mark.parametrize("ending", ["422", "refused", "abort", "later", "away", "damaged"])
def test_what_must_be_counted_is_kept_although_the_answer_is_an_error(client, written, ending):
    assert client.post(f"/probe/keep/{ending}").status_code >= 400
    assert written()


def test_a_crash_keeps_nothing_even_of_what_must_be_counted(client, written):
    assert client.post("/probe/keep/crash").status_code == 500
    assert not written()


def test_a_failure_at_commit_leaves_nothing_and_is_told_like_any_crash(client, written, capsys):
    answer = client.post("/probe/fails-at-commit")
    assert answer.status_code == 500
    assert not written()
    reference = re.search(r"Référence\s*: ([0-9a-f]{16})", answer.text)[1]
    logged = capsys.readouterr().err
    assert reference in logged
    assert "hush-token" not in logged


def test_a_crash_page_shows_a_reference_and_no_trace_and_the_log_no_value(client, capsys):
    answer = client.post("/probe/crash", data={"password": "open sesame"})
    reference = re.search(r"Référence\s*: ([0-9a-f]{16})", answer.text)[1]
    assert not re.search("Traceback|RuntimeError|it broke|test_edge", answer.text)
    logged = capsys.readouterr().err
    (entry,) = [json.loads(line) for line in logged.splitlines() if line.startswith("{")]
    assert (entry["request_id"], entry["endpoint"]) == (reference, "probe.leave")
    assert entry["exception"][0]["exc_value"] == "it broke"
    assert "correct horse" not in logged
    assert "open sesame" not in logged


@pytest.mark.parametrize("headers", [{"Accept": "application/json"}, {"X-Requested-With": "fetch"}])
def test_our_scripts_get_json(client, headers):
    assert client.post("/probe/refused", headers=headers).json == {"error": "L’avis\u202f: non."}
    assert "Référence" in client.post("/probe/crash", headers=headers).json["error"]


def test_a_person_gets_a_page_with_a_sentence_even_for_a_rare_error(client):
    for ending in ("refused", "teapot", "abort"):
        answer = client.post(f"/probe/{ending}", headers={"Accept": "text/html"})
        assert "<h1" in answer.text
    assert "La demande n’a pas été comprise." in client.post("/probe/teapot").text


def test_a_wrong_method_is_told_which_ones_are_right(client):
    answer = client.get("/probe/files")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


def test_a_caller_who_must_wait_is_told_how_long(client):
    assert client.post("/probe/later").headers["Retry-After"] == "30"


def test_each_answer_has_a_nonce_of_its_own_and_no_lax_source(client):
    policies = [client.get("/connexion").headers["Content-Security-Policy"] for _ in range(5)]
    nonces = {re.search(r"'nonce-([\w-]{20,})'", policy)[1] for policy in policies}
    assert len(nonces) == 5
    for policy in policies:
        assert "default-src 'none'" in policy
        assert not re.search(r"unsafe-|\*|https?:", policy)


def test_errors_carry_the_headers_of_any_page(client):
    for answer in (client.get("/nowhere"), client.post("/probe/crash"), client.post("/probe/fails-at-commit")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_browsers_are_held_to_tls_only_over_tls(client):
    assert "Strict-Transport-Security" not in client.get("/connexion").headers
    secure = client.get("/connexion", base_url="https://vigie.exemple.test")
    assert "max-age=31536000" in secure.headers["Strict-Transport-Security"]


def test_pages_are_never_kept_by_a_cache_and_assets_may_be(client):
    assert client.get("/connexion").headers["Cache-Control"] == "no-store"
    asset = re.search(r'href="(/static/[^"]+\.css[^"]*)"', client.get("/connexion").text)[1]
    with client.get(asset) as served:
        assert served.status_code == 200
        assert "no-store" not in served.headers.get("Cache-Control", "")


def multipart(size):
    """A body written by hand: the test client would spool a large one into a file that it never closes."""
    head = b'--limit\r\nContent-Disposition: form-data; name="f"; filename="f.bin"\r\n\r\n'
    return {"data": head + b"x" * size + b"\r\n--limit--\r\n", "content_type": "multipart/form-data; boundary=limit"}


def upload(client, size, **headers):
    return client.post("/probe/files", headers=headers, **multipart(size))


def test_a_page_of_files_takes_what_the_settings_allow_from_who_is_signed_in(app, session):
    client = PageClient(app, user_of(session, Role.DPO)).client
    assert upload(client, 5_500_000).text == "5500000"
    refused = upload(client, 11_000_000)
    assert refused.status_code == 413
    assert TOO_LARGE in refused.text
    assert upload(client, 11_000_000, Accept="application/json").json == {"error": TOO_LARGE}
    gc.collect()


def test_a_stranger_may_send_no_file(app, client):
    app.config["WTF_CSRF_ENABLED"] = True  # it reads the form before the guard speaks
    try:
        assert upload(client, 5_500_000).status_code == 413
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert upload(client, 100).status_code == 401
    assert client.post("/probe/ok", data=b"x" * 100).status_code == 200
    gc.collect()


def test_an_ordinary_page_takes_no_file_even_from_who_is_signed_in(app, session):
    client = PageClient(app, user_of(session, Role.DPO)).client
    answer = client.post("/langue", **multipart(5_500_000))
    assert answer.status_code == 413
    gc.collect()


@pytest.mark.parametrize(
    ("ending", "title"), [("away", "Service indisponible"), ("damaged", "Une panne de notre côté")]
)
def test_a_store_that_fails_says_so_on_a_page_and_in_the_log(client, capsys, ending, title):
    answer = client.post(f"/probe/{ending}")
    assert f"<h1>{title}</h1>" in answer.text
    (entry,) = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    assert (entry["level"], entry["endpoint"]) == ("error", "probe.leave")
    assert entry["why"] in answer.text


def test_the_transaction_ends_before_anything_else_is_done_to_an_answer(app):
    """What compresses or signs an answer, in whatever file, keeps nobody from writing."""
    assert app.after_request_funcs[None][-1] is edge._close
