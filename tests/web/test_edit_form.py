"""Two colleagues on one page lose nothing: every form over a row carries the mark of what it was shown with.

The forms are found in the source: a new one without the mark, or without its case below, fails here.
"""

import ast
import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from portal.authz.policy import Role
from portal.campaigns.queries import shipped_words
from portal.campaigns.rules import LetterKind
from portal.campaigns.services import save_audience, write_letter
from portal.chain.rules.transfer_tools import ClauseModule, TransferTool
from portal.chain.services import TransferSheet, company_of_vendor, frame_transfer
from portal.changes.services import moves_of
from portal.consumer_law.rules.periods import ContractKind
from portal.contracts.library_editions import library_of
from portal.contracts.rules.clause_writing import paragraph_fields
from portal.contracts.services import ContractDates, propose_paragraph
from portal.core.language import Language
from portal.findings.models import Finding
from portal.published_terms.rules.watching import PageKind
from portal.published_terms.services import PageSheet, watch_page
from portal.web.edit_form import EditForm, _digest
from portal.web.forms import LongTextField
from tests.conftest import REPOSITORY
from tests.factories.campaigns import campaign_of
from tests.factories.changes import announced
from tests.factories.desk import contract_of as draft_of
from tests.factories.desk import drafted, entity_of, matter, service_of
from tests.factories.dora import complete_world, lei_of
from tests.factories.incidents import declared
from tests.factories.mystery import running
from tests.factories.own_questionnaires import own_of, rows_of, section_of
from tests.factories.people import user_of
from tests.factories.register import activity_of, controller_sheet, processor_sheet
from tests.factories.requests import recorded
from tests.factories.signatures import contract_of
from tests.factories.signing import OURS, agreed, opened, signatory_of
from tests.factories.world import contact_of, full_vendor, vendor_of, vendor_user
from tests.pages import Page, PageClient

NOT_OVER_A_ROW = {
    "AcceptForm": "a closing, once: whoever comes second is refused by its state",
    "AddressForm": "a message is sent again once: whoever comes second is refused by its state",
    "BreachDrillForm": "a new drill: the vendor, the evening and the scene are proposed",
    "AuthorityDrillForm": "a new drill: the subject, the morning and the scene are proposed",
    "NewPageForm": "a new page to watch: its vendor is proposed",
    "AskContractFactsForm": "the language of the contract is proposed; nothing of a row is edited",
    "AskFactsForm": "an address is proposed; nothing of a row is edited",
    "ReceivedChangeForm": "a new announcement: the vendor and the present moment are proposed",
    "AskForm": "a new audit: the usual day is proposed",
    "BatchForm": "a new batch of invented people",
    "AttestationForm": "a sending, once: who attested last time is proposed",
    "CampaignForm": "a new campaign: its first day is proposed; an existing one goes through `of`",
    "AskSampleForm": "a new sample",
    "ChoiceForm": "a new file for the authority: the day of today is proposed",
    "ColleagueForm": "a new account",
    "ConfirmDelayForm": "a new word on a contract: what was read is proposed, and every word stays",
    "ContactForm": "a new contact, in the vendor's language",
    "DeclarationForm": "a new breach: who can say more is proposed",
    "DelayDecisionForm": "a decision, once: the day asked for is proposed, whoever comes second is refused",
    "DelayForm": "a new request: the usual day is proposed",
    "RecordForm": "a new breach: the vendor and the present moment are proposed",
    "PartsForm": "a new file for the authority: the usual parts are proposed",
    "SendBackForm": "a new due date is proposed each time",
    "EntrustForm": "something new is asked of a vendor: what the request calls for is proposed",
    "ExposureForm": "a calculation, kept nowhere",
    "ExtendForm": "a new due date is proposed each time",
    "FindingForm": "a new finding, proposed from a question",
    "DraftForm": "the language of a new version, and a reason",
    "GiveBackForm": "an answer, once: whoever comes second is refused by the state of what was asked",
    "InChargeForm": "one name: whoever names somebody last is right, and the journal has both",
    "LetterForm": "a message as it was shipped; one in our own words goes through `row`",
    "LanguageForm": "the language of a new version",
    "MeasuredFindingForm": "a new finding, proposed from a fault or a breach",
    "NewContractForm": "a new contract",
    "ObservationForm": "has its own mark: the observation seen (`correct_observation`)",
    "OrderForm": "a new order",
    "PlanForm": "a new plan",
    "PlantedForm": "one day: whoever names it last is right, and the journal has both",
    "ReceiveForm": "a new review",
    "ReceiptMomentForm": "one moment: whoever names it last is right, and the journal has both",
    "ReceivedForm": "a letter or a call, once",
    "RecordRequestForm": "a new request: the vendor and the present day are proposed",
    "RelayForm": "a new request: the present day is proposed",
    "ReviewerForm": "one name: whoever names somebody last is right, and the journal has both",
    "SampleForm": "the gallery of components",
    "UsualForm": "new lines, for the entity whose register is open",
}
"""Forms shown with values that are not those of a row, or that have a mark of their own."""
CALLED = re.compile(r"Form(?:\.of)?\(")
"""What a file must hold for a form to be shown in it: the others, nine in ten, are not parsed."""
HARMLESS = {"formdata", "prefix", "meta", "token"}


