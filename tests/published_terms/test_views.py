"""The pages of published terms: what moved beside what the contract says, and nothing for a vendor."""

import pytest
from sqlalchemy import select

from portal.authz.policy import GRANTS, VENDOR_ROLES, Permission, Role
from portal.core.language import Sentence
from portal.published_terms import services
from portal.published_terms.models import PublishedPage, TermDrift
from portal.published_terms.reading import read_page
from portal.published_terms.rules.contract_words import ContractSide
from tests.factories.people import user_of
from tests.factories.world import vendor_of, vendor_user
from tests.published_terms.conftest import AFTER, BEFORE
from tests.published_terms.test_services import in_force, say


@pytest.fixture
def drifted(ctx, page_of, given):
    vendor = vendor_of(ctx.session, name="Nimbus")
    in_force(ctx, vendor, BEFORE)
    page = page_of(vendor)
    say(ctx, page, given, BEFORE)
    return say(ctx, page, given, AFTER)


def test_no_role_of_a_vendor_holds_a_permission_on_them():
    held = {Permission.PUBLISHED_VIEW, Permission.PUBLISHED_WORK}
    assert all(not held & set(GRANTS[role]) for role in VENDOR_ROLES)


@pytest.mark.parametrize("role", [*VENDOR_ROLES, Role.ADMIN, Role.EXPERT])
def test_who_may_not_know_finds_nothing(as_, session, drifted, role):
    client = as_(vendor_user(session, drifted.vendor)) if role.is_vendor else as_(role)
    for path in ("", "/nouvelle", f"/{drifted.page_id}", f"/{drifted.page_id}/ecarts/{drifted.id}"):
        assert client.client.get(f"/textes-publies{path}").status_code in {403, 404}


def test_an_owner_sees_the_pages_of_its_vendors_and_no_other(as_, session, ctx, page_of):
    owner = user_of(session, Role.BUYER)
    mine = page_of(vendor_of(session, name="À moi", owner_id=owner.id), title="La mienne")
    other = page_of(vendor_of(session, name="À un autre"), title="Celle d'un autre")
    session.commit()
    words = as_(owner).get("/textes-publies").words
    assert "La mienne" in words
    assert "un autre" not in words
    as_(owner).get(f"/textes-publies/{mine.id}")
    assert as_(owner).client.get(f"/textes-publies/{other.id}").status_code == 404


def test_a_drift_shows_both_passages_and_that_the_contract_prevails_quoted(as_, session, drifted):
    session.commit()
    words = as_(Role.DPO).get(f"/textes-publies/{drifted.page_id}/ecarts/{drifted.id}").words
    assert "48 h → 72 h" in words
    assert "Votre contrat dit « 48 h » et prévaut." in words.replace("\xa0", " ")
    assert words.count("dans un délai de 48 heures") >= 2
    assert "dans un délai de 72 heures" in words


def test_a_person_says_what_it_comes_to_and_a_false_alarm_needs_a_reason(as_, session, drifted):
    session.commit()
    dpo, at = as_(Role.DPO), f"/textes-publies/{drifted.page_id}/ecarts/{drifted.id}"
    refused = dpo.post(f"{at}/examiner", {"verdict": "false_alarm", "reason": ""}, page=at, status=422)
    assert "Dites pourquoi" in refused.words
    dpo.post(f"{at}/examiner", {"verdict": "to_negotiate", "reason": "Au renouvellement"}, page=at)
    session.expire_all()
    assert session.get(TermDrift, drifted.id).reason == "Au renouvellement"
    assert "À négocier" in dpo.get(at).words
    assert "Suite à donner" not in dpo.get(at).words


def test_management_reads_and_works_nothing(as_, session, drifted):
    session.commit()
    at = f"/textes-publies/{drifted.page_id}/ecarts/{drifted.id}"
    page = as_(Role.MANAGEMENT).get(at)
    assert "Suite à donner" not in page.words
    assert as_(Role.MANAGEMENT).client.get(f"/textes-publies/{drifted.page_id}/texte").status_code == 403


