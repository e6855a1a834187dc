"""The main job, through the pages: from a vendor nobody knows to a scorecard and a contract in management's hands."""

import io
import re
import zipfile

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from portal.authz.policy import Role
from portal.seed.plain_pdf import plain_pdf
from tests.journeys.conftest import PASSWORD

pytestmark = pytest.mark.browser
OPEN = "[data-portal-question]:not([hidden])"
ADDRESS = "nadia@hebergeur.example"


@pytest.fixture
def staff(portal):
    for email, name, role in (
        ("juriste@maison.example", "Karim Benali", Role.LEGAL),
        ("dpo@maison.example", "Claire Dumas", Role.DPO),
        ("direction@maison.example", "Hélène Roux", Role.MANAGEMENT),
    ):
        portal.account(email, name, role)


def submit(page: Page, name: str) -> None:
    """Press a button and wait for the page that follows."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


def sign(page: Page) -> None:
    """Attest, in the name of the account."""
    page.get_by_label("Fonction").fill("DPO")
    page.get_by_label(re.compile("J’atteste")).check()


FILL = """() => {
  const told = (field, name) => field.dispatchEvent(new Event(name, { bubbles: true }));
  const samples = { email: "contact@exemple.test", date: "2026-09-15" };
  const cells = {
    nom: "Réseaux de Provence", organisme: "Réseaux de Provence", adresse: "18 rue de la Loge, 13002 Marseille",
    contact: "exploitation@reseaux.exemple", service: "Liaisons de secours", telephone: "+33 4 00 00 00 00",
  };
  const open = document.querySelectorAll("[data-portal-question]:not([hidden])");
  for (const question of open) {
    const chosen = question.querySelector("input[type=radio]:checked");
    if (!chosen) question.querySelector("label.option:has([type=radio])")?.click();
    for (const option of [...question.querySelectorAll("label.option:has([type=checkbox])")].slice(0, 3)) {
      if (!option.querySelector("input").checked) option.click();
    }
    for (const field of question.querySelectorAll("input[type=text], input[type=email], input[type=date], select")) {
      if (!field.checkVisibility() || field.value) continue;
      if (field.matches("select")) field.selectedIndex = 1;
      else {
        const column = cells[field.name.split(":")[2]];
        field.value = samples[field.type] ?? column ?? (field.hasAttribute("list") ? "France" : "12");
      }
      told(field, "input");
      told(field, "change");
    }
  }
  return open.length;
}"""
"""Answers every open question of a section as a diligent vendor would, by its labels and fields; counts them."""

SAVED = """async () => {
  const waiting = [];
  for (const question of document.querySelectorAll("[data-portal-answer]")) {
    question.dispatchEvent(new CustomEvent("portal:save", { detail: waiting }));
  }
  await Promise.all(waiting);
}"""
"""Lets every answer be kept, as the page does before its form is sent: the questions that follow have appeared."""


def fill_questions(page: Page) -> None:
    """Answer every open question of a section; new ones may appear meanwhile."""
    for _ in range(4):
        answered = page.evaluate(FILL)
        page.evaluate(SAVED)
        if page.locator(OPEN).count() == answered:
            return


def confirm_what_is_there(page: Page) -> None:
    """What the register already holds is proposed: it counts once somebody of the vendor has said that it stands."""
    place = page.url
    if page.get_by_role("button", name=re.compile("Rien n.a changé")).count():
        submit(page, re.compile("Rien n.a changé"))
        page.goto(place)


def attach_where_asked(page: Page) -> None:
    """Give the file that a question asks for."""
    for question in page.locator(OPEN).all():
        drop = question.locator("input[type=file]")
        if drop.count() and not question.locator(".files__one").count():
            with page.expect_response(lambda answer: "/fichiers/" in answer.url and answer.request.method == "POST"):
                drop.set_input_files(
                    {"name": "preuve.pdf", "mimeType": "application/pdf", "buffer": plain_pdf("Preuve", ["Vraie."])}
                )
            expect(question.locator(".files__one")).to_have_count(1)


def test_from_an_unknown_vendor_to_a_scorecard_and_a_contract(portal, staff, visit):
    legal = visit("juriste@maison.example")
    vendor = register_and_invite(legal)
    ask_for_an_audit(legal, vendor)
    portal.work()
    first_sitting(portal, visit)
    audit = second_sitting(portal, visit)
    portal.work()
    dpo = visit("dpo@maison.example")
    return_two_questions(dpo, audit)
    portal.work()
    correct(portal, visit, audit)
    portal.work()
    accept_and_read_the_score(dpo, audit, portal, vendor)
    draft_the_contract(legal, portal)
    management_reads(visit, portal)


def register_and_invite(page: Page) -> str:
    page.goto("/sous-traitants/entites/nouvelle")
    page.get_by_label("Dénomination").or_(page.locator("input[name=name]")).first.fill("Maison Verdelet SAS")
    submit_main(page)
    page.goto("/sous-traitants/nouveau")
    page.locator("input[name=name]").fill("Hébergeur Provence")
    page.locator("select[name=country]").select_option("FR")
    submit_main(page)
    vendor = page.url.split("#")[0].rstrip("/")
    page.goto(f"{vendor}/contacts/nouveau")
    page.locator("input[name=name]").fill("Nadia Ferrand")
    page.locator("input[name=email]").fill(ADDRESS)
    submit_main(page)
    page.goto(f"{vendor}/prestations/nouvelle")
    page.locator("[name=name]").fill("Hébergement du site")
    page.locator("[name=purpose]").fill("Mettre à disposition le site marchand")
    submit_main(page)
    page.goto(vendor)
    submit(page, "Inviter")
    return vendor


def submit_main(page: Page) -> None:
    """Press the next action of the page's form; what was refused would show."""
    with page.expect_navigation():
        page.locator("main form button[type=submit].button--next").first.click()
    assert not page.locator(".errors").count(), page.locator(".errors").inner_text()


