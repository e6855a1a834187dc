import pytest
from flask import session as cookie

from portal.authz.policy import Role
from portal.core.language import Language, say
from portal.web.text import _, current_language, lazy, ngettext, said
from tests.factories.people import user_of
from tests.pages import PageClient


@pytest.mark.parametrize(
    ("asked", "language"),
    [("en-GB,en;q=0.9", "en"), ("fr-CA", "fr"), ("de,en;q=0.5", "en"), ("de", "fr"), ("", "fr"), ("*", "fr")],
)
def test_a_stranger_reads_the_language_their_browser_asks_for_else_french(app, asked, language):
    with app.test_request_context("/", headers={"Accept-Language": asked}):
        assert current_language().value == language


@pytest.mark.parametrize(("chosen", "language"), [("fr", "fr"), ("en", "en"), ("xx", "en"), (None, "en")])
def test_the_choice_made_in_this_browser_comes_first_and_an_unknown_one_is_none(app, chosen, language):
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        cookie["language"] = chosen
        assert current_language().value == language


def test_the_language_of_the_account_comes_before_that_of_the_browser(app, session):
    client = PageClient(app, user_of(session, Role.DPO, language=Language.EN))
    assert client.get("/mon-compte", headers={"Accept-Language": "fr"}).tree.get("lang") == "en"


def test_outside_a_request_the_portal_speaks_french():
    assert current_language() is Language.FR
    assert said("L'avis") == "L’avis"


def test_pages_lazy_labels_and_sentences_read_one_catalogue_with_french_typography(app):
    with app.test_request_context("/", headers={"Accept-Language": "fr"}):
        printed = "L’avis\u202f: non"
        assert _("L'avis : non") == str(lazy("L'avis : non")) == said("L'avis : non") == printed
        assert said(say("L'avis : %(x)s", x="non")) == said(lazy("L'avis : non")) == printed
        assert ngettext("%(num)s page", "%(num)s pages", 0) == "0 page"