def test_a_page_is_watched_given_a_text_and_corrected(as_, session):
    vendor = vendor_of(session, name="Nimbus")
    session.commit()
    dpo, path = as_(Role.DPO), f"/textes-publies/nouvelle?sous-traitant={vendor.id}"
    typed = {"vendor": "Nimbus", "title": "Accord publié", "page_kind": "agreement", "address": "ftp://x"}
    refused = dpo.post(path, typed, page=path, status=422)
    assert "Accord publié" in [one.get("value") for one in refused.all("//input")]
    dpo.post(path, {**typed, "address": "https://nimbus.example/dpa"}, page=path)
    page = session.scalars(select(PublishedPage)).one()
    assert not page.is_fetched, "off unless ticked"
    assert "Jamais lue" in dpo.get(f"/textes-publies/{page.id}").words
    dpo.post(f"/textes-publies/{page.id}/texte", {"text": ""}, status=422)
    dpo.post(f"/textes-publies/{page.id}/texte", {"text": BEFORE})
    assert "Lecture en cours" in dpo.get(f"/textes-publies/{page.id}").words
    dpo.post(f"/textes-publies/{page.id}/modifier", {"title": "Accord", "page_kind": "security", "address": ""})
    session.expire_all()
    assert session.get(PublishedPage, page.id).title == "Accord"


def test_a_page_never_read_or_that_fails_is_never_shown_without_drift(as_, session, ctx, page_of):
    never, failing = page_of(title="Neuve"), page_of(title="Coupée")
    services.record_failure(ctx, failing, Sentence("Le site a répondu par l'erreur %(status)s.", {"status": 503}), None)
    session.commit()
    listed = as_(Role.DPO).get("/textes-publies").words
    assert "aucun" not in listed
    assert listed.count("inconnu") == 2
    assert "Non lue le 24 novembre 2026" in listed
    shown = as_(Role.DPO).get(f"/textes-publies/{failing.id}").words
    assert "erreur 503" in shown
    assert "Aucun sur les points surveillés" not in shown
    assert "Aucun sur les points surveillés" not in as_(Role.DPO).get(f"/textes-publies/{never.id}").words


@pytest.mark.parametrize(
    ("facts", "words"),
    [(None, "Aucun contrat en vigueur"), ({"copy_reading": None}, "On ne sait pas"), ({}, "Aucun chiffre moins")],
)
def test_no_departure_from_a_contract_that_is_not_there_or_not_read_is_not_said(
    as_, session, ctx, page_of, given, facts, words
):
    vendor = vendor_of(session, name="Nimbus")
    if facts is not None:
        in_force(ctx, vendor, BEFORE, **facts)
    page = page_of(vendor)
    say(ctx, page, given, BEFORE)
    session.commit()
    shown = as_(Role.DPO).get(f"/textes-publies/{page.id}").words
    assert words in shown
    assert ("Aucun chiffre moins favorable" in shown) is (facts == {})


def test_a_page_in_which_nothing_was_recognised_says_that_it_proves_nothing(as_, session, ctx, page_of, given):
    text = "Nos bureaux sont ouverts du lundi au vendredi et notre équipe vous répond avec le sourire. " * 3
    page = page_of()
    services.record_reading(ctx, given(page, text), read_page(text.encode(), "page.txt"), ContractSide())
    session.commit()
    assert "n’y prouve rien" in as_(Role.DPO).get(f"/textes-publies/{page.id}").words


def test_the_page_of_a_vendor_leads_to_its_published_texts_alone(as_, session, drifted, page_of):
    page_of(vendor_of(session, name="Autre"), title="D'ailleurs")
    session.commit()
    listed = as_(Role.DPO).get(f"/textes-publies?sous-traitant={drifted.vendor_id}")
    assert "Accord publié" in listed.words
    assert "ailleurs" not in listed.words
    page = as_(Role.DPO).get(f"/sous-traitants/{drifted.vendor_id}")
    assert page.all(f"//a[contains(@href, 'textes-publies?sous-traitant={drifted.vendor_id}')]")


def test_what_a_page_says_is_shown_as_text_never_as_code(as_, session, ctx, page_of, given):
    hostile = BEFORE.replace("48 heures", "48 heures <script>alert(1)</script>")
    page = page_of()
    say(ctx, page, given, hostile)
    drift = say(ctx, page, given, hostile.replace("48", "72"))
    session.commit()
    shown = as_(Role.DPO).get(f"/textes-publies/{page.id}/ecarts/{drift.id}")
    assert not shown.all("//script[contains(text(), 'alert')]")