def ask_for_an_audit(page: Page, vendor: str) -> None:
    page.goto(f"/audits/nouveau?vendor_id={vendor.rsplit('/', 1)[1]}")
    for box in page.locator("input[name=packs]").all():
        box.set_checked(box.get_attribute("value") == "socle-rgpd", force=True)
    page.locator("textarea[name=reason]").fill("Le socle d'abord.")
    submit_main(page)
    assert re.search(r"/audits/\d+", page.url)


def first_sitting(portal, visit) -> None:
    """The link of the mail lands on the vendor's space; one section is answered, on a telephone, then left."""
    page = visit(width=390)
    page.goto(portal.link(ADDRESS))
    page.locator("input[type=password]").first.wait_for()
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()
    assert "/espace" in page.url
    page.goto("/espace/")
    page.locator("main a[href*='/espace/audits/']").first.click()
    audit = re.search(r"/espace/audits/(\d+)", page.url)[1]
    page.goto(f"/espace/audits/{audit}/reprendre")
    fill_questions(page)
    submit(page, "Enregistrer et continuer")
    page.goto(f"/espace/audits/{audit}/envoi")
    assert page.get_by_role("heading", name=re.compile("Il manque encore")).count() == 1
    assert not page.get_by_role("button", name="Envoyer mes réponses").count()


def second_sitting(portal, visit) -> str:
    """Back later with the password: the rest is answered, files attached, sent."""
    page = visit(ADDRESS)
    page.locator("main a[href*='/espace/audits/']").first.click()
    audit = re.search(r"/espace/audits/(\d+)", page.url)[1]
    page.goto(f"/espace/audits/{audit}")
    sections = [a.get_attribute("href") for a in page.locator("main a[href*='/sections/']").all()]
    assert len(set(sections)) >= 8
    for section in dict.fromkeys(sections):
        page.goto(section)
        confirm_what_is_there(page)
        fill_questions(page)
        attach_where_asked(page)
        submit(page, re.compile("Enregistrer et"))
    finish_what_is_missing(page, audit)
    page.goto(f"/espace/audits/{audit}/envoi")
    sign(page)
    submit(page, "Envoyer mes réponses")
    return audit


def finish_what_is_missing(page: Page, audit: str) -> None:
    for _ in range(8):
        page.goto(f"/espace/audits/{audit}/envoi")
        owed = page.locator("ol.owed-list a")
        if not owed.count():
            return
        page.goto(owed.first.get_attribute("href"))
        confirm_what_is_there(page)
        fill_questions(page)
        for comment in page.locator("textarea[name$=':comment']").all():
            if comment.is_visible() and not comment.input_value():
                comment.fill("Précisé dans la procédure interne.")
        attach_where_asked(page)
        submit(page, re.compile("Enregistrer et"))
    raise AssertionError(page.locator(".owed-list").inner_text())


