import pytest
from flask import render_template_string
from flask import session as cookie

from portal.authz.policy import Role
from portal.core.language import Language, say
from portal.web.text import _, change_language, current_language, lazy, ngettext, said
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


def test_a_language_changed_within_a_request_is_that_of_its_answer_and_of_the_next(app):
    with app.test_request_context("/", headers={"Accept-Language": "fr"}):
        assert (current_language(), said("Nom")) == (Language.FR, "Nom")
        change_language(Language.EN)
        assert (current_language(), said("Nom")) == (Language.EN, "Name")
        assert cookie["language"] == "en"


def test_what_a_page_says_is_markup_and_what_it_says_it_of_is_not(app):
    says = (
        "{{ _('L\\'avis : <b>%(x)s</b>, 5 %%', x=name) }}",
        "{{ _('5 %%') }}",
        "{{ ngettext('%(num)s %(x)s', '%(num)s %(x)ss', 2, x=name) }}",
    )
    with app.test_request_context("/", headers={"Accept-Language": "fr"}):
        first, second, third = (render_template_string(one, name="<i>") for one in says)
    assert first == "L’avis\u202f: <b>&lt;i&gt;</b>, 5\u202f%"
    assert second == "5\u202f%"
    assert third == "2 &lt;i&gt;s"


def test_the_same_sentence_reads_in_the_language_of_each_reader_in_turn(app):
    found = []
    for language in ("fr", "en", "fr"):
        with app.test_request_context("/", headers={"Accept-Language": language}):
            found.append(render_template_string("{{ _('Nom') }}"))
    assert found == ["Nom", "Name", "Nom"]


@pytest.mark.parametrize(
    ("language", "told"), [("fr", "12\u202f000 points, de 2\u202f000"), ("en", "12,000 points, de 2,000")]
)
def test_a_page_groups_the_thousands_of_what_it_counts(app, language, told):
    source = """{{ ngettext("%(num)s point", "%(num)s points", 12000) }}, {{ _("de %(most)s", most=2000) }}"""
    with app.test_request_context("/", headers={"Accept-Language": language}):
        assert render_template_string(source) == told
        assert f"{ngettext('%(num)s point', '%(num)s points', 12000)}, de" in told


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", "Plan d’A&amp;B, 2 lignes d’A&amp;B, Plan d’A&B"),
        ("en", "Plan of A&amp;B, 2 lignes de A&amp;B, Plan of A&B"),
    ],
)
def test_a_page_elides_before_a_name_in_french_alone_and_escapes_it(app, language, told):
    source = """{{ _("Plan de %(vendor)s", vendor="A&B") }}, {{
        ngettext("%(num)s ligne de %(vendor)s", "%(num)s lignes de %(vendor)s", 2, vendor="A&B") }}"""
    with app.test_request_context("/", headers={"Accept-Language": language}):
        assert f"{render_template_string(source)}, {_('Plan de %(vendor)s', vendor='A&B')}" == told
