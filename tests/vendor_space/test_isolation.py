"""A vendor can see only itself: every rule of the URL map is asked for with what belongs to others."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.routing import Rule

from portal.audits.exchange_models import DelayRequest, Delegation, QuestionMessage
from portal.audits.models import AnswerEvidence, Audit, Review
from portal.audits.rules import AuditState
from portal.authz.policy import GRANTS, VENDOR_ROLES, Permission, Role
from portal.calendars.models import CalendarAddress
from portal.changes.models import AnnouncedChange, ChangeOpinion, ChangeSource
from portal.changes.rules.life import ChangeDecision, ChangeState, Opinion
from portal.contracts.models import Contract, ContractVersion
from portal.core import tokens
from portal.core.clock import legal_date, now
from portal.core.documents.freezing import freeze
from portal.core.documents.tree import Document, Paragraph, Text
from portal.core.language import Language
from portal.evidence.models import Evidence
from portal.findings.models import Finding, FindingMessage
from portal.identity.models import User
from portal.incidents.models import Incident, IncidentStatement
from portal.mystery.models import MysteryPlan, MysteryTest
from portal.paper.models import PaperBatch, PaperReview
from portal.person_requests.identity import RequestingPerson, sealed_person
from portal.person_requests.models import PersonRequest, RequestTask
from portal.samples.models import CaseSample
from portal.samples.rules.columns import SampleKind
from portal.scorecards.models import Scorecard
from portal.vendors.models import ColleagueInvitation, Contact, Membership, Service, Vendor
from portal.web import guard
from tests.factories.people import user_of
from tests.factories.spaces import SECRET, space_of, used_proof_of
from tests.factories.world import full_vendor

MARK = "Zéphyr-7Q"
"""In every name of the other vendor: it must be on no page."""
INTERNAL = "Onyx-3K"
"""In everything that ours wrote for ourselves: it must be in no response to a vendor."""
FEED = "f" * 43
"""The secret of the vendor's calendar."""

TODAY = legal_date(now())
NOT_ROWS = {"number"}
"""What no vendor owns: an exception of the law is anyone's to read."""


def incident_of(vendor_id: int, what: str, ours: str) -> Incident:
    """A breach that a vendor declared, with everything that we wrote of it for ourselves."""
    facts = {"what": what}
    return Incident(
        vendor_id=vendor_id, facts={**facts, "measures": ours}, vendor_facts=facts, declared_at=now(),
        declared_by="Ana",
        from_vendor=True, is_shared=True, aware_at=now(), aware_reason=ours, notify_by=now(), risk_reason=ours,
        spared_reason=ours, delay_reason=ours, persons_told_how=ours, exemption_reason=ours, effects=ours, remedy=ours,
        lessons=ours, mistake_reason=ours,
        contract_terms=[{"contract_id": 1, "title": ours, "hours": 24, "quote": ours}],
    )  # fmt: skip


def request_of(vendor_id: int, who: str, ours: str) -> PersonRequest:
    """A request that a vendor relayed, with everything that we wrote of it for ourselves."""
    return PersonRequest(
        vendor_id=vendor_id, kind="effacement", entered_at=now(), entered_by="Ana", from_vendor=True,
        vendor_received_on=TODAY, reached_us_on=TODAY, counts_from_vendor=True, due_on=TODAY,
        sealed=sealed_person(RequestingPerson(who, who, who)), dates_reason=ours, extension_reason=ours, answer=ours,
        refusal_reason=ours, recipients=ours, drop_reason=ours, decided_by=ours, closed_by=ours,
        pauses=[{"since": TODAY.isoformat(), "until": None, "reason": ours}],
    )  # fmt: skip


def task_of(request: PersonRequest, vendor_id: int, ask: str) -> RequestTask:
    """What a vendor is asked for a request, and is told of whom."""
    return RequestTask(
        request_id=request.id, vendor_id=vendor_id, kind="effacer", ask=ask, with_identity=True, due_on=TODAY,
        asked_at=now(), asked_by="Claire",
    )  # fmt: skip


