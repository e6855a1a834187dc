"""How the demonstration came about: audits answered year after year, contracts drafted, a campaign running."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audits import queries as audits
from portal.audits import services
from portal.audits.models import Audit
from portal.audits.rules import ReviewVerdict, Signatory
from portal.audits.services import Judgement
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Actor, Permission, Role
from portal.campaigns import services as campaigns
from portal.contracts import services as contracts
from portal.contracts.models import Contract
from portal.contracts.services import ContractDates, ContractSubject
from portal.core import process, workdays
from portal.core.clock import LEGAL_ZONE, legal_date
from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.core.stored import keep
from portal.evidence import services as evidence
from portal.evidence.models import Evidence
from portal.evidence.rules import EvidenceVerdict
from portal.evidence.services import EvidenceDetails
from portal.findings.services import pass_retest
from portal.identity.models import User
from portal.identity.services import Person, create_user, hash_password
from portal.jobs import clock_guard
from portal.notices import services as notices
from portal.notices.models import Notice
from portal.paper.contract_check import read_and_check
from portal.paper.copy_reading import reading_of
from portal.questionnaires import catalogue
from portal.questionnaires.definition import GivenAnswer, Question
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.rules.completing import MissingReason, missing_items, severity_opened, visible_questions
from portal.questionnaires.services import publish
from portal.scorecards import services as scorecards
from portal.seed.demo_answers import ASSESSED, VENDOR_ANSWERS, typed_facts, typed_transfers
from portal.seed.demo_chain import enter_chain
from portal.seed.demo_changes import HOST, run_changes
from portal.seed.demo_contracts import RECEIVED_CONTRACTS, receive
from portal.seed.demo_decoys import run_decoys
from portal.seed.demo_dora import DESCRIBED, UNSORTED, keep_dora_register
from portal.seed.demo_drills import run_drills
from portal.seed.demo_exchanges import COLLEAGUE, arrange
from portal.seed.demo_incidents import PAYROLL, run_incidents
from portal.seed.demo_mystery_tests import CALL_CENTRE, CARRIER, run_mystery_tests
from portal.seed.demo_people import ENTITIES, STAFF, VENDORS, DemoVendor
from portal.seed.demo_pieces import fill_locker
from portal.seed.demo_plans import run_plans
from portal.seed.demo_published import run_published
from portal.seed.demo_questionnaires import write_own_questionnaire
from portal.seed.demo_register import fill_register
from portal.seed.demo_requests import run_requests
from portal.seed.demo_samples import ask_again, measure
from portal.seed.demo_signing import Signatories, have_signed_by_one_side
from portal.seed.demo_wave import launch_wave
from portal.seed.plain_pdf import plain_pdf
from portal.vendors import services as vendors
from portal.vendors.models import LegalEntity, Membership, Service, Vendor

LONG_AGO = timedelta(days=800)


@dataclass(frozen=True)
class DemoContext:
    """What the demonstration is written with: the session, the present instant, the staff, the hash of the password."""

    session: Session
    now: datetime
    staff: dict[Role, User]
    password_hash: str

    def at(self, moment: datetime, user: User | None = None, vendor: Vendor | None = None) -> Context:
        """A context for someone at some moment."""
        if user is None:
            return Context(self.session, SYSTEM, moment)
        ids = frozenset({vendor.id}) if vendor is not None else frozenset()
        return Context(self.session, Actor(user.role, user.id, user.name, user.email, user.language, ids), moment)


def write_history(
    session: Session, now: datetime, password: str, plans: Sequence[DemoVendor] = VENDORS
) -> list[tuple[str, str]]:  # fmt: skip
    """Write everything; returns the accounts to sign in with, as (role, address).

    `plans` may leave vendors out, but for the call centre and the carrier, whose calls and parcels are looked into.
    """
    hashed = hash_password(password)
    began = Context(session, SYSTEM, now - LONG_AGO)
    staff = {role: _account(began, Person(email, name, role, Language.FR), hashed) for email, name, role in STAFF}
    staff[Role.DPO].phone = "+33 4 00 00 00 00"
    demo = DemoContext(session, now, staff, hashed)
    entities = [vendors.create_entity(began, sheet) for sheet in ENTITIES]
    version = publish(began, catalogue.load(process.settings().questionnaires_dir)["socle-rgpd"])
    people = [_vendor(demo, vendor_plan, entities[0], version) for vendor_plan in plans]
    fill_locker(demo.session, demo.at, now, people[0])
    _customer_relations(demo)
    _papers(demo)
    _mystery(demo)
    _samples(demo)
    _plans(demo)
    _campaign(demo)
    launch_wave(demo.now, lambda moment: demo.at(moment, demo.staff[Role.DPO]), lambda *given: _fill_in(demo, *given))
    _own_questionnaire(demo)
    fill_register(session, now, lambda moment: demo.at(moment, demo.staff[Role.DPO]), entities)
    callisto = _exchanges(demo)
    _signing(demo, callisto[0])
    enter_chain(demo.at(demo.now - timedelta(days=20), demo.staff[Role.DPO]))
    _changes(demo)
    _incidents(demo)
    _dora(demo)
    _mornings(demo)
    clock_guard.believe(session, now)  # what was just promised bears dates of weeks ago
    logins = [(role.value, email) for email, _, role in STAFF]
    vendors_people = [*people[:3], *callisto]
    return [*logins, *((user.role.value, user.email) for user in vendors_people)]


def _customer_relations(demo: DemoContext) -> None:
    """The call centre is halfway through the questionnaire on withdrawal and calls."""
    opened = demo.at(demo.now - timedelta(days=14))
    version = publish(opened, catalogue.load(process.settings().questionnaires_dir)["relation-client-retractation"])
    for vendor in demo.session.query(Vendor).join(Service).filter(Service.calls_consumers.is_(True)):
        user = demo.session.query(User).join(Membership).filter(Membership.vendor_id == vendor.id).one()
        _audit(demo, vendor, user, version, demo.now - timedelta(days=14), 0.9, "answering")


def _papers(demo: DemoContext) -> None:
    """Contracts on vendors' own paper, received one after the other these last weeks."""
    for number, paper in enumerate(RECEIVED_CONTRACTS):
        vendor = demo.session.query(Vendor).filter_by(name=paper.vendor).one_or_none()
        if vendor is None:
            continue
        receive(demo.at(demo.now - timedelta(days=16 - 9 * number), demo.staff[Role.LEGAL]), paper, vendor)