def shown_with_values() -> Iterator[tuple[str, str, bool]]:
    """Each call that shows a form with values: where, its class, and whether it says over which row."""
    for path in sorted((REPOSITORY / "portal").rglob("*.py")):
        if "seed" in path.parts:
            continue
        source = path.read_text()
        for node in ast.walk(ast.parse(source)) if CALLED.search(source) else ():
            if not isinstance(node, ast.Call):
                continue
            called = node.func.value if isinstance(node.func, ast.Attribute) and node.func.attr == "of" else node.func
            if not isinstance(called, ast.Name) or not called.id.endswith("Form"):
                continue
            words = {word.arg for word in node.keywords}
            if words - HARMLESS or called is not node.func:
                module = ".".join(path.relative_to(REPOSITORY).with_suffix("").parts)
                yield module, called.id, bool(words & {"obj", "row"}) or called is not node.func


FOUND = list(shown_with_values())


def test_a_form_shown_with_the_values_of_a_row_carries_the_mark():
    unmarked = {
        f"{module}: {name}"
        for module, name, over_row in FOUND
        if not (over_row and issubclass(getattr(importlib.import_module(module), name), EditForm))
        and name not in NOT_OVER_A_ROW
    }
    assert not unmarked, f"EditForm with obj= or row=, or a reason in NOT_OVER_A_ROW: {sorted(unmarked)}"


def test_no_reason_outlives_its_form():
    assert set(NOT_OVER_A_ROW) <= {name for _module, name, _over_row in FOUND}


# --- two colleagues on each page

World = Callable[[Any, Any], tuple[Any, str]]


def _dpos(path: Callable[[Any], str]) -> World:
    """Two data protection officers, over everything that a vendor can have."""

    def build(session: Any, _ctx: Any) -> tuple[Any, str]:
        return lambda: user_of(session, Role.DPO), path(full_vendor(session))

    return build


def _over(model: str) -> Callable[[Any], int]:
    module, name = model.rsplit(".", 1)
    kind = getattr(importlib.import_module(module), name)

    def newest(vendor: Any) -> int:
        session = vendor._sa_instance_state.session
        return int(session.query(kind).order_by(kind.id.desc()).first().id)

    return newest


def _contact(session: Any, _ctx: Any) -> tuple[Any, str]:
    vendor = vendor_of(session)
    return lambda: user_of(session, Role.DPO), f"/sous-traitants/{vendor.id}/contacts/{contact_of(session, vendor).id}"


def _change(path: Callable[[Any, Any], str]) -> World:
    """Two data protection officers, over a change that a vendor announced."""

    def build(session: Any, ctx: Any) -> tuple[Any, str]:
        change = announced(ctx, vendor_of(session))
        return lambda: user_of(session, Role.DPO), path(change, moves_of(ctx, change)[1])

    return build


def _entity(session: Any, _ctx: Any) -> tuple[Any, str]:
    entity = entity_of(session, registration="552100554")
    return lambda: user_of(session, Role.DPO), f"/sous-traitants/entites/{entity.id}"


