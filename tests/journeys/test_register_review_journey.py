"""A year's review of the register: who is named confirms in a click, one line is corrected, the home says the share."""

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import Actor, Role
from portal.core.clock import now
from portal.core.language import Language
from portal.identity.models import User
from portal.processing import queries, services
from portal.processing.rules.sheets import ActivityRole
from tests.factories.desk import entity_of
from tests.factories.register import controller_sheet

pytestmark = pytest.mark.browser
DPO, OWNER = "dpo@maison.example", "paul@maison.example"
LINES = ("Boutique", "Lettre d'information", "Paie")


def test_the_register_is_reviewed_a_year_later(portal, visit):
    portal.account(DPO, "Claire Dumas", Role.DPO)
    portal.account(OWNER, "Paul Ferrand", Role.BUYER)
    with portal.database.transaction() as session:
        dpo, owner = (session.scalars(select(User).where(User.email == email)).one() for email in (DPO, OWNER))
        # A year and twenty days ago: every line was confirmed then, and is past its day since.
        then = Context(
            session, Actor(Role.DPO, dpo.id, name=dpo.name, language=Language.FR), now() - timedelta(days=385)
        )
        entity = entity_of(session)
        for name in LINES:
            line = services.create_activity(then, entity, ActivityRole.CONTROLLER, controller_sheet(name=name))
            services.confirm_activity(then, line, 1)
            if name != "Paie":
                services.assign_activity(then, line, owner)
        assert queries.review_counts(replace(then, now=now())).share == 0

    office = visit(DPO)
    office.goto("/")
    expect(office.get_by_text("% des fiches du registre confirmées dans l’année")).to_be_visible()
    office.goto("/registre?vue=a-confirmer")
    expect(office.get_by_text("0 fiche sur 3 confirmée dans l’année")).to_be_visible()
    expect(office.get_by_text("Confirmation en retard").first).to_be_visible()

    phone = visit(OWNER, width=390)
    phone.goto("/")
    phone.locator(".todo__item", has_text="Boutique").get_by_role("link", name="Ouvrir").click()
    expect(phone.get_by_role("button", name="Inchangé")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_role("button", name="Inchangé").click()
    expect(phone.get_by_text("« Boutique » est confirmé")).to_be_visible()
    expect(phone.get_by_text("Confirmée le").first).to_be_visible()

    office.goto("/registre?vue=a-confirmer")
    office.get_by_role("link", name="Lettre d’information").click()
    office.get_by_role("link", name="Modifier").click()
    office.get_by_label("Effacées quand").first.wait_for(state="attached")
    office.get_by_label("Finalité principale").fill("Écrire chaque mois aux clients qui l'ont demandé")
    office.get_by_role("button", name="Enregistrer").click()
    expect(office.get_by_text("Fiche enregistrée")).to_be_visible()
    expect(office.get_by_text("Jamais confirmée").first).to_be_visible()
    office.get_by_role("button", name="Confirmer").click()
    expect(office.get_by_text("est confirmé")).to_be_visible()
    office.goto("/registre?vue=a-confirmer")
    office.get_by_role("link", name="Paie").click()
    office.get_by_label("Tous les").select_option("24")
    office.get_by_label("Avant la fin du mois de").select_option(label="mars")
    office.get_by_role("button", name="Enregistrer").click()
    expect(office.get_by_text("C’est noté")).to_be_visible()
    office.get_by_role("button", name="Inchangé").click()
    expect(office.get_by_text("31 mars").first).to_be_visible()

    office.goto("/registre")
    expect(office.get_by_text("3 fiches sur 3 confirmées dans l’année")).to_be_visible()
    office.goto("/")
    expect(office.locator("body")).to_contain_text("100")
    expect(office.get_by_text("confirmer « ")).to_have_count(0)