def _mystery(demo: DemoContext) -> None:
    """A call centre tested twice as a customer would, and tests still to be done."""
    centre, carrier = (demo.session.query(Vendor).filter_by(name=name).one() for name in (CALL_CENTRE, CARRIER))
    run_mystery_tests(demo.now, lambda moment: demo.at(moment, demo.staff[Role.LEGAL]), centre, carrier)


def _samples(demo: DemoContext) -> None:
    """The call centre's cases measured twice, its calls once; another vendor is asked for cases it has not sent."""
    centre, carrier = (demo.session.query(Vendor).filter_by(name=name).one() for name in (CALL_CENTRE, CARRIER))
    user = demo.session.query(User).join(Membership).filter(Membership.vendor_id == centre.id).one()
    auditor = demo.staff[Role.DPO]
    measure(
        demo.now, lambda moment: demo.at(moment, auditor), lambda moment: demo.at(moment, user, centre), centre
    )  # fmt: skip
    ask_again(demo.at(demo.now - timedelta(days=3), auditor), carrier)


def _plans(demo: DemoContext) -> None:
    """What was found is being worked on, by both sides."""

    def theirs(moment: datetime, vendor: Vendor) -> Context:
        user = demo.session.query(User).join(Membership).filter(Membership.vendor_id == vendor.id).first()
        return demo.at(moment, user, vendor)

    run_plans(demo.session, demo.now, lambda moment: demo.at(moment, demo.staff[Role.DPO]), theirs)


def _own_questionnaire(demo: DemoContext) -> None:
    """A questionnaire written here, published last month and being changed."""
    then, now = (demo.at(demo.now - timedelta(days=days), demo.staff[Role.DPO]) for days in (30, 1))
    write_own_questionnaire(then, now)


