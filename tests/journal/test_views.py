from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from portal.authz.policy import GRANTS, Permission, Role
from portal.core.clock import now
from portal.core.language import Sentence
from portal.identity import services as identity
from portal.journal import services, views
from portal.journal.models import JournalEntry
from portal.journal.nightly_checks import note_check
from portal.journal.rules import ChainReport
from tests.factories.people import user_of
from tests.factories.signing import with_seal_key
from tests.factories.tampering import tamper
from tests.factories.things import Thing

READERS = [role for role, grants in GRANTS.items() if Permission.JOURNAL_VIEW in grants and role is not Role.SYSTEM]


@pytest.fixture
def dpo(as_):
    return as_(Role.DPO)


@pytest.mark.parametrize("role", [r for r in Role if r not in {Role.SYSTEM, Role.ANONYMOUS}])
def test_the_journal_is_for_those_who_may_read_it(as_, role):
    for path in ("/journal", "/journal/verification"):
        as_(role).get(path, status=200 if role in READERS else 403)


def test_an_empty_journal_says_what_will_stand_there(as_, session):
    page = as_(Role.DPO).get("/journal")
    assert "Rien n’a encore été écrit" in page.words


def test_entries_are_shown_with_author_object_and_what_changed(as_, ctx, session):
    user = user_of(session, Role.LEGAL, name="Jeanne Roy")
    identity.describe_self(identity.as_user(ctx, user), user, name="Jeanne Le Roy", language=user.language)
    session.commit()
    page = as_(Role.DPO).get("/journal")
    assert "Compte modifié par son titulaire" in page.words
    assert page.one("del").text_content().split() == ["avant", "Jeanne", "Roy"]
    assert page.one("ins").text_content().split() == ["après", "Jeanne", "Le", "Roy"]
    assert "Jeanne Roy (Juriste)" in page.words


def test_what_an_entry_says_is_never_markup(dpo, ctx, session):
    services.record(ctx, "<b>", Thing(1, "<script>alert(1)</script>"), after={"<i>": "<u>"})
    session.commit()
    page = dpo.get("/journal")
    assert not page.all("//main//b | //main//script | //main//i | //main//u")
    assert "<script>alert(1)</script>" in page.words


def test_it_is_filtered_by_words_subject_and_days_and_paged(dpo, written):
    written(120)
    page = dpo.get("/journal?q=chose+120")
    assert len(page.all("//ol[@class='timeline']/li")) == 1
    assert "Page 3 sur 3" in dpo.get("/journal?page=3").words
    assert "120 écritures" in dpo.get("/journal?du=2026-11-24&au=2026-11-24").words
    assert dpo.get("/journal?du=25/11/2026").words == dpo.get("/journal?du=2026-11-25").words
    for nothing in ("?objet=user", "?au=2026-11-23", "?q=absente"):
        assert "Aucune écriture ne répond" in dpo.get("/journal" + nothing).words


@pytest.mark.parametrize("query", ["?du=hier", "?page=0", "?page=-4", "?page=abc", "?prestataire=x", "?objet=%25"])
def test_a_query_that_means_nothing_breaks_nothing(dpo, written, query):
    written(1)
    dpo.get("/journal" + query)


def test_an_entry_changed_in_the_table_is_named_on_the_page(dpo, written, session):
    written(5)
    tamper(session, update(JournalEntry).where(JournalEntry.id == 3).values(actor_name="Autre"))
    session.commit()
    page = dpo.get("/journal")
    assert "L’écriture n° 3 ne correspond plus à son empreinte" in page.words
    assert len(page.all("//li[contains(@class,'timeline__entry--danger')]")) == 1