def change_of(vendor_id: int, what: str, ours: str) -> AnnouncedChange:
    """A change that a vendor announced and that we answered, with everything that we wrote of it for ourselves."""
    letter = freeze(Document("Réponse", Language.FR, (Paragraph((Text(what),)),)))
    return AnnouncedChange(
        vendor_id=vendor_id, state=ChangeState.ANSWERED, title=what, source=ChangeSource.DECLARED, text=what,
        received_at=now(), recorded_at=now(), recorded_by=ours, decision=ChangeDecision.ACCEPT, reason=ours,
        decided_by=ours, decided_at=now(), answered_at=now(), answered_how=ours, answered_by=ours,
        dismissed_reason=ours, letter={"fr": letter, "en": letter},
        deadline=[{"title": ours, "quote": ours}],
    )  # fmt: skip


@pytest.fixture
def others(session, space) -> dict[str, list[Any]]:
    """Values for the arguments of rules: keys and numbers that belong to another vendor, or to staff."""
    staff = user_of(session, Role.DPO, name=f"{MARK} DPO", email="zephyr-7q-dpo@exemple.test")
    other = full_vendor(session, staff)
    theirs = space_of(session, name=f"{MARK} SA")
    for vendor in (other, theirs.vendor):
        vendor.name = vendor.legal_name = f"{MARK} {vendor.id}"
    session.add(
        Finding(
            vendor_id=theirs.vendor.id, subject="b.delai", severity="major",
            title=f"{MARK} écart", action=f"{MARK} action", due_on=TODAY, opened_at=now(),
        )
    )  # fmt: skip
    session.add(
        ColleagueInvitation(
            vendor_id=theirs.vendor.id, email="zephyr-7q@exemple.test", name=f"{MARK} invité", role=Role.VENDOR_ADMIN,
            token_hash="0" * 64, sent_at=now(), expires_at=now() + timedelta(days=14),
        )
    )  # fmt: skip
    asked = {"asked_at": now(), "due_on": TODAY, "period_from": TODAY, "period_to": TODAY, "population": 9, "size": 2}
    for kind in SampleKind:
        session.add(
            CaseSample(
                vendor_id=theirs.vendor.id, kind=kind, note=f"{MARK} note", confidence="0.95", margin="0.05", seed="s",
                **asked,
            )
        )  # fmt: skip
    theirs_too = {"vendor_id": theirs.vendor.id, "audit_id": theirs.audit.id}
    session.add_all([
        Delegation(
            **theirs_too, round=1, section_key="b", email="zephyr-7q@exemple.test", note=f"{MARK} note",
            given_by_name=f"{MARK} Ana", given_at=now(),
        ),
        QuestionMessage(
            **theirs_too, question_key="b.delai", at=now(), author_name=f"{MARK} Ana", from_vendor=True,
            text=f"{MARK} question",
        ),
        DelayRequest(
            **theirs_too, round=1, due_on=TODAY, wanted_on=TODAY + timedelta(days=40), reason=f"{MARK} raison",
            asked_at=now(), asked_by_name=f"{MARK} Ana",
        ),
    ])  # fmt: skip
    session.add(incident_of(theirs.vendor.id, f"{MARK} fichier", f"{MARK} note"))
    asked_of_them = request_of(theirs.vendor.id, f"{MARK} personne", f"{MARK} note")
    session.add(asked_of_them)
    session.flush()
    session.add(task_of(asked_of_them, theirs.vendor.id, f"{MARK} à faire"))
    session.add(change_of(theirs.vendor.id, f"{MARK} société", f"{MARK} motif"))
    session.flush()
    numbers: dict[str, list[Any]] = {}
    ours = {space.vendor.id}
    for name, model in {
        "audit": Audit, "finding": Finding, "evidence": Evidence, "contact": Contact, "service": Service,
        "scorecard": Scorecard, "contract": Contract, "review": PaperReview, "batch": PaperBatch,
        "invitation": ColleagueInvitation, "sample": CaseSample, "test": MysteryTest, "plan": MysteryPlan,
        "delegation": Delegation, "incident": Incident, "request": PersonRequest, "task": RequestTask,
        "change": AnnouncedChange,
    }.items():  # fmt: skip
        numbers[name] = [row.id for row in session.query(model) if row.vendor_id not in ours]
    numbers["vendor"] = [vendor.id for vendor in session.query(Vendor) if vendor.id not in ours]
    numbers["link"] = [row.id for row in session.query(AnswerEvidence)]
    numbers["version"] = [row.id for row in session.query(ContractVersion)]
    numbers["user"] = [user.id for user in session.query(User) if user.id not in {space.admin.id, space.respondent.id}]
    numbers["key"] = [vendor.key for vendor in (other, theirs.vendor)]
    session.commit()
    return numbers