def _exchanges(demo: DemoContext) -> list[User]:
    """The call centre works with a colleague and with us; returns its two accounts."""
    centre = demo.session.query(Vendor).filter_by(name=CALL_CENTRE).one()
    admin = demo.session.query(User).join(Membership).filter(Membership.vendor_id == centre.id).one()
    colleague = _account(demo.at(demo.now - timedelta(days=10)), COLLEAGUE, demo.password_hash)
    arrange(demo.now, demo.at, centre, admin, colleague, demo.staff[Role.DPO])
    return [admin, colleague]


def _signing(demo: DemoContext, manager: User) -> None:
    """The call centre's contract is agreed and signed by our side."""
    centre = demo.session.query(Vendor).filter_by(name=CALL_CENTRE).one()
    people = Signatories(demo.staff[Role.MANAGEMENT], manager)
    have_signed_by_one_side(demo.now, demo.at, demo.staff[Role.LEGAL], centre, people)


def _changes(demo: DemoContext) -> None:
    """The host's change waits for an answer, the payroll office's was accepted; without them, nothing is announced."""
    wanted = Vendor.name.in_((HOST, PAYROLL))
    named = {vendor.name: vendor for vendor in demo.session.query(Vendor).filter(wanted)}
    if len(named) == 2:
        dpo, lawyer = demo.staff[Role.DPO], demo.staff[Role.LEGAL]
        run_changes(
            demo.now, lambda moment: demo.at(moment, dpo), lambda moment: demo.at(moment, lawyer), lawyer,
            named[HOST], named[PAYROLL],
        )  # fmt: skip


def _incidents(demo: DemoContext) -> None:
    """The payroll office's breach waits for a decision, the carrier's is closed; persons ask; a decoy was reached."""
    wanted = Vendor.name.in_((PAYROLL, CALL_CENTRE, CARRIER))
    named = {vendor.name: vendor for vendor in demo.session.query(Vendor).filter(wanted)}
    office = named.get(PAYROLL) or named[CALL_CENTRE]
    user = demo.session.query(User).join(Membership).filter(Membership.vendor_id == office.id).first()
    run_incidents(
        demo.now, lambda moment: demo.at(moment, demo.staff[Role.DPO]), lambda moment: demo.at(moment, user, office),
        office, named[CARRIER],
    )  # fmt: skip
    called = demo.session.query(User).join(Membership).filter(Membership.vendor_id == named[CALL_CENTRE].id).first()
    run_requests(
        demo.now, lambda moment: demo.at(moment, demo.staff[Role.DPO]),
        lambda moment: demo.at(moment, called, named[CALL_CENTRE]), named[CALL_CENTRE], named[CARRIER],
    )  # fmt: skip
    run_drills(demo.now, demo.session, demo.staff, office)
    run_decoys(demo.now, lambda moment: demo.at(moment, demo.staff[Role.DPO]), named[CARRIER], named[CALL_CENTRE])
    run_published(demo.now, lambda moment: demo.at(moment, demo.staff[Role.DPO]), office, named[CARRIER])


def _dora(demo: DemoContext) -> None:
    """A payment company of the group keeps its register of information."""
    found = demo.session.query(Vendor).filter(Vendor.name.in_((DESCRIBED, UNSORTED)))
    named = {vendor.name: vendor for vendor in found}
    if len(named) == 2:
        keep_dora_register(
            demo.now, lambda moment: demo.at(moment, demo.staff[Role.DPO]), named[DESCRIBED], named[UNSORTED]
        )


def _mornings(demo: DemoContext) -> None:
    """The digests that left on the mornings after what happened, as the worker would have written them."""
    noted = demo.session.scalars(select(Notice.noted_at).where(Notice.told_at.is_(None))).all()
    for day in sorted({workdays.next_working(legal_date(at) + timedelta(days=1)) for at in noted}):
        morning = datetime.combine(day, time(notices.MORNING), LEGAL_ZONE)
        if morning <= demo.now:
            waiting = demo.session.scalars(select(Notice.user_id).where(Notice.told_at.is_(None)).distinct()).all()
            notices.write_digests(demo.at(morning), waiting)


def _account(ctx: Context, person: Person, hashed: str) -> User:
    user = create_user(ctx, person)
    user.password_hash = hashed
    return user


