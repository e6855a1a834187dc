"""One of ours sees a vendor's pages as it does: the same page, nothing written, each beginning in the journal."""

import re

import pytest
from sqlalchemy import select

from portal.audits.models import Answer
from portal.authz.policy import Role
from portal.journal.models import JournalEntry
from portal.web import guard


@pytest.fixture
def seeing(as_, space):
    """A data protection officer who looks at the vendor's space."""
    client = as_(Role.DPO)
    client.post(f"/vu-par-le-prestataire/{space.vendor.id}", {}, page="/mon-compte")
    return client


def _body(page):
    """What a page says and asks below its head, but for what names its reader or changes at each request."""
    main = page.tree.xpath("//main")[0].text_content()
    return " ".join(re.sub(r"Bonjour[\w\s]*", "", main).split())


def test_the_pages_are_those_of_the_vendor_word_for_word(seeing, page, space):
    base = f"/espace/audits/{space.audit.id}"
    for path in ("/espace/", base, f"{base}/sections/a", f"{base}/echanges/a.choix", f"{base}/envoi"):
        ours, theirs = seeing.get(path), page.get(path)
        assert ours.all("//main//form/@action") == theirs.all("//main//form/@action")
        if path != "/espace/":
            assert _body(ours) == _body(theirs)
        assert "Rien ne s’y écrit" in ours.words
        assert "Rien ne s’y écrit" not in theirs.words


def test_it_is_in_the_journal_and_ends(session, seeing, space):
    found = session.scalars(select(JournalEntry).where(JournalEntry.action == "vendor.seen_as")).one()
    assert found.vendor_id == space.vendor.id
    seeing.post("/vu-par-le-prestataire/fin", {}, page="/mon-compte")
    seeing.get("/espace/", status=403)


def test_nothing_can_be_written_by_any_address_of_the_space(app, session, seeing, space):
    token, asked = seeing.csrf("/espace/"), 0
    numbers = {"audit_id": space.audit.id, "section_key": "a", "question": "a.choix", "number": 1}
    before = session.query(JournalEntry).count()
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] != "vendor_space" or "POST" not in (rule.methods or set()):
            continue
        if guard.declared(app, rule.endpoint) in {guard.PUBLIC, "account:self"}:
            continue
        path = rule.build({name: numbers.get(name, 1) for name in rule.arguments})[1]
        found = seeing.client.post(path, data={"csrf_token": token, "a.choix:base": "0.", "a.choix": "nous"})
        assert found.status_code == 403, path
        asked += 1
    assert asked > 20
    assert session.scalars(select(Answer)).all() == []
    assert session.query(JournalEntry).count() == before


def test_what_a_page_would_write_while_it_is_read_is_taken_back(app, session, seeing, space, monkeypatch):
    def writing(audit_id):
        current = guard.current()
        current.session.add(Answer(audit_id=audit_id, question_key="z", value={"v": "x"}, updated_at=current.now))
        current.session.flush()
        return "<h1>écrit</h1>"

    writing.__permission__ = app.view_functions["vendor_space.audit"].__permission__
    monkeypatch.setitem(app.view_functions, "vendor_space.audit", writing)
    assert seeing.client.get(f"/espace/audits/{space.audit.id}").status_code == 200
    assert session.scalars(select(Answer)).all() == []


def test_only_who_sees_every_vendor_may_and_for_half_an_hour(session, as_, space, move_time, seeing):
    for role in (Role.BUYER, Role.MANAGEMENT, Role.EXPERT, Role.ADMIN):
        as_(role).post(f"/vu-par-le-prestataire/{space.vendor.id}", {}, page="/mon-compte", status=403)
    as_(space.admin).post(f"/vu-par-le-prestataire/{space.vendor.id}", {}, page="/espace/", status=403)
    as_(Role.LEGAL).post("/vu-par-le-prestataire/99999", {}, page="/mon-compte", status=404)
    move_time(minutes=31)
    seeing.get("/espace/", status=403)
