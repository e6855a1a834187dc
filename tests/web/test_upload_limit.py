"""What a request may send, by who sends it: nothing of a body that is too much is read."""

import pytest

from portal.authz.policy import Role
from portal.identity.models import LoginSession
from portal.web.upload_limit import FORM_FIELDS, PUBLIC_BYTES, PUBLIC_FIELDS

FORM = "application/x-www-form-urlencoded"


class _Unread:
    """A body that nobody may read."""

    def read(self, *_size):
        raise AssertionError("the body was read")

    readline = read


def _post(client, path, size, **more):
    length = {} if size is None else {"CONTENT_LENGTH": str(size)}
    body = {"wsgi.input": _Unread(), "CONTENT_TYPE": FORM, **length}
    return client.post(path, environ_overrides=body, **more)


@pytest.mark.parametrize("path", ["/connexion", "/langue", "/nulle-part"])
def test_a_stranger_s_large_form_is_refused_before_it_is_read(app, path):
    assert _post(app.test_client(), path, PUBLIC_BYTES + 1).status_code == 413
    assert _post(app.test_client(), path, 3_900_000, headers={"Accept": "application/json"}).is_json


def test_whoever_sends_too_much_reads_how_much_and_where_the_form_is(app, as_):
    page = _post(app.test_client(), "/connexion", PUBLIC_BYTES + 1, headers={"Accept-Language": "fr"}).text
    assert "64\u00a0ko au plus" in page
    assert "Revenez en arrière" in page
    sent = _post(as_(Role.DPO).client, "/sous-traitants/import", 900_000_000).text
    assert "500\u00a0Mo au plus" in sent
    asked = _post(as_(Role.DPO).client, "/sous-traitants/import", 900_000_000, headers={"Accept": "application/json"})
    assert "500\u00a0Mo" in asked.json["error"]
    assert "arrière" not in asked.json["error"], "a script of the page has left it open"


def test_a_public_page_takes_no_more_from_who_is_signed_in(as_):
    assert _post(as_(Role.DPO).client, "/connexion", PUBLIC_BYTES + 1).status_code == 413


def test_a_signed_cookie_whose_session_is_over_is_worth_nothing(as_, session):
    dpo = as_(Role.DPO)
    body = b"name=" + b"x" * PUBLIC_BYTES
    assert dpo.client.post("/sous-traitants/nouveau", data=body, content_type=FORM).status_code == 400, "no token"
    session.query(LoginSession).delete()
    session.commit()
    for path in ("/sous-traitants/nouveau", "/sous-traitants/import"):
        assert _post(dpo.client, path, PUBLIC_BYTES + 100).status_code == 413


def test_the_number_of_fields_is_limited_whatever_their_size(app, as_):
    fields = {f"a{n}": "" for n in range(PUBLIC_FIELDS + 1)}
    stranger, dpo = app.test_client(), as_(Role.DPO).client
    assert stranger.post("/connexion", data=fields).status_code == 413
    assert stranger.post("/connexion", data=fields, content_type="multipart/form-data").status_code == 413
    many = b"&".join(b"a=" for _ in range(FORM_FIELDS))
    assert dpo.post("/sous-traitants/nouveau", data=many, content_type=FORM).status_code == 400, "no token"
    assert dpo.post("/sous-traitants/nouveau", data=many + b"&a=", content_type=FORM).status_code == 413


def test_a_body_that_does_not_say_its_size_is_not_read(app):
    found = _post(app.test_client(), "/connexion", None, headers={"Transfer-Encoding": "chunked"})
    assert found.status_code == 411


@pytest.mark.parametrize("path", ["/connexion?next=a%00b", "/sous-traitants?q=%00"])
def test_an_address_that_holds_nothing_s_sign_is_refused(app, path):
    assert app.test_client().get(path).status_code == 400