def _vendor(demo: DemoContext, vendor_plan: DemoVendor, entity: LegalEntity, version: QuestionnaireVersion) -> User:
    began = demo.at(demo.now - LONG_AGO + timedelta(days=5), demo.staff[Role.DPO])
    owner = demo.staff[Role.BUYER] if vendor_plan.owned else None
    vendor = vendors.create_vendor(began, vendor_plan.sheet, owner=owner, despite_likeness=True)
    for status in vendor_plan.path:
        vendors.change_status(began, vendor, status)
    contact = vendors.add_contact(began, vendor, vendor_plan.contact)
    sheet = vendors.ServiceSheet(**{**vendor_plan.service.__dict__, "legal_entity_id": entity.id})
    service = vendors.add_service(began, vendor, sheet)
    person = Person(contact.email, contact.name, Role.VENDOR_ADMIN, contact.language)
    user = _account(began, person, demo.password_hash)
    demo.session.add(Membership(user_id=user.id, vendor_id=vendor.id, role=Role.VENDOR_ADMIN))
    contact.user_id = user.id
    demo.session.flush()
    for year, quality in enumerate(vendor_plan.quality):
        latest = year == len(vendor_plan.quality) - 1
        opened = demo.now - timedelta(days=365 * (len(vendor_plan.quality) - 1 - year) + 45)
        _audit(demo, vendor, user, version, opened, quality, vendor_plan.state if latest else "accepted")
    if vendor_plan.contract:
        drafting = demo.at(demo.now - timedelta(days=20), demo.staff[Role.LEGAL])
        contract = contracts.open_contract(
            drafting,
            ContractSubject(vendor, service, entity, "dpa"),
            f"Accord de sous-traitance {vendor.name}",
            Language.FR,
        )
        reference = f"CP-{2024 + vendor.id % 3}-{vendor.id:03}"
        typed = typed_facts(vendor_plan.sheet.name)
        contracts.type_facts(
            drafting,
            contract,
            {"agreement.reference": reference, **typed},
            reasons=dict.fromkeys(typed, "Le contrat principal désigne ces juridictions."),
        )
        if (transfers := typed_transfers(vendor_plan.sheet.name, drafting.today)) is not None:
            why = "L'annexe nomme l'entité qui reçoit les données, et la date de la vérification."
            contracts.type_table(drafting, contract, "transfers.rows", transfers, reason=why)
        contracts.draft_version(drafting, contract, Language.FR)
        if vendor_plan.state == "accepted":
            _sign(demo.at(demo.now - timedelta(days=9), demo.staff[Role.LEGAL]), contract)
    return user


def _sign(ctx: Context, contract: Contract) -> None:
    """The contract of a vendor whose answers were accepted is signed; the others are still drafts."""
    vendor = contract.vendor
    page = plain_pdf(contract.title, [
        f"Entre la Maison Verdelet, responsable du traitement, et {vendor.legal_name or vendor.name}, sous-traitant.",
        "Il agit en qualité de sous-traitant, pour le compte du responsable du traitement.",
        "Le sous-traitant traite les données personnelles uniquement sur instruction documentée",
        "du responsable du traitement. Il lui notifie toute violation de données sous 24 heures.",
        "Les personnes autorisées à traiter les données sont soumises à une obligation de confidentialité.",
        "Signé des deux parties.",
    ])  # fmt: skip
    copy = vendors.keep_signed_copy(ctx, vendors.seal_signed_copy(BytesIO(page), f"{contract.key}-signe.pdf"))
    dates = ContractDates(ctx.today, 36, 12, "3")
    record = contracts.record_version_signed(ctx, contract, 1, ctx.today, copy, dates)
    # Read here as the worker would: the demonstration opens on what its copies show.
    shown = reading_of(read_and_check(page, copy.filename), (vendor.name, vendor.legal_name))
    contracts.record_copy_reading(ctx, contract.id, record.id, shown)