def test_a_line_is_made_once_for_each_language_and_again_as_soon_as_its_content_has_changed(
    dpo, as_, written, session, monkeypatch
):
    """What is kept by its hash is shown only while the content is what the hash says."""
    written(3)
    views.LINES.forget()
    made, really = [], views.shown_entry
    monkeypatch.setattr(views, "shown_entry", lambda entry, **more: (made.append(entry.id), really(entry, **more))[1])
    lines = dpo.get("/journal").one("ol.timeline").text_content()
    assert as_(Role.DPO).get("/journal").one("ol.timeline").text_content() == lines
    assert sorted(made) == [1, 2, 3]
    tamper(session, update(JournalEntry).where(JournalEntry.id == 2).values(object_label="Réécrit"))
    session.commit()
    assert "Réécrit" in dpo.get("/journal").words
    assert sorted(made) == [1, 2, 2, 3]
    dpo.post("/langue", {"language": "en", "next": "/journal"}, page="/mon-compte")
    dpo.get("/journal")
    assert len(made) > 4


def test_the_end_of_the_chain_is_shown_with_its_fingerprint(dpo, written):
    last = written(4)[-1]
    page = dpo.get("/journal")
    assert "écriture n° 4" in page.words
    assert page.all("//button[@data-portal-copy]")[0].get("data-portal-copy") == last.hash


def test_the_chain_is_re_read_on_request_and_its_first_break_named(dpo, written, session):
    written(4)
    page = dpo.get("/journal/verification")
    assert "La chaîne est intacte" in page.words
    assert "de la n° 1 à la n° 4" in page.words
    tamper(session, delete(JournalEntry).where(JournalEntry.id == 2))
    session.commit()
    page = dpo.get("/journal/verification")
    assert "La chaîne est rompue" in page.words
    assert "L’écriture n° 2 manque" in page.words


def test_the_page_costs_the_same_whatever_the_length_of_the_journal(dpo, written, statements):
    written(60)
    statements.clear()
    dpo.get("/journal")
    few = len(statements)
    written(600)
    statements.clear()
    dpo.get("/journal")
    assert len(statements) == few


def test_an_entry_has_a_page_from_which_it_is_proved(dpo, written, ctx, monkeypatch, tmp_path):
    with_seal_key(ctx, monkeypatch, tmp_path)
    written(3)
    page = dpo.get("/journal/2")
    assert "Écriture n° 2" in page.words
    assert dpo.get("/journal").one("//a[@href='/journal/2']").text_content()
    proof = dpo.post("/journal/2/preuve", {}, status=200)
    assert proof.response.headers["Content-Disposition"] == 'attachment; filename="preuve-ecriture-2.json"'
    dpo.get("/journal/99", status=404)
    dpo.post("/journal/99/preuve", {}, status=404)


def test_without_a_key_nothing_is_proved_and_it_is_said(dpo, written):
    written(1)
    sent = dpo.post("/journal/1/preuve", {}, status=302)
    assert "Le cachet n’a pas de clé" in dpo.follow(sent).words
    assert "Le cachet n’a pas de clé" in dpo.follow(dpo.get("/journal/verificateur", status=302)).words


def test_the_page_of_an_entry_that_was_changed_says_so(dpo, written, session):
    written(2)
    tamper(session, update(JournalEntry).where(JournalEntry.id == 1).values(actor_name="Autre"))
    session.commit()
    assert "ne correspond plus à son empreinte" in dpo.get("/journal/1").words


def test_the_page_says_what_the_night_found_and_is_green_of_nothing_else(as_, ctx, written, session):
    last = written(3)[-1]
    assert "Jamais vérifié" in as_(Role.DPO).get("/journal").words
    note_check(replace(ctx, now=now()), ChainReport(3, last.hash, None), [])
    session.commit()
    page = as_(Role.DPO).get("/journal")
    assert "jusqu’à l’écriture n° 3" in page.words.replace("\xa0", " ")
    assert "callout--ok" in page.text
    broken = [("changed", Sentence("L'écriture n° %(id)s a été modifiée après coup.", {"id": 2}))]
    for at, found, words in (
        (now() - timedelta(days=3), [], "Pas vérifié depuis le"), (now() + timedelta(days=1), [], "Pas vérifié"),
        (now(), broken, "n° 2 a été modifiée après coup"),
    ):  # fmt: skip
        note_check(replace(ctx, now=at), ChainReport(3, last.hash, None), found)
        session.commit()
        page = as_(Role.DPO).get("/journal")
        assert words in page.words.replace("\xa0", " ")
        assert "callout--ok" not in page.text
