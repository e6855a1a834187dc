"""A breach declared by its vendor: one sentence on a phone, kept as it is typed, said more of in phases."""

import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.incidents.models import Incident
from portal.vendors.models import FormDraft, Membership
from tests.conftest import NOW
from tests.factories.incidents import WHAT

DECLARE = "/espace/violations/declarer"


def test_what_happened_is_enough_and_the_vendor_is_led_to_its_breach(as_, session, space):
    client = as_(space.admin)
    assert DECLARE in client.get("/espace/violations").text
    found = client.post(DECLARE, {"what": WHAT})
    page = client.follow(found)
    assert "VD-2026-0001" in page.words
    incident = session.scalars(select(Incident)).one()
    assert (incident.vendor_id, incident.aware_at, incident.from_vendor) == (space.vendor.id, NOW, True)


def test_nothing_typed_is_lost_when_it_is_refused(as_, space):
    page = as_(space.admin).post(DECLARE, {"what": "ok", "persons": "430", "contact": "Ana"}, status=422)
    assert 'value="430"' in page.text
    assert "Dites un peu plus de ce qui s’est passé" in page.words, "what is lacking, to whom wrote a word or two"
    page = as_(space.admin).post(DECLARE, {"what": "\u200b ", "persons": "430"}, status=422)
    assert "Dites ce qui s’est passé" in page.words


def test_it_is_kept_as_it_is_typed_and_declares_nothing(as_, session, space):
    client = as_(space.admin)
    client.post(f"{DECLARE}/brouillon", {"what": WHAT, "persons": "12"}, status=200, page=DECLARE)
    assert session.scalars(select(Incident)).all() == []
    page = client.get(DECLARE)
    assert WHAT in page.text
    assert "Votre brouillon" in page.words
    client.post(DECLARE, {"what": WHAT})
    assert session.scalars(select(FormDraft)).all() == []


def test_the_vendor_reads_that_it_noticed_it_and_we_that_they_did(as_, session, space):
    client = as_(space.admin)
    client.post(DECLARE, {"what": WHAT, "noticed_at": "2026-11-20T08:00"})
    own = client.get("/espace/violations/1").words
    assert "Découverte par vous" in own
    assert "Découverte par le prestataire" not in own
    assert "Découverte par le prestataire" in as_(Role.DPO).get("/violations/1").words


def test_more_is_added_in_phases_and_the_second_of_two_colleagues_overwrites_nothing(as_, session, space):
    client = as_(space.admin)
    here = client.post(DECLARE, {"what": WHAT}).response.headers["Location"]
    client.csrf(here)
    before = dict(client.mark)
    client.post(here, {"what": WHAT, "cause": "inconnue", "persons": "800", "text": "Premier décompte."})
    assert "800" in client.get(here).words
    token = client.csrf(here)
    late = {"csrf_token": token, **before, "what": WHAT, "cause": "inconnue", "persons": "3"}
    assert client.client.post(here, data=late).status_code == 409
    assert session.scalars(select(Incident)).one().vendor_facts["persons"] == 800


@pytest.mark.parametrize("path", [DECLARE, f"{DECLARE}/brouillon"])
def test_who_only_reads_declares_nothing(as_, session, space, path):
    held = session.scalars(select(Membership).where(Membership.user_id == space.respondent.id)).one()
    held.role = Role.VENDOR_READER
    client = as_(space.respondent)
    client.post(path, {"what": WHAT}, status=403, page="/mon-compte")
    assert DECLARE not in client.get("/espace/violations").text
