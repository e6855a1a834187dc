import re

import pytest
from flask import g, url_for

from portal.app import NAVIGATION
from portal.authz.policy import Role
from portal.core.language import Language
from portal.web import frame
from tests.factories.world import user_of


def menu_of(client, path):
    html = client.get(path).text
    return re.search(r'id="menu-principal">(.*?)</nav>', html, re.DOTALL)[1]


@pytest.fixture
def kept(app):
    found = app.extensions["vigie.frame"]
    found.forget()
    return found


def test_a_menu_is_put_into_words_once_for_those_who_see_the_same(as_, kept):
    first, second = as_(Role.DPO), as_(Role.DPO)
    assert menu_of(first, "/audits") == menu_of(second, "/audits")
    assert len(kept.pieces()) == 1
    assert menu_of(first, "/contrats") != menu_of(second, "/audits")
    assert len(kept.pieces()) == 2


def test_who_may_open_less_is_never_shown_the_menu_of_who_may_open_more(as_, kept):
    of_dpo = menu_of(as_(Role.DPO), "/sous-traitants")
    of_buyer = menu_of(as_(Role.BUYER), "/sous-traitants")
    assert "/journal" in of_dpo
    assert of_buyer != of_dpo
    assert menu_of(as_(Role.DPO), "/sous-traitants") == of_dpo


def test_the_place_and_the_language_of_a_menu_are_those_of_its_page(session, as_, kept):
    french = user_of(session, Role.DPO)
    english = user_of(session, Role.DPO, language=Language.EN)
    here = re.compile(r'href="/audits"\s+aria-current="page"')
    assert here.search(menu_of(as_(french), "/audits"))
    assert not here.search(menu_of(as_(french), "/contrats"))
    assert here.search(menu_of(as_(english), "/audits"))
    assert "Constats" in menu_of(as_(french), "/audits")
    assert "Findings" in menu_of(as_(english), "/audits")


def test_under_the_address_of_a_drill_nothing_of_the_true_pages_is_kept(app, kept):
    for root in ("", "/exercice/12"):
        with app.test_request_context("/audits", base_url=f"http://localhost{root}"):
            assert frame.kept("menu", lambda root=root: f"<a href='{root}/audits'>") == f"<a href='{root}/audits'>"


def test_what_is_kept_holds_nothing_of_a_request(app, as_, kept):
    client = as_(Role.DPO)
    with app.test_request_context():
        paths = [url_for(entry.endpoint) for entry in NAVIGATION[:6]]
    for path in paths:
        client.get(path)
    written = "".join(kept.pieces())
    assert written
    assert not re.search(r"csrf|nonce|@", written)


def test_the_macros_of_a_template_are_set_up_once(app):
    template = app.jinja_env.get_template("macros/shell.html")
    with app.test_request_context():
        g.language = Language.FR
        page = app.jinja_env.from_string('{% from "macros/shell.html" import nav_groups %}{{ nav_groups([]) }}')
        module = template.module
        assert page.render() == page.render()
        assert template.module is module