def _dora(path: Callable[[Any], str]) -> World:
    """A service in the register of information of DORA."""

    def build(session: Any, _ctx: Any) -> tuple[Any, str]:
        service = complete_world(session)
        return lambda: user_of(session, Role.DPO), f"/dora/{path(service)}"

    return build


def _service(path: str = "") -> World:
    def build(session: Any, _ctx: Any) -> tuple[Any, str]:
        service = service_of(session, vendor_of(session), started_on=None)
        return lambda: user_of(session, Role.DPO), f"/sous-traitants/{service.vendor_id}/prestations/{service.id}{path}"

    return build


def _owner(session: Any, _ctx: Any) -> tuple[Any, str]:
    for _ in range(3):
        user_of(session, Role.BUYER)
    return lambda: user_of(session, Role.DPO), f"/sous-traitants/{vendor_of(session).id}/responsable"


def _campaign(session: Any, ctx: Any) -> tuple[Any, str]:
    return lambda: user_of(session, Role.DPO), f"/campagnes/{campaign_of(ctx).id}/modifier"


def _audience(session: Any, ctx: Any) -> tuple[Any, str]:
    saved = save_audience(ctx, "Actifs", {"statuses": ["actif"]})
    return lambda: user_of(session, Role.DPO), f"/campagnes/filtres/{saved.id}"


def _finding(session: Any, _ctx: Any) -> tuple[Any, str]:
    vendor = full_vendor(session)
    finding = session.query(Finding).filter_by(vendor_id=vendor.id).one()
    finding.responsible = "Le prestataire"
    return lambda: user_of(session, Role.DPO), f"/audits/constats/{finding.id}/modifier"


def _receipt(session: Any, ctx: Any) -> tuple[Any, str]:
    test = running(ctx, vendor_of(session), kind=ContractKind.GOODS)
    return lambda: user_of(session, Role.DPO), f"/retractation/tests/{test.id}/commande"


def _paragraph(session: Any, ctx: Any) -> tuple[Any, str]:
    contract = draft_of(ctx, matter(session))
    return lambda: user_of(session, Role.DPO), f"/contrats/{contract.id}/redaction/CL18_7"


def _proposed(session: Any, ctx: Any) -> tuple[Any, str]:
    clause = library_of(ctx).clause["CL18"]
    fields = {**paragraph_fields(clause, 6), "text_fr": "Le Sous-traitant contient la violation sans délai."}
    propose_paragraph(ctx, "CL18", 6, fields, "Plus court.")
    return lambda: user_of(session, Role.DPO), "/contrats/clauses/CL18/paragraphes/6/proposer"


def _version(session: Any, ctx: Any) -> tuple[Any, str]:
    contract, _version = drafted(ctx, matter(session), Language.FR)
    return lambda: user_of(session, Role.DPO), f"/contrats/{contract.id}/versions/1/nom"