def _audit(
    demo: DemoContext,
    vendor: Vendor,
    user: User,
    version: QuestionnaireVersion,
    opened: datetime,
    quality: float,
    state: str,
) -> None:
    delay = 20 if state == "late" else 60
    start = demo.at(opened, demo.staff[Role.DPO])
    audit = services.open_audit(start, vendor, version, due_on=start.today + timedelta(days=delay))
    audit = audits.get_audit(demo.at(opened), audit.id, to=Permission.AUDIT_VIEW)
    chance = Random(f"{vendor.key}:{opened:%Y}")  # noqa: S311 - a demonstration, not a secret
    answering = demo.at(opened + timedelta(days=12), user, vendor)
    everything = state not in {"late", "answering"}
    if state == "submitted":
        _confirm(answering, audit, all_but_each=10)
    _answer(answering, audit, quality, chance, share=1.0 if everything else 0.4)
    if not everything:
        return
    services.submit_answers(
        answering, audit, language=user.language, signatory=Signatory(user.name, _ROLES[user.language])
    )
    if state == "submitted":
        return
    _review(
        demo.at(opened + timedelta(days=20), demo.staff[Role.DPO]),
        audit,
        returning=state == "returned",
        settled_before=demo.now.date(),
    )
    if state == "accepted":
        scorecards.take_snapshot(demo.at(opened + timedelta(days=21)), audit, reason="accepted")


def _confirm(ctx: Context, audit: Audit, *, all_but_each: int | None) -> None:
    """Say again what stands: all but one in so many, and but what asks something; without one, all that is left."""
    sheet = services.open_answers_to_write(ctx, audit.id)
    asked = audits.asked_in(ctx, sheet) if all_but_each else {}
    keys = [key for place, key in enumerate(sheet.proposed) if not all_but_each or place % all_but_each]
    seen = {key: services.proposed_mark(sheet, key) or "" for key in keys}
    services.confirm_answers(ctx, sheet, [key for key in keys if key not in asked], seen)


_ROLES = {Language.FR: "Responsable de la conformité", Language.EN: "Compliance officer"}


def _answer(ctx: Context, audit: Audit, quality: float, chance: Random, *, share: float) -> None:
    """Answer question after question, as a person would, until the share asked for is done."""
    asked = set(audits.sheet_of(ctx, audit).answers)
    while True:
        sheet = audits.sheet_of(ctx, audit)
        shown = visible_questions(sheet.questionnaire, sheet.answers)
        left = [question for question in shown if question.key not in asked]
        if not left or len(asked) >= share * len(shown):
            break
        question = left[0]
        asked.add(question.key)
        posted, comment = question.kind.demo_answer(question, quality, chance)
        if question.kind.cell_holds == "date":
            posted = (ctx.today - ASSESSED).isoformat()  # before the answer is given, in each of the years shown
        said = VENDOR_ANSWERS.get(audit.vendor.name)
        if said is not None and (own := said.to(question.key, ctx.today)) is not None:
            posted, comment = own, ""
        if posted is not None:
            services.save_answer(ctx, audit, question.key, posted=posted, comment=comment, base=0)
    if share == 1:
        _confirm(ctx, audit, all_but_each=None)
        _finish(ctx, audit, quality, chance)


def _fill_in(demo: DemoContext, audit: Audit, moment: datetime, share: float) -> None:
    """Answer a part of an audit, or all of it and send it, as the person of its vendor."""
    user = demo.session.scalars(select(User).join(Membership).where(Membership.vendor_id == audit.vendor_id)).one()
    audit = audits.get_audit(demo.at(moment), audit.id, to=Permission.AUDIT_VIEW)
    ctx = demo.at(moment, user, audit.vendor)
    _answer(ctx, audit, 0.9, Random(audit.id), share=share)  # noqa: S311 - a demonstration, not a secret
    if share == 1:
        services.submit_answers(
            ctx, audit, language=user.language, signatory=Signatory(user.name, _ROLES[user.language])
        )


def _finish(ctx: Context, audit: Audit, quality: float, chance: Random) -> None:
    """Give what the page of the sending still asks for: a proof, a comment."""
    sheet = audits.sheet_of(ctx, audit)
    for owed in missing_items(sheet.questionnaire, sheet.answers):
        question = next(q for q in sheet.questionnaire.questions if q.key == owed.question)
        if owed.reason is MissingReason.COMMENT:
            answer, base = sheet.answers[question.key], sheet.versions[question.key]
            services.save_answer(
                ctx, audit, question.key, posted=answer.value, comment="Voir le plan d'action joint.", base=base
            )
        else:
            _attach(ctx, audit, question, quality, chance)


