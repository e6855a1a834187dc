"""One vendor, two years, in a browser on a telephone: what it costs to answer, then to answer again.

Clicks are what the browser says was pressed, a page opened by its address counts as one; so does a file chosen and an
item picked in a list. The first year nothing is known; the second, three answers change, a certificate has expired and
is replaced, and a section is given to a colleague. Then the reviewer's page must show these and nothing else.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from bench.limits import Limits
from bench.measure import Report
from bench.serving import Server, served
from bench.world import PASSWORD, settings_of
from portal.app import create_app
from portal.audits import services as audits
from portal.audits.models import Audit
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core import clock, migrating
from portal.core.clock import now
from portal.core.config import Settings
from portal.core.db import Database
from portal.core.language import Language
from portal.identity.models import User
from portal.identity.services import hash_password
from portal.questionnaires import catalogue
from portal.seed.plain_pdf import plain_pdf
from portal.vendors.models import Membership, Vendor
from portal.vendors.services import VendorSheet, create_vendor

YEAR = timedelta(days=370)
CLICKS, MINUTES = 15, 10
"""The aims of the second year."""
VENDOR, NADIA, PAUL, CLAIRE = (
    "Hébergeur Provence",
    "nadia@hebergeur.example",
    "paul@hebergeur.example",
    "dpo@maison.example",
)
GIVEN = "chaine"
"""The section given to Paul."""
EDITED = ("instructions.canal", "instructions.alerte-illicite", "instructions.exigence-legale")
"""Questions of one section whose answer changes."""
_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_COUNTING = """() => {
  const told = (what) => window.counted(what);
  addEventListener("pointerdown", () => told("click"), true);
  addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key.length !== 1 || !field.matches?.("input, textarea") || field.dataset.counted) return;
    field.dataset.counted = "1";
    told("typed");
  }, true);
  addEventListener("change", (event) => {
    if (event.target.matches?.("select")) told("click");
    if (event.target.matches?.("input[type=file]")) { told("click"); told("file"); }
  }, true);
}"""
CERTIFIED = "cooperation.certifications"
"""The question whose proof is the certificate."""
_OPEN = "section[data-portal-question]:not([hidden])"


@dataclass
class Effort:
    """What it took."""

    counted: dict[str, int] = field(default_factory=lambda: {"click": 0, "typed": 0, "file": 0, "page": 0})
    seconds: float = 0.0

    def told(self) -> str:
        """In one line."""
        each = self.counted
        return f"{each['page']} pages, {each['typed']} fields typed, {each['file']} files, {self.seconds:.0f} s"


@dataclass
class Portal:
    """A portal with one vendor, and the people who walk through it."""

    settings: Settings
    database: Database
    vendor_id: int = 0

    def environment(self, ahead: timedelta) -> dict[str, str]:
        """What its server is told."""
        return {
            "VIGIE_ENV": "development", "VIGIE_DATA_DIR": str(self.settings.data_dir),
            "VIGIE_DATABASE_URL": self.settings.database_url, "VIGIE_CLOCK": f"+{ahead.days}d",
        }  # fmt: skip

    def open(self) -> int:
        """Ask for the audit of the socle, today by our clock."""
        with self.database.transaction() as session:
            ctx = Context(session, SYSTEM, now())
            vendor = session.get_one(Vendor, self.vendor_id)
            opened = audits.open_and_invite(
                ctx, vendor, catalogue.load()["socle-rgpd"], due_on=ctx.today + timedelta(days=30)
            )
            return int(opened.audit.id)

    def accept(self, audit_id: int) -> None:
        """Accept what was sent, as it is."""
        with self.database.transaction() as session:
            ctx = Context(session, SYSTEM, now())
            audit = session.get_one(Audit, audit_id)
            audits.accept_remaining_answers(ctx, audit)
            audits.accept_audit(ctx, audit)


@contextmanager
def _portal() -> Iterator[Portal]:
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as name:
        settings = settings_of(Path(name))
        database = Database.at(settings.database_url)
        create_app(settings, database)
        migrating.upgrade(database)
        made = Portal(settings, database)
        with database.transaction() as session:
            ctx = Context(session, SYSTEM, now())
            vendor = create_vendor(ctx, VendorSheet(name=VENDOR, country="FR"))
            people = [
                User(
                    email=email, name=who, role=role, language=Language.FR, password_hash=hash_password(PASSWORD),
                    created_at=now(), recovery_hashes=[],
                )
                for email, who, role in (
                    (NADIA, "Nadia Ferrand", Role.VENDOR_ADMIN), (PAUL, "Paul Lenoir", Role.VENDOR_RESPONDENT),
                    (CLAIRE, "Claire Dumas", Role.DPO),
                )
            ]  # fmt: skip
            session.add_all(people)
            session.flush()
            session.add_all(Membership(vendor_id=vendor.id, user_id=one.id, role=one.role) for one in people[:2])
            made.vendor_id = vendor.id
        try:
            yield made
        finally:
            clock.move(timedelta())
            database.engine.dispose()


@dataclass
class Visitor:
    """Somebody in front of a page, whose presses are counted."""

    page: Page
    effort: Effort

    def open(self, path: str) -> None:
        """A page by its address."""
        self.effort.counted["click"] += 1
        self.page.goto(path, wait_until="load")

    def press(self, what: Locator) -> None:
        """Press something that stays on the page."""
        what.scroll_into_view_if_needed()
        what.click()

    def go(self, what: Locator) -> None:
        """Press something that leads to another page."""
        what.scroll_into_view_if_needed()
        with self.page.expect_navigation(wait_until="load"):
            what.click()

    def write(self, where: Locator, text: str) -> None:
        """Type in a field, key after key."""
        where.scroll_into_view_if_needed()
        where.press_sequentially(text)


@contextmanager
def _visit(browser: Browser, server: Server, email: str, effort: Effort, width: int = 390) -> Iterator[Visitor]:
    """Signed in, which is not counted: the link of the mail does it."""
    context = browser.new_context(
        viewport={"width": width, "height": 844}, base_url=f"http://127.0.0.1:{server.port}", locale="fr-FR"
    )
    page = context.new_page()
    page.goto("/connexion")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation(wait_until="load"):
        page.press("input[name=password]", "Enter")
    context.expose_function("counted", lambda what: effort.counted.__setitem__(what, effort.counted[what] + 1))
    context.add_init_script(f"({_COUNTING})()")
    page.on("load", lambda _page: effort.counted.__setitem__("page", effort.counted["page"] + 1))
    started = time.monotonic()
    yield Visitor(page, effort)
    effort.seconds += time.monotonic() - started
    context.close()


Proofs = Mapping[bool, bytes]
"""What is given where a certificate is asked for, and elsewhere."""
_CELLS = {
    "nom": "Réseaux de Provence", "organisme": "Réseaux de Provence", "adresse": "18 rue de la Loge, 13002 Marseille",
    "contact": "exploitation@reseaux.exemple", "service": "Liaisons de secours", "telephone": "+33 4 00 00 00 00",
}  # fmt: skip
_BY_TYPE = {"email": "contact@exemple.test", "number": "12"}


def _answer_all(visitor: Visitor, proofs: Proofs) -> None:
    """Every question of a section, as a diligent vendor answers them; those that appear too."""
    done: set[str] = set()
    while True:
        keys = [one.get_attribute("data-portal-question") or "" for one in visitor.page.locator(_OPEN).all()]
        left = [key for key in keys if key not in done]
        if not left:
            return
        done.add(left[0])
        _answer(
            visitor, visitor.page.locator(f'section[data-portal-question="{left[0]}"]'), proofs[left[0] == CERTIFIED]
        )
        visitor.page.wait_for_timeout(150)


def _answer(visitor: Visitor, question: Locator, proof: bytes) -> None:
    body = question.locator(".question__body")
    if body.locator("label.option:has([type=radio])").count():
        visitor.press(body.locator("label.option:has([type=radio])").first)
    elif body.locator("label.option:has([type=checkbox])").count():
        visitor.press(body.locator("label.option:has([type=checkbox])").first)
    for where in body.locator(
        "input[type=text], input[type=email], input[type=number], input[type=date], select"
    ).all():
        if not where.is_visible():
            continue
        if where.evaluate("one => one.matches('select')"):
            where.select_option(index=1)
        elif (where.get_attribute("type") or "") == "date":
            where.fill("2026-09-15")
            visitor.effort.counted["typed"] += 1
        else:
            column = (where.get_attribute("name") or "").rpartition(":")[2]
            text = _CELLS.get(column) or _BY_TYPE.get(where.get_attribute("type") or "")
            visitor.write(where, text or ("France" if where.get_attribute("list") else "12"))
    for where in body.locator("textarea:not([name$=':comment'])").all():
        visitor.write(where, "Procédure interne revue chaque année par la direction.")
    where = question.locator("input[type=file]")
    if where.count() and where.first.is_visible():
        _attach(visitor, question, proof)


def _attach(visitor: Visitor, question: Locator, content: bytes) -> None:
    before = question.locator(".files__one").count()
    with visitor.page.expect_response(lambda answer: "/fichiers/" in answer.url and answer.request.method == "POST"):
        question.locator("input[type=file]").set_input_files(
            {"name": "preuve.pdf", "mimeType": "application/pdf", "buffer": content}
        )
    question.locator(".files__one").nth(before).wait_for()


def _finish(visitor: Visitor, audit_id: int, proofs: Proofs) -> None:
    """What the last look still asks for."""
    for _ in range(20):
        owed = visitor.page.locator("ol.owed-list a")
        if not owed.count():
            return
        key = (owed.first.get_attribute("href") or "").rpartition("#q-")[2]
        visitor.go(owed.first)
        question = visitor.page.locator(f'section[data-portal-question="{key}"]')
        comment = question.locator("textarea[name$=':comment']")
        if comment.count() and not comment.input_value():
            if not comment.is_visible():
                visitor.press(question.locator("details.question__comment summary").last)
            visitor.write(comment, "Précisé dans notre procédure interne, revue chaque année.")
        if question.locator("input[type=file]").count() and not question.locator(".files__one").count():
            _attach(visitor, question, proofs[key == CERTIFIED])
        visitor.open(f"/espace/audits/{audit_id}/envoi")
    raise AssertionError(visitor.page.locator("main").inner_text())


def _send(visitor: Visitor) -> None:
    form = visitor.page.locator("main form[action$='/envoi']")
    for where in form.locator("input[type=text]").all():
        if not where.input_value():
            visitor.write(where, "Nadia Ferrand" if where.get_attribute("name") == "name" else "Responsable conformité")
    for box in form.locator("input[type=checkbox]").all():
        if not box.is_checked():
            visitor.press(box)
    visitor.go(form.locator("button[type=submit]").last)
    assert visitor.page.url.endswith("/merci"), visitor.page.locator("main").inner_text()[:400]


def _certificate(issued: str, until: str) -> bytes:
    """A certificate of the usual kind, as the reading of proofs knows them."""
    return plain_pdf(
        "Certificat ISO/IEC 27001:2022",
        [
            "AFNOR Certification certifie que le système de management de la sécurité de", f"{VENDOR}",
            "est conforme à la norme ISO/IEC 27001:2022.", "Périmètre : hébergement et exploitation des services.",
            f"Date de délivrance : {issued}", f"Valable jusqu'au : {until}",
        ],
    )  # fmt: skip


def _proofs(today: date) -> Proofs:
    """A certificate that ends within two hundred days, and documents that say no date."""
    other = plain_pdf("Procédure interne", ["Revue par la direction.", "Applicable à tous les services."])
    return {
        True: _certificate(f"{today - timedelta(days=60):%d/%m/%Y}", f"{today + timedelta(days=200):%d/%m/%Y}"),
        False: other,
    }


def _year_one(browser: Browser, portal: Portal, server: Server) -> tuple[int, Effort]:
    audit_id, effort = portal.open(), Effort()
    proofs = _proofs(clock.legal_date(now()))
    with _visit(browser, server, NADIA, effort) as nadia:
        nadia.open(f"/espace/audits/{audit_id}")
        nadia.go(nadia.page.locator("main a.button--next").first)
        while not nadia.page.url.endswith("/envoi"):
            here = nadia.page.url
            confirm = nadia.page.locator("button[name=then][value=rien]")
            if confirm.count():
                nadia.go(confirm.first)
                continue
            _answer_all(nadia, proofs)
            nadia.go(nadia.page.locator("button[name=then][value=suite]").last)
            assert nadia.page.url != here, nadia.page.locator("main").inner_text()[:600]
        _finish(nadia, audit_id, proofs)
        _send(nadia)
    return audit_id, effort


def _year_two(browser: Browser, portal: Portal, server: Server) -> tuple[int, Effort, Effort, set[str]]:
    """The audit sent, what it took Nadia then Paul, and the questions whose answer or proof they changed."""
    audit_id, effort, of_paul = portal.open(), Effort(), Effort()
    page = f"/espace/audits/{audit_id}"
    with _visit(browser, server, NADIA, effort) as nadia:
        nadia.open(page)
        nadia.go(nadia.page.locator(f"main a[href$='/confier/{GIVEN}']"))
        nadia.go(nadia.page.get_by_role("button", name="Confier à Paul Lenoir"))
    with _visit(browser, server, PAUL, of_paul) as paul:
        paul.open(f"{page}/sections/{GIVEN}")
        paul.go(paul.page.locator("button[name=then][value=rien]").first)
    with _visit(browser, server, NADIA, effort) as nadia:
        nadia.open(f"{page}/reprise")
        changed = _edited(nadia)
        assert nadia.page.url.endswith("/reprise"), nadia.page.url
        nadia.go(nadia.page.locator("button[name=then][value=rien]").last)
        _replace_certificate(nadia, page)
        nadia.go(nadia.page.locator("button[name=then][value=suite]").last)
        if not nadia.page.url.endswith("/envoi"):
            nadia.open(f"{page}/envoi")
        _finish(nadia, audit_id, _proofs(clock.legal_date(now())))
        _send(nadia)
    return audit_id, effort, of_paul, {*changed, CERTIFIED}


def _edited(visitor: Visitor) -> set[str]:
    """Another answer to three questions of one section."""
    visitor.go(visitor.page.locator(f"a[href*='modifier={EDITED[0]}']"))
    for key in EDITED:
        question = visitor.page.locator(f'section[data-portal-question="{key}"]')
        choice = question.locator("label.option:has([type=radio]:not(:checked))").first
        if not choice.is_visible():
            visitor.press(question.locator("details.question__comment > summary").first)
        with visitor.page.expect_response(lambda answer: "/reponses/" in answer.url):
            visitor.press(choice)
    visitor.go(visitor.page.locator("button[name=then][value=suite]").last)
    return set(EDITED)


def _replace_certificate(visitor: Visitor, page: str) -> None:
    """The expired certificate: its new version, under the question that asks for it."""
    if not visitor.page.locator(f'section[data-portal-question="{CERTIFIED}"]').count():
        visitor.open(f"{page}/reprendre")
    question = visitor.page.locator(f'section[data-portal-question="{CERTIFIED}"]')
    assert question.locator(".question__owed li").count(), "an expired certificate asks for nothing"
    _attach(visitor, question, _proofs(clock.legal_date(now()))[True])
    still = question.locator(f"button[value='confirmer:{CERTIFIED}']")
    if still.count():
        visitor.go(still)


def _difference(browser: Browser, server: Server, audit_id: int) -> set[str]:
    """The questions that the reviewer's page of what changed shows."""
    with _visit(browser, server, CLAIRE, Effort(), width=1280) as claire:
        claire.open(f"/audits/{audit_id}?vue=difference")
        shown = claire.page.locator("h3.answer__question[id^='t-']")
        return {(one.get_attribute("id") or "")[2:] for one in shown.all()}


def walked(report: Report, _limits: Limits) -> None:
    """Both years."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        print("one vendor: Chromium is not installed")
        return
    with _portal() as portal, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        with served(portal.environment(timedelta())) as server:
            first, effort = _year_one(browser, portal, server)
        report.add("year one: clicks", effort.counted["click"], "clicks", None, effort.told())
        portal.accept(first)
        clock.move(YEAR)
        with served(portal.environment(YEAR)) as server:
            second, effort, of_paul, changed = _year_two(browser, portal, server)
            shown = _difference(browser, server, second)
        report.add("year two: clicks", effort.counted["click"], "clicks", CLICKS, effort.told())
        report.add("year two: clicks of the colleague", of_paul.counted["click"], "clicks", None, of_paul.told())
        wrong = changed ^ shown
        report.add("year two: changes that the reviewer is shown wrongly", len(wrong), "questions", 0.0,
                   f"{len(shown)} shown; wrong: {sorted(wrong)}")  # fmt: skip
        report.add("year two: fields typed", effort.counted["typed"], "fields", 0.0)
        report.add("year two: minutes", effort.seconds / 60, "minutes", MINUTES)
        browser.close()
