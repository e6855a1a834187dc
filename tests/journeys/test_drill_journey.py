"""« V leaks on Friday at 18:00 » in a browser: begun, played, ended, reported; no register changed."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from portal.authz.policy import Role
from portal.core import process
from portal.drills.models import Drill
from portal.incidents.models import Incident
from tests.factories.world import vendor_of

pytestmark = pytest.mark.browser
DPO, LAWYER = "dpo@maison.example", "juriste@maison.example"


def test_a_leak_is_rehearsed_from_the_vendor_s_page_to_the_report(portal, visit):
    portal.account(DPO, "Claire Dumas", Role.DPO)
    portal.account(LAWYER, "Karim Benali", Role.LEGAL)
    process.prepare(portal.settings)
    with portal.database.transaction() as session:
        vendor_id = vendor_of(session, name="Callisto").id

    office = visit(DPO)
    office.goto(f"/sous-traitants/{vendor_id}")
    office.get_by_role("link", name="Jouer une fuite").click()
    expect(office.get_by_role("textbox", name="Sous-traitant")).to_have_value("Callisto")
    office.get_by_label("Karim Benali").check()
    office.get_by_role("button", name="Commencer l’exercice").click()
    expect(office.get_by_text("Les minutes courent")).to_be_visible()
    expect(office.get_by_text("Callisto : pas de contrat en vigueur")).to_be_visible()

    true = office.context.new_page()  # a tab of the true pages, beside
    true.goto("/violations/nouvelle")

    office.get_by_role("link", name="Entrer dans l’exercice").click()
    expect(office.get_by_text("Rien de ce que vous écrivez ici")).to_be_visible()
    office.get_by_role("link", name="Consigner une violation").click()
    office.get_by_role("textbox", name="Sous-traitant").fill("Callisto")
    office.get_by_label("Que s’est-il passé").fill("Un inconnu a copié la base des clients pendant la nuit.")
    office.get_by_role("button", name="Consigner").click()
    expect(office.get_by_text("Les 72 heures sont comptées.")).to_be_visible()
    assert "/exercice/" in office.url

    lawyer = visit(LAWYER, width=390)
    lawyer.goto("/exercices")
    lawyer.get_by_role("link", name="Callisto").click()
    lawyer.get_by_role("link", name="Entrer dans l’exercice").click()
    lawyer.get_by_role("link", name="Callisto").first.click()
    expect(lawyer.get_by_role("heading", name="Violation chez Callisto")).to_be_visible()

    true.reload()
    assert "/exercice/" not in true.url
    true.goto("/violations")
    expect(true.get_by_text("Aucune violation consignée")).to_be_visible()

    office.get_by_role("link", name="Où en est l’exercice").click()
    row = office.get_by_role("row", name="Violation consignée")
    expect(row).to_contain_text("Claire Dumas")
    office.on("dialog", lambda dialog: dialog.accept())
    office.get_by_role("button", name="Terminer l’exercice").click()
    expect(office.get_by_text("Étapes franchies")).to_be_visible()
    with office.expect_download() as told:
        office.get_by_role("link", name="Compte rendu (Word)").click()
    assert told.value.suggested_filename == "exercice-1.docx"

    lawyer.reload()
    expect(lawyer.get_by_text("Cet exercice est terminé")).to_be_visible()
    with portal.database.reading() as session:
        assert session.scalar(select(func.count(Incident.id))) == 0
        assert session.scalars(select(Drill.mails)).one() >= 1
    assert not list(portal.settings.mail_dir.glob("*.eml"))
    assert not list((portal.settings.data_dir / "exercices").iterdir())