def _attach(ctx: Context, audit: Audit, question: Question, quality: float, chance: Random) -> None:
    """Join what the vendor has given already and suits the question; write a document else."""
    suiting = ctx.session.query(Evidence).filter(
        Evidence.vendor_id == audit.vendor_id, Evidence.kind.in_(question.evidence_kinds),
        Evidence.replaced_by_id.is_(None), Evidence.expires_on > ctx.today, Evidence.uploaded_at <= ctx.now,
    )  # fmt: skip
    if (held := suiting.order_by(Evidence.id.desc()).first()) is not None:
        services.attach_proof(ctx, audit, question.key, held)
        return
    title = question.evidence_label.read(Language.FR) or question.text.read(Language.FR)
    issued = ctx.today - timedelta(days=int(30 + 200 * chance.random()))
    lines = [f"Document fourni par {audit.vendor.name}.", f"Question : {question.key}.", f"Fait le {issued:%d/%m/%Y}."]
    blob = process.store().put(BytesIO(plain_pdf(title, lines)), filename=f"{question.key}.pdf", allowed={"pdf"})
    life = timedelta(days=365 if quality > 0.6 else 240)
    kind = "autre" if len(question.evidence_kinds) != 1 else question.evidence_kinds[0]
    proof = evidence.record(
        ctx, audit.vendor, keep(ctx.session, blob, at=ctx.now, vendor_id=audit.vendor_id),
        EvidenceDetails(kind, audit.vendor.name, "Tout le service", issued, issued + life),
    )  # fmt: skip
    services.attach_proof(ctx, audit, question.key, proof)


def _review(ctx: Context, audit: Audit, *, returning: bool, settled_before: date) -> None:
    sheet = audits.sheet_of(ctx, audit)
    bad = 0
    for question in visible_questions(sheet.questionnaire, sheet.answers):
        answer = sheet.answers.get(question.key, GivenAnswer())
        severity = severity_opened(question, answer)
        weak = severity is not None
        bad += weak
        back = returning and weak and bad <= 2
        services.give_verdict(
            ctx, audit, question.key,
            Judgement(
                ReviewVerdict.TO_CORRECT if back else ReviewVerdict.IMPROVABLE if weak else ReviewVerdict.ACCEPTABLE,
                comment="Pouvez-vous joindre la procédure signée ?" if back else "",
                to_return=back,
            ),
        )  # fmt: skip
    for links in audits.files_of(ctx, audit).values():
        for link in links[:1]:
            services.judge_evidence(ctx, audit, link.evidence, EvidenceVerdict.VERIFIED, "Périmètre vérifié.")
    if returning and bad:
        services.return_questions(ctx, audit, due_on=ctx.today + timedelta(days=60))
        return
    for finding in services.accept_audit(ctx, audit):
        # What was found in earlier years has been put right since; this year's is still being worked on.
        if finding.due_on < settled_before:
            pass_retest(ctx, finding, "Vérifié avec le sous-traitant, écran partagé.")


def _campaign(demo: DemoContext) -> None:
    ctx = demo.at(demo.now - timedelta(days=3), demo.staff[Role.DPO])
    critical = {"statuses": ["actif"], "tiers": ["critique", "eleve"], "not_audited_months": 11}
    campaign = campaigns.create(
        ctx,
        campaigns.Plan(
            name="Revue annuelle des sous-traitants critiques",
            questionnaire_key="socle-rgpd",
            audience=critical,
            saved_audience_id=campaigns.save_audience(ctx, "Critiques sans audit récent", critical).id,
            recurrence={
                "every": "months", "step": 6, "day": 15, "start": f"{demo.now:%Y-%m-%d}", "at": "09:00",
                "zone": "Europe/Paris",
            },
            delay_days=30,
            reminders=(-7, -1, 3),
            escalation_email="dpo@verdelet.example",
            escalation_after_days=7,
        ),
    )  # fmt: skip
    campaigns.activate(ctx, campaign)