def judge(page: Page, form, verdict: str) -> None:
    """Give a verdict; it is saved by itself."""
    with page.expect_response(lambda answer: "/questions/" in answer.url and answer.ok):
        check(form.locator(f"input[name=verdict][value={verdict}]"))


def check(box) -> None:
    """Check a box by what a person presses: its label."""
    box.evaluate("input => (input.labels[0] ?? input).click()")


def return_two_questions(page: Page, audit: str) -> None:
    page.goto(f"/audits/{audit}")
    for key in ("gouvernance.qualite", "gouvernance.etablissement"):
        form = page.locator(f"form[action*='/questions/{key}']").first
        judge(page, form, "a_corriger")
        form.locator("details summary").first.click()
        for field, act in (("comment", lambda f: f.fill("Merci de préciser le périmètre.")), ("to_return", check)):
            with page.expect_response(lambda answer: "/questions/" in answer.url and answer.ok):
                act(form.locator(f"[name={field}]"))
                form.locator("summary").first.focus()
    page.goto(f"/audits/{audit}/renvoi")
    submit_main(page)


def correct(portal, visit, audit: str) -> None:
    page = visit()
    page.goto(portal.link(ADDRESS))
    page.fill("input[name=email]", ADDRESS)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: f"/espace/audits/{audit}" in url)
    page.goto(f"/espace/audits/{audit}/reprendre")
    assert page.get_by_text("Merci de préciser le périmètre.").count() == 2
    assert page.locator("[data-portal-question] input[type=radio]").count() > 0
    for comment in page.locator("textarea[name$=':comment']").all():
        comment.evaluate("field => field.closest('details').open = true")
        comment.fill("Tout le service rendu à la Maison Verdelet.")
    submit(page, re.compile("Enregistrer et"))
    page.goto(f"/espace/audits/{audit}/envoi")
    sign(page)
    submit(page, "Envoyer mes réponses")


def accept_and_read_the_score(page: Page, audit: str, portal, vendor: str) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/audits/{audit}")
    rest = page.get_by_role("button", name=re.compile("Le reste est acceptable"))
    if rest.count():
        with page.expect_navigation():
            rest.first.click()
    page.goto(f"/audits/{audit}?vue=a-juger")
    for form in page.locator("form[action*='/questions/']").all():
        if not form.locator("input[name=verdict]:checked").count():
            judge(page, form, "acceptable")
    page.goto(f"/audits/{audit}/acceptation")
    submit_main(page)
    portal.work()
    page.goto(f"/garanties/sous-traitant/{vendor.rsplit('/', 1)[1]}")
    assert "niveau de garanties démontrées" in page.inner_text("main").lower()


def draft_the_contract(page: Page, portal) -> None:
    page.goto("/sous-traitants/1")
    page.goto("/contrats/nouveau?sous-traitant=1&modele=dpa")
    for name in ("service", "entity"):
        choice = page.locator(f"select[name={name}]")
        if choice.count():
            choice.select_option(index=choice.locator("option").count() - 1)
    submit_main(page)
    contract = re.search(r"/contrats/(\d+)", page.url)[1]
    page.goto(f"/contrats/{contract}")
    draft = page.get_by_role("button", name=re.compile("[Rr]édiger"))
    if draft.count():
        with page.expect_navigation():
            draft.first.click()
    portal.work()
    for kind in ("docx", "pdf"):
        answer = page.request.get(f"/contrats/{contract}/versions/1/{kind}")
        assert answer.ok
        if kind == "docx":
            words = zipfile.ZipFile(io.BytesIO(answer.body())).read("word/document.xml").decode()
            assert "Hébergeur Provence" in words
        else:
            assert len(PdfReader(io.BytesIO(answer.body())).pages) > 8


def management_reads(visit, portal) -> None:
    page = visit("direction@maison.example")
    page.goto("/portefeuille")
    assert page.get_by_role("heading", level=1).inner_text() == "Portefeuille"
    submit(page, "Une page en PDF")
    portal.work()
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le PDF").click()
    assert len(PdfReader(download.value.path()).pages) == 1
    assert page.request.post("/sous-traitants/nouveau").status in {400, 403}