def _signatory(session: Any, ctx: Any) -> tuple[Any, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.contracts.services.signing.read_seal_key", lambda path: path)
        signing = opened(ctx, agreed(ctx))
    at = f"/contrats/{signing.contract_id}/signataires/{signatory_of(ctx, signing, OURS).id}"
    return lambda: user_of(session, Role.DPO), at


def _own_account(session: Any, _ctx: Any) -> tuple[Any, str]:
    one = user_of(session, Role.DPO)
    return lambda: one, "/mon-compte"


def _proof(session: Any, _ctx: Any) -> tuple[Any, str]:
    from_space = importlib.import_module("tests.factories.spaces")
    models = importlib.import_module("portal.audits.models")
    space = from_space.space_of(session)
    question = next(one.key for one in from_space.small().questions if one.takes_files)
    proof = from_space.proof_of(session, space.vendor)
    link = models.AnswerEvidence(
        audit_id=space.audit.id, question_key=question, evidence_id=proof.id, attached_at=proof.uploaded_at, round=1
    )
    session.add(link)
    session.flush()
    return lambda: vendor_user(session, space.vendor), f"/espace/audits/{space.audit.id}/pieces/{link.id}"


def _dated(session: Any, ctx: Any) -> tuple[Any, str]:
    contract = contract_of(ctx, vendor_of(session), dates=ContractDates(ctx.today, 36, 12, "3"))
    return lambda: user_of(session, Role.DPO), f"/contrats/{contract.id}/dates"


def _own(path: Callable[[Any, Any], str]) -> World:
    """A questionnaire written in the portal, of one question."""

    def build(session: Any, ctx: Any) -> tuple[Any, str]:
        own = own_of(ctx)
        session.flush()
        return lambda: user_of(session, Role.DPO), f"/questionnaires/ecrits/{own.id}/{path(ctx, own)}"

    return build


def _letter(session: Any, ctx: Any) -> tuple[Any, str]:
    words = shipped_words(LetterKind.REMINDER)
    write_letter(ctx, LetterKind.REMINDER, replace(words, subject_fr="À vous de répondre"))
    return lambda: user_of(session, Role.DPO), "/campagnes/messages/reminder"


def _activity(sheet: Callable[[], Any]) -> World:
    def build(session: Any, ctx: Any) -> tuple[Any, str]:
        return lambda: user_of(session, Role.DPO), f"/registre/{activity_of(ctx, sheet()).id}/modifier"

    return build


def _chain(path: str) -> World:
    """A company of the chain in the United States, its transfer framed."""

    def build(session: Any, ctx: Any) -> tuple[Any, str]:
        company = company_of_vendor(ctx, vendor_of(session))
        sheet = TransferSheet("US", "", None, TransferTool.CLAUSES, ClauseModule.THREE, None, "", TransferTool.CLAUSES)
        frame_transfer(ctx, company, sheet)
        return lambda: user_of(session, Role.DPO), f"/chaine/societes/{company.id}/{path}"

    return build


def _breach(session: Any, ctx: Any) -> tuple[Any, str]:
    incident = declared(ctx, vendor_of(session))
    return lambda: user_of(session, Role.DPO), f"/violations/{incident.id}/faits"


def _person(session: Any, ctx: Any) -> tuple[Any, str]:
    request = recorded(ctx, vendor_of(session))
    return lambda: user_of(session, Role.DPO), f"/demandes/{request.id}/personne"


def _published(session: Any, ctx: Any) -> tuple[Any, str]:
    sheet = PageSheet("Accord publié", PageKind.AGREEMENT, "", is_fetched=False)
    page = watch_page(ctx, vendor_of(session), sheet)
    return lambda: user_of(session, Role.DPO), f"/textes-publies/{page.id}/modifier"


def _phase(session: Any, ctx: Any) -> tuple[Any, str]:
    incident = declared(ctx, vendor_of(session))
    return lambda: vendor_user(session, incident.vendor), f"/espace/violations/{incident.id}"


def _affected(session: Any, ctx: Any) -> tuple[Any, str]:
    incident = declared(ctx, vendor_of(session))
    return lambda: user_of(session, Role.DPO), f"/violations/{incident.id}/traitements"


CASES: dict[str, World] = {
    "AffectedForm": _affected,
    "AmendForm": _dpos(lambda v: f"/retractation/tests/plans/{_over('portal.mystery.models.MysteryPlan')(v)}/modifier"),
    "AudienceForm": _audience,
    "BreachForm": _breach,
    "MoveForm": _change(lambda change, move: f"/changements/{change.id}/lignes/{move.id}"),
    "CampaignForm": _campaign,
    "CompanyForm": _chain("modifier"),
    "ContactForm": _contact,
    "ContractDatesForm": _dated,
    "ControllerForm": _activity(controller_sheet),
    "DefinitionsForm": _dora(lambda service: f"entites/{service.legal_entity_id}/definitions"),
    "DescribeForm": _dpos(lambda v: f"/contrats-recus/{_over('portal.paper.models.PaperReview')(v)}/modifier"),
    "DetailsForm": _proof,
    "DoraContractForm": _dora(lambda s: f"contrats/{_over('portal.contracts.models.Contract')(s.vendor)}"),
    "DoraEntityForm": _dora(lambda service: f"entites/{service.legal_entity_id}"),
    "DoraServiceForm": _dora(lambda service: f"prestations/{service.id}"),
    "EndForm": _service("/fin"),
    "EntityForm": _entity,
    "FindingForm": _finding,
    "FunctionForm": _dora(lambda s: f"fonctions/{_over('portal.dora.models.DoraFunction')(s.vendor)}"),
    "HeadForm": _own(lambda _ctx, _own: "titre"),
    "LetterForm": _letter,
    "OwnerForm": _owner,
    "PageForm": _published,
    "PersonForm": _person,
    "ProcessorForm": _activity(processor_sheet),
    "ProfileForm": _own_account,
    "ProviderForm": _dora(lambda service: f"prestataires/{service.vendor_id}"),
    "ProposedParagraphForm": _proposed,
    "PhaseForm": _phase,
    "QuestionForm": _own(lambda ctx, own: f"questions/{rows_of(ctx, own)[0].id}"),
    "ReceiptForm": _receipt,
    "SectionForm": _own(lambda ctx, own: f"parties/{section_of(ctx, own).id}"),
    "ServiceForm": _service(),
    "SignatoryForm": _signatory,
    "ParagraphForm": _paragraph,
    "TransferForm": _chain("transferts/US"),
    "SubjectForm": _dpos(lambda v: f"/contrats/{_over('portal.contracts.models.Contract')(v)}/modifier"),
    "VersionLabelForm": _version,
    "VendorForm": _dpos(lambda v: f"/sous-traitants/{v.id}/modifier"),
}

ONE_TEXT = {"AffectedForm", "AmendForm", "DescribeForm", "DoraContractForm", "EndForm", "OwnerForm", "ProfileForm",
            "ReceiptForm", "SubjectForm", "VersionLabelForm"}  # fmt: skip
"""Forms with a single field that takes any text: whoever changes anything changes the same one."""


def test_every_form_over_a_row_has_its_case():
    over_rows = {
        name
        for module, name, over_row in FOUND
        if over_row and issubclass(getattr(importlib.import_module(module), name), EditForm)
    }
    assert over_rows == set(CASES)


def fields_of(page: Page) -> dict[str, list[str]]:
    """What a browser would send of the page's marked form, as it is shown."""
    (form,) = page.all("//form[.//input[@name='seen']]")
    found: dict[str, list[str]] = {}
    for name, value in form.form_values():
        if name != "take":
            found.setdefault(name, []).append(value)
    return found


def writable(page: Page) -> list[Any]:
    """The controls of the marked form whose value a person can change, those of one value each."""
    (form,) = page.all("//form[.//input[@name='seen']]")
    return [
        one
        for one in form.xpath(
            ".//input[not(@type) or @type='text' or @type='email' or @type='date'] | .//textarea | .//select"
        )
        if one.get("name") not in {None, "vendor"} and (one.tag != "select" or len(one.xpath(".//option")) > 2)
    ]


SOUND = {
    "what": tuple(f"Un fichier de clients est parti vers une adresse inconnue, relevé {n}." for n in range(3)),
    "name": ("Anne Roy", "Paul Roy", "Marc Roy"),
    "countries": ("France", "Belgique", "Italie"),
    "notice": ("4", "5", "6"),
    "parent_lei": (lei_of(1), lei_of(2), lei_of(3)),
    "email": ("un@exemple.test", "deux@exemple.test", "trois@exemple.test"),
    "registration": ("552100554", "732829320", "552081317"),
    "address": ("https://un.example/a", "https://deux.example/b", "https://trois.example/c"),
}
"""Other values for the fields that do not take any text."""


def other_value(control: Any, place: int) -> str:
    """Another value for a control; `place` tells one from the next."""
    if control.tag == "select":
        values = [o.get("value") for o in control.xpath(".//option[not(@selected)]") if o.get("value")]
        return str(values[place])
    if control.get("type") == "date":
        return f"2026-11-{10 + place}"
    return SOUND.get(control.get("name"), ("Autrement 0", "Autrement 1", "Autrement 2"))[place]


def shown(page: Page, name: str) -> str:
    """What a control of the page holds."""
    return fields_of(page)[name][0].strip()


@pytest.fixture
def desk(request: pytest.FixtureRequest, session: Any, ctx: Any, app: Any) -> tuple[PageClient, PageClient, str]:
    """Two people who may edit one row, and the address of its page."""
    person, path = CASES[request.param](session, ctx)
    users = person(), person()
    session.commit()
    return PageClient(app, users[0]), PageClient(app, users[1]), path


def send(client: PageClient, path: str, page: Page, status: int, **changed: str) -> Page:
    """Post the page's form as it was shown, but for what is changed."""
    data = {**fields_of(page), **{name: [value] for name, value in changed.items()}}
    found = Page(client.client.post(path, data=data))
    assert found.status == status, found.words[:300]
    return found


@pytest.mark.parametrize("desk", sorted(CASES), indirect=True)
def test_two_colleagues_on_one_page_lose_nothing(desk):
    alice, bob, path = desk
    before = bob.get(path)
    controls = writable(before)
    first, name = controls[0], controls[0].get("name")
    theirs, mine = other_value(first, 0), other_value(first, 1)
    send(alice, path, alice.get(path), 302, **{name: theirs})
    also = {one.get("name"): other_value(one, 2) for one in controls[1:2] if one.tag != "select"}
    refused = send(bob, path, before, 409, **{name: mine}, **also)
    (pair,) = refused.all(".pair--field")
    words = " ".join(pair.text_content().split())
    assert alice.user.name in words, "who was faster is named"
    assert "2026" in words, "and when"
    for one, value in {name: mine, **also}.items():
        assert shown(refused, one) == value, "what was typed is still there"
    assert shown(alice.get(path), name) == theirs, "nothing was written over"
    # Saving again as it stands keeps one's own; ticking the box keeps theirs.
    taken = send(bob, path, refused, 302, take=name)
    assert taken.status == 302
    assert shown(alice.get(path), name) == theirs
    again = send(bob, path, before, 409, **{name: mine})
    send(bob, path, again, 302)
    assert shown(alice.get(path), name) == mine


@pytest.mark.parametrize("desk", sorted(set(CASES) - ONE_TEXT), indirect=True)
def test_what_only_a_colleague_changed_is_kept_and_said(desk):
    alice, bob, path = desk
    before = bob.get(path)
    controls = [one for one in writable(before) if one.tag != "select"]
    (theirs, mine) = controls[0].get("name"), controls[1].get("name")
    send(alice, path, alice.get(path), 302, **{theirs: other_value(controls[0], 0)})
    done = send(bob, path, before, 302, **{mine: other_value(controls[1], 1)})
    assert alice.user.name in bob.follow(done).words
    after = alice.get(path)
    assert shown(after, theirs) == other_value(controls[0], 0)
    assert shown(after, mine) == other_value(controls[1], 1)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "desk",
    ["AmendForm", "CompanyForm", "ContactForm", "DoraContractForm", "DoraEntityForm", "FunctionForm", "LetterForm",
     "MoveForm", "PageForm", "PersonForm", "ServiceForm", "TransferForm", "VersionLabelForm"],
    indirect=True,
)  # fmt: skip
def test_a_row_is_held_on_both_databases(desk):
    alice, bob, path = desk
    before = bob.get(path)
    control = writable(before)[0]
    send(alice, path, alice.get(path), 302, **{control.get("name"): other_value(control, 0)})
    send(bob, path, before, 409, **{control.get("name"): other_value(control, 1)})
    assert shown(alice.get(path), control.get("name")) == other_value(control, 0)


@pytest.mark.both_databases
@pytest.mark.parametrize("mark", ["", "name:00000000 tout"])
def test_whoever_carries_no_mark_writes_over_nothing(as_, session, mark):
    vendor = vendor_of(session, name="Acme")
    client = as_(Role.DPO)
    path = f"/sous-traitants/{vendor.id}/modifier"
    data = {**fields_of(client.get(path)), "name": "Autre", "seen": mark}
    client.post(path, data, status=409)
    session.refresh(vendor)
    assert vendor.name == "Acme"


def test_a_value_that_nobody_touched_is_the_same_on_both_sides():
    class Sheet(EditForm):
        text = LongTextField("Texte")

    assert _digest(Sheet.text, None) == _digest(Sheet.text, "")
    assert _digest(Sheet.text, "a\r\nb") == _digest(Sheet.text, "a\nb")
    assert _digest(Sheet.text, [1, 2]) != _digest(Sheet.text, [2, 1])