def addresses(app: Flask, others: dict[str, list[Any]]) -> Iterator[tuple[Rule, str, str]]:
    """Every rule with every plausible foreign value of its arguments: (rule, method, path)."""
    for rule in app.url_map.iter_rules():
        # Where there is one row, the first is the last.
        for path in dict.fromkeys(rule.build(values) for values in _values(rule, others)):
            assert path is not None
            for method in sorted({"GET", "POST", "DELETE", "PUT"} & (rule.methods or set())):
                yield rule, method, path[1]


def _values(rule: Rule, others: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    if not rule.arguments:
        yield {}
        return
    for rank in range(3):
        values = {}
        for name in sorted(rule.arguments):
            family = re.sub(r"_(id|key|number)$", "", name)
            found = others.get(family) or [others["audit"][0], others["audit"][-1]]
            if re.search(r"(?:^|_)key$", name) or family in {"question", "section", "filename", "path"}:
                found = others["key"] if family == "vendor" else ["b.document", "b", "a.chiffre"]
            offered = sorted(getattr(rule._converters[name], "items", ()) or ())
            values[name] = offered[0] if offered else found[min(rank, len(found) - 1)]
        yield values


def _is_anyone_s(app: Flask, rule: Rule) -> bool:
    needed = guard.declared(app, rule.endpoint)
    return needed in {guard.PUBLIC, Permission.ACCOUNT_SELF}


@pytest.mark.parametrize("role", VENDOR_ROLES)
def test_no_address_gives_a_vendor_what_belongs_to_another_or_to_staff(app, session, as_, space, others, role):
    user = space.admin if role is Role.VENDOR_ADMIN else space.respondent
    held = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    held.role = role
    walk(app, as_(user), others, role)


def test_answering_for_one_vendor_shows_nothing_of_the_two_others_one_answers_for_too(app, session, as_, space, others):
    """An external DPO of three vendors: while one is chosen, the whole map is that one's."""
    for vendor_id in others["vendor"]:
        session.add(Membership(user_id=space.admin.id, vendor_id=vendor_id, role=Role.VENDOR_ADMIN))
    client = as_(space.admin)
    client.post(f"/espace/choisir/{space.vendor.id}", {}, page="/espace/choisir")
    walk(app, client, others, Role.VENDOR_ADMIN)
    for rule in app.url_map.iter_rules():
        if not rule.arguments and "GET" in (rule.methods or set()) and rule.endpoint != "vendor_space.choose":
            found = client.client.get(rule.rule)
            assert MARK.encode() not in found.get_data(), rule.rule
            found.close()
    assert MARK in client.get("/espace/choisir").words, "the names of one's own vendors, where one chooses"


def walk(app, client, others, role):
    """Ask for every rule with what belongs to others: nothing of it is shown, and it does not exist."""
    token = client.csrf("/espace/")
    asked = 0
    for rule, method, path in addresses(app, others):
        if _is_anyone_s(app, rule):
            continue
        data = {"csrf_token": token} if method != "GET" else None
        found = client.client.open(path, method=method, data=data)
        content = found.get_data()
        found.close()
        asked += 1
        assert found.status_code < 500, f"{method} {path}: {found.status_code}"
        assert MARK.encode() not in content, f"{method} {path}: shows the other vendor"
        permission = guard.declared(app, rule.endpoint)
        if permission not in GRANTS[role]:
            assert found.status_code in {403, 404}, f"{method} {path}: {found.status_code} for {permission}"
        elif rule.arguments - NOT_ROWS:
            # Who only reads is refused whatever they write, before anybody looks for the row.
            gone = {403, 404} if role is Role.VENDOR_READER and method != "GET" else {404}
            assert found.status_code in gone, f"{method} {path}: {found.status_code} with another vendor's number"
    assert asked > 40, "the map was walked"


def test_a_stranger_is_sent_to_the_door(app, others):
    client = app.test_client()
    for rule, method, path in addresses(app, others):
        if guard.declared(app, rule.endpoint) == guard.PUBLIC:
            continue
        found = client.open(path, method=method)
        # Without a form's token a POST is refused before anyone asks who is there.
        assert found.status_code in ({302} if method == "GET" else {400, 401}), f"{method} {path}: {found.status_code}"
        if found.status_code == 302:
            assert "/connexion" in found.headers["Location"]


def test_staff_have_nothing_to_do_in_the_vendor_space(app, as_, space):
    numbers = {"audit_id": space.audit.id, "section_key": "a", "question": "b.document", "number": 1}
    for role in (Role.ADMIN, Role.DPO, Role.LEGAL, Role.BUYER, Role.MANAGEMENT, Role.EXPERT):
        client = as_(role)
        token = client.csrf("/mon-compte")
        for rule in app.url_map.iter_rules():
            if rule.endpoint.partition(".")[0] != "vendor_space" or guard.declared(app, rule.endpoint) == guard.PUBLIC:
                continue
            refused = 404 if _is_anyone_s(app, rule) else 403
            path = rule.build({name: numbers.get(name, 1) for name in rule.arguments})[1]
            for method in {"GET", "POST"} & (rule.methods or set()):
                found = client.client.open(path, method=method, data={"csrf_token": token})
                assert found.status_code == refused, f"{role} {method} {path}: {found.status_code}"


def test_one_s_own_pages_show_no_other_vendor(app, session, as_, space, others):
    client = as_(space.admin)
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("vendor_space.") and not rule.arguments and "GET" in (rule.methods or set()):
            found = client.client.get(rule.rule)
            assert MARK.encode() not in found.get_data(), rule.rule
            found.close()


def test_mixing_one_s_own_audit_with_another_s_things_finds_nothing(app, session, as_, space, others):
    client, own = as_(space.admin), space.audit.id
    token = client.csrf("/espace/")
    for link in others["link"]:
        for path in (f"/espace/audits/{own}/pieces/{link}", f"/espace/audits/{own}/pieces/{link}/retirer"):
            assert client.client.post(path, data={"csrf_token": token}).status_code == 404
    for evidence in others["evidence"]:
        assert client.client.get(f"/espace/fichiers/{evidence}").status_code == 404
        posted = {"csrf_token": token, "evidence": evidence}
        found = client.client.post(f"/espace/audits/{own}/fichiers/b.document/reprendre", data=posted)
        assert found.status_code == 404


@pytest.fixture
def inside(session, space, others) -> dict[str, Any]:
    """What one's own pages may show, beside what ours wrote about it for ourselves: notes, scores in progress."""
    staff = session.get_one(User, others["user"][0])
    own = {"vendor_id": space.vendor.id, "audit_id": space.audit.id}
    proof = used_proof_of(session, space.vendor, verdict_note=f"{INTERNAL} avis")
    link = AnswerEvidence(audit_id=space.audit.id, question_key="b.document", evidence_id=proof.id, attached_at=now())
    finding = Finding(
        vendor_id=space.vendor.id, subject="b.delai", severity="major", title="Délai", action="Corriger",
        due_on=TODAY, opened_at=now(), closing_reason=f"{INTERNAL} motif",
    )  # fmt: skip
    given = Delegation(
        **own, round=1, section_key="b", email=space.respondent.email, given_by_name="Ana", given_at=now()
    )
    asked = {"question_key": "b.delai", "at": now()}
    session.add_all([
        link, finding, given,
        Review(
            audit_id=space.audit.id, question_key="b.delai", round=1, verdict="a_corriger", reviewed_at=now(),
            comment=f"{INTERNAL} pas encore dit", note=f"{INTERNAL} note",
        ),
        QuestionMessage(**own, **asked, author_name="Ana", from_vendor=True, text="Une question ?"),
        QuestionMessage(**own, **asked, author_id=staff.id, author_name=staff.name, from_vendor=False, text="Oui."),
        DelayRequest(
            **own, round=1, due_on=TODAY, wanted_on=TODAY + timedelta(days=40), asked_at=now(), asked_by_name="Ana",
            state="refuse", decided_at=now(), decided_by_id=staff.id, answer="Trop long.",
        ),
        Scorecard(
            vendor_id=space.vendor.id, audit_id=space.audit.id, taken_at=now(), reason="answers", basis_points=4242,
            coverage_points=10000, grade="D", inherent=4, tier="eleve", residual_points=20000,
            detail={"note": f"{INTERNAL} détail"}, scale_sha256="0" * 64,
        ),
        CalendarAddress(user_id=space.admin.id, token_hash=tokens.fingerprint(FEED), created_at=now()),
    ])  # fmt: skip
    incident = incident_of(space.vendor.id, "Un fichier est parti ailleurs.", f"{INTERNAL} violation")
    change = change_of(space.vendor.id, "Twine Ltd", f"{INTERNAL} changement")
    session.add_all([incident, change])
    session.flush()
    session.add(
        ChangeOpinion(
            change_id=change.id, adviser_id=staff.id, asked_by=f"{INTERNAL} qui", asked_at=now(), given_at=now(),
            opinion=Opinion.AGAINST, reason=f"{INTERNAL} avis",
        )
    )  # fmt: skip
    session.add(
        IncidentStatement(
            incident_id=incident.id, at=now(), author_name="DPO", from_vendor=False, internal=True,
            text=f"{INTERNAL} note", said={"measures": f"{INTERNAL} mesures"},
        )
    )  # fmt: skip
    session.add(
        FindingMessage(
            finding_id=finding.id, at=now(), author_name="DPO", from_vendor=False, internal=True,
            text=f"{INTERNAL} message",
        )
    )  # fmt: skip
    # One request for two vendors: what the other is asked for it is on no page of this one.
    request = request_of(space.vendor.id, "Honorine", f"{INTERNAL} demande")
    session.add(request)
    session.flush()
    task = task_of(request, space.vendor.id, "Effacez le compte.")
    session.add_all([task, task_of(request, others["vendor"][-1], f"{MARK} à faire")])
    session.flush()
    session.commit()
    return {
        "audit_id": space.audit.id, "finding_id": finding.id, "evidence_id": proof.id, "link_id": link.id,
        "delegation_id": given.id, "vendor_id": space.vendor.id, "incident_id": incident.id,
        "request_id": request.id, "task_id": task.id, "number": 1,
        "change_id": change.id,
    }  # fmt: skip


AT_RANDOM = re.compile(r'(?<=name="csrf_token" value=")[^"]+|(?<=nonce=")[^"]+')


def read_in(found: Any) -> str:
    """All that a response says: a page, JSON, a calendar as they are; a workbook or an archive opened; a PDF read."""
    content = found.get_data()
    parts = [content]
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as archive:
            parts = [archive.read(name) for name in archive.namelist()]
    text = " ".join(part.decode("utf-8", "replace") for part in parts)
    if content.startswith(b"%PDF"):
        text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    # A calendar folds its long lines. What is drawn at random says nothing, and may spell « 4242 » by chance.
    return AT_RANDOM.sub("", text.replace("\r\n ", ""))


@pytest.mark.parametrize("state", [AuditState.RETURNED, AuditState.SUBMITTED])
def test_no_response_to_a_vendor_holds_a_note_of_ours_a_score_in_progress_or_another_vendor(
    app, session, as_, space, others, inside, state
):
    """Every address that a vendor may read, with its own numbers: pages, exports, threads, delegations, calendar."""
    space.audit.state = state
    session.commit()
    client, read = as_(space.admin), 0
    for rule in app.url_map.iter_rules():
        needed = guard.declared(app, rule.endpoint)
        if "GET" not in (rule.methods or set()) or rule.endpoint in {"vendor_space.choose", "static"}:
            continue
        if needed != guard.PUBLIC and needed not in GRANTS[Role.VENDOR_ADMIN]:
            continue
        sections = ["a", "b"] if "section_key" in rule.arguments else [""]
        for section in sections:
            known = {**inside, "section_key": section, "question": "b.delai", "key": "b.delai"}
            offered = {name: sorted(getattr(rule._converters[name], "items", ()) or ()) for name in rule.arguments}
            values = {name: (offered[name] or [known.get(name, 1)])[0] for name in rule.arguments}
            built = rule.build(values)
            if built is None:
                continue
            for query in ("", f"?cle={FEED}", f"?confie={inside['delegation_id']}"):
                found = client.client.get(built[1] + query)
                told = read_in(found)
                found.close()
                read += found.status_code == 200
                for secret in (MARK, INTERNAL, "4242", "42,42", SECRET):
                    assert secret not in told, f"{rule.rule}{query}: {secret}"
    assert read > 60, "pages were read"


def test_the_walk_finds_a_note_that_a_page_shows(session, as_, space, inside):
    """The check can fail: our own page of the finding shows the internal message."""
    assert INTERNAL in read_in(as_(Role.DPO).client.get(f"/audits/constats/{inside['finding_id']}"))
    assert INTERNAL in read_in(as_(Role.DPO).client.get(f"/violations/{inside['incident_id']}"))
    ours = read_in(as_(Role.DPO).client.get(f"/demandes/{inside['request_id']}"))
    assert INTERNAL in ours
    assert MARK in ours
    assert INTERNAL in read_in(as_(Role.DPO).client.get(f"/changements/{inside['change_id']}"))
