"""Pages of announced changes: recorded from a text or a file, and answered; each by who may."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.changes.deadline_lines import deadline_lines
from portal.changes.letters import LetterMatter, letter_tree
from portal.changes.models import AnnouncedChange
from portal.changes.rules.life import ChangeState
from portal.changes.services import moves_of
from portal.core import mail as post
from portal.core.clock import LEGAL_ZONE
from portal.core.language import Language
from portal.paper.rules.contract_delays import DelayFigure, DelayKind, DelayUnit
from portal.paper.services import DelayWord, confirm_delay
from tests.conftest import NOW
from tests.factories.changes import TEXT, WHY, announced, decided
from tests.factories.delays import drafted_contract, unread_contract
from tests.factories.world import vendor_of, vendor_user

pytestmark = pytest.mark.both_databases


def given(vendor, **more):
    return {"vendor": vendor.name, "received_at": "2026-11-20T10:00", "text": "", **more}


def test_a_text_is_recorded_and_what_it_says_is_proposed(as_, session):
    vendor = vendor_of(session, name="Callisto")
    drafted_contract(session, vendor)
    client = as_(Role.DPO)
    path = "/changements/nouveau"
    client.get(f"{path}?sous-traitant={vendor.id}")
    client.post(path, given(vendor), status=422)
    page = client.follow(client.post(path, given(vendor, text=TEXT)))
    assert "Nordlys Mail AS" in page.words
    assert "Vous pouvez vous opposer jusqu’au 20 décembre 2026 inclus" in page.words
    assert "sans outil de transfert" in page.words


def test_a_file_is_recorded_with_its_text_and_kept(as_, session):
    vendor = vendor_of(session, name="Callisto")
    client = as_(Role.DPO)
    file = (BytesIO(TEXT.encode()), "avis.txt")
    client.get("/changements/nouveau")
    page = client.follow(client.post("/changements/nouveau", given(vendor, file=file)))
    assert "Le fichier reçu" in page.words
    [change] = session.query(AnnouncedChange)
    assert client.client.get(f"/changements/{change.id}/fichier").status_code == 200


def test_it_goes_from_lines_to_an_answer_on_its_pages(as_, session, ctx):
    vendor = vendor_of(session, name="Callisto")
    drafted_contract(session, vendor)
    change = announced(ctx, vendor)
    client = as_(Role.DPO)
    here = f"/changements/{change.id}"
    client.get(here)
    client.post(f"{here}/lignes/retenir", {})
    client.get(f"{here}/decider")
    client.post(f"{here}/decider", {"decision": "accepter", "reason": "ok"}, status=422)
    client.post(f"{here}/decider", {"decision": "accepter", "reason": WHY})
    assert client.client.get(f"{here}/lettre-fr.docx").data[:2] == b"PK"
    client.get(f"{here}/repondre")
    sent = {"how": "ailleurs", "at": NOW.astimezone(LEGAL_ZONE).strftime("%Y-%m-%dT%H:%M"), "channel": "Lettre"}
    client.post(f"{here}/repondre", {**sent, "channel": ""}, status=422)
    client.post(f"{here}/repondre", sent)
    assert "Répondu dans le délai" in client.get(here).words
    assert "Répondu dans le délai" in client.get("/changements").words
    assert "Nordlys" in client.get(f"/changements/sous-traitants/{vendor.id}").words


def test_a_line_is_corrected_and_one_is_discarded(as_, session, ctx):
    change = announced(ctx, vendor_of(session))
    first, second, _third = moves_of(ctx, change)
    client = as_(Role.DPO)
    path = f"/changements/{change.id}/lignes/{first.id}"
    seen = client.get(path).one("//input[@name='seen']").get("value")
    line = {"kind": "ajout", "name": "Nordlys Post AS", "country": "NO", "tool": "inconnu", "seen": seen}
    client.post(path, {**line, "starts_on": "2027-02-01"})
    client.post(f"/changements/{change.id}/lignes/{second.id}/ecarter", {})
    page = client.get(f"/changements/{change.id}")
    assert "Nordlys Post AS" in page.words
    assert "Écarté" in page.words


def test_without_a_contract_no_page_says_a_day(as_, session, ctx):
    change = announced(ctx, vendor_of(session))
    page = as_(Role.DPO).get(f"/changements/{change.id}")
    assert "Délai inconnu" in page.words
    assert "Vous pouvez vous opposer" not in page.words


def test_the_home_says_it_and_the_search_finds_it(as_, session, ctx):
    vendor = vendor_of(session, name="Callisto")
    drafted_contract(session, vendor)
    announced(ctx, vendor, at=NOW - timedelta(days=27))
    client = as_(Role.DPO)
    assert "répondre à un changement de sous-traitants" in client.get("/").words
    assert "Nordlys Mail AS" in client.get("/recherche?q=nordlys").words
    assert "répondre à un changement" in client.get("/agenda").words


def test_its_vendor_announces_in_its_space_and_reads_the_answer_there(as_, session, ctx):
    vendor = vendor_of(session)
    client = as_(vendor_user(session, vendor))
    client.get("/espace/changements")
    client.get("/espace/changements/annoncer")
    line = {"kind": "ajout", "name": "Twine Ltd", "country": "IE", "tool": "inconnu"}
    client.post("/espace/changements/annoncer", {**line, "name": ""}, status=422)
    page = client.follow(client.post("/espace/changements/annoncer", line))
    assert "Twine Ltd" in page.words
    [change] = session.query(AnnouncedChange)
    assert change.state is ChangeState.RECEIVED
    client.get(f"/espace/changements/{change.id}/societe")
    client.post(f"/espace/changements/{change.id}/societe", {**line, "name": "Borealis"})
    assert "Borealis" in client.get(f"/espace/changements/{change.id}").words


@pytest.mark.parametrize("role", [Role.EXPERT, Role.ADMIN])
def test_who_has_no_business_there_sees_nothing(as_, session, ctx, role):
    change = decided(ctx, vendor_of(session))
    as_(role).get(f"/changements/{change.id}", status=403)


def test_the_address_of_a_vendor_s_announcements_is_shown_to_who_may_study_them_and_where_a_box_is_set(
    as_, app, session, monkeypatch
):
    vendor = vendor_of(session, name="Callisto")
    path = f"/changements/sous-traitants/{vendor.id}"
    assert "annonces+cs-" not in as_(Role.DPO).get(path).text
    told = replace(app.extensions["vigie.settings"], changes_url="/box", changes_to="annonces@ville.fr")
    monkeypatch.setitem(app.extensions, "vigie.settings", told)
    assert f"annonces+cs-{vendor.id}-" in as_(Role.DPO).get(path).text
    assert "annonces+cs-" not in as_(Role.MANAGEMENT).get(path).text


def test_a_delay_in_hours_is_never_said_to_last_the_whole_day(as_, session, ctx):
    """On the page, in the letter and in the messages: the contract lets us object until an hour of that day."""
    vendor = vendor_of(session, name="Callisto")
    row = unread_contract(session, vendor)
    word = DelayWord(DelayFigure(48, DelayUnit.HOURS), "sous 48 heures")
    confirm_delay(Context(session, SYSTEM, ctx.now), row, DelayKind.OBJECTION, word)
    change = decided(ctx, vendor, at=datetime(2026, 11, 24, 8, 30, tzinfo=UTC))
    session.commit()
    words = as_(Role.DPO).get(f"/changements/{change.id}").words
    assert "Vous pouvez vous opposer jusqu’au 26 novembre 2026 à 09:30, heure de Paris." in words
    assert "26 novembre 2026 inclus" not in words
    matter = LetterMatter(change, [], "Verdelet", "X", deadline_lines(ctx, vendor.id, change.received_at), ctx.now)
    for language, until in ((Language.FR, "à 09:30 (heure de Paris)"), (Language.EN, "at 09:30 (Paris time)")):
        assert until in str(letter_tree(matter, language))
        values = {"vendor": "V", "title": "T", "last": "2026-11-26", "hour": "09:30", "what": "near"}
        for template in ("notice_deadline", "notice_declared", "notice_asked"):
            letter = post.render(f"changes/emails/{template}", language, values)
            assert until in letter.subject + letter.body
            assert "inclu" not in letter.subject + letter.body
