"""Proposals on the pages: accepted, changed or dismissed by a person; none of it confirms anything."""

import itertools
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, reach
from portal.authz.policy import Permission, Role
from portal.core.errors import Refused
from portal.core.stale import StaleWrite
from portal.journal.models import JournalEntry
from portal.processing import proposing, queries, services
from portal.processing.models import ActivityService, ActivityVersion, ProcessingActivity, ProposalDismissal
from portal.processing.queries import ServiceProposal
from portal.processing.rules.sheets import ActivityRole
from portal.vendors.models import Service
from portal.vendors.rules.status import LIVE, VendorStatus
from portal.vendors.services import keep_data_transfers, keep_sub_processors
from tests.factories.desk import entity_of, party_of, service_of
from tests.factories.register import activity_of, controller_sheet, processor_sheet
from tests.web.test_edit_form import fields_of

pytestmark = pytest.mark.both_databases


@pytest.fixture
def dpo(acting):
    return acting(Role.DPO)


@pytest.fixture
def service(dpo):
    entity = entity_of(dpo.session)
    vendor = party_of(dpo.session)
    keep_sub_processors(dpo, vendor, [{"name": "Nuage Rhénan", "service": "Sauvegardes", "country": "DE"}])
    keep_data_transfers(
        dpo, vendor, [{"recipient": "Kerala Desk", "country": "IN", "usage": "acces-distant", "mechanism": "cct"}]
    )
    return service_of(dpo.session, vendor, entity, name="Appels")


@pytest.fixture
def line(dpo, service):
    made = activity_of(dpo, service_ids=(service.id,))
    services.confirm_activity(dpo, made, 1)
    return made


def proposed(ctx, activity):
    return queries.proposals_to(ctx, queries.line_of(ctx, activity))


def test_accepting_writes_a_version_that_waits_to_be_confirmed(dpo, line):
    assert queries.review_counts(dpo).confirmed == 1
    digests = {one.digest for one in proposed(dpo, line)}
    assert len(digests) == 5
    assert proposing.accept_corrections(dpo, line, 1, digests) == 5
    assert proposed(dpo, line) == ()
    assert queries.review_counts(dpo).confirmed == 0, "what was accepted is read and confirmed by a person"
    sheet = queries.line_of(dpo, line).sheet
    assert sheet.processor_recipients == ("Nuage Rhénan (Allemagne) : Sauvegardes",)
    assert [(one.recipient, one.country) for one in sheet.transfers] == [("Kerala Desk", "IN")]
    with pytest.raises(StaleWrite):
        proposing.accept_corrections(dpo, line, 1, digests)
    with pytest.raises(Refused, match="changé"):
        proposing.accept_corrections(dpo, line, 2, digests)


def test_accepting_nothing_writes_nothing_and_raises_no_confirmed(dpo, line):
    services.amend_activity(dpo, line, queries.line_of(dpo, line).sheet)
    before = (queries.review_counts(dpo), dpo.session.scalar(select(func.count()).select_from(JournalEntry)))
    with pytest.raises(Refused, match="Cochez"):
        proposing.accept_corrections(dpo, line, 1, set())
    with pytest.raises(Refused, match="pourquoi"):
        proposing.dismiss_corrections(dpo, line, 1, {proposed(dpo, line)[0].digest}, "  ")
    dpo.session.expire_all()
    assert before == (queries.review_counts(dpo), dpo.session.scalar(select(func.count()).select_from(JournalEntry)))
    assert dpo.session.scalar(select(func.count()).select_from(ActivityVersion)) == 1


def test_what_is_dismissed_comes_back_when_its_facts_move_and_only_then(dpo, line, service):
    every = {one.digest for one in proposed(dpo, line)}
    count = queries.proposal_count(dpo)
    proposing.dismiss_corrections(dpo, line, 1, every, "vu avec le prestataire")
    assert queries.proposal_count(dpo) == count - len(every) == 0
    assert queries.review_counts(dpo).confirmed == 1, "a dismissal changes no line"
    service.purpose = "Autre finalité"
    dpo.session.flush()
    assert queries.proposal_count(dpo) == 0
    service.retention = "dix ans"
    dpo.session.flush()
    assert [one.kind.value for one in proposed(dpo, line)] == ["duree"]
    row = dpo.session.scalars(select(ProposalDismissal).order_by(ProposalDismissal.id)).first()
    proposing.propose_again(dpo, row.id)
    assert queries.proposal_count(dpo) == 2


def test_a_service_without_a_line_proposes_one_until_it_has_one_or_is_dismissed(dpo, service):
    assert queries.proposal_count(dpo) == 1
    page = queries.proposal_page(dpo)
    assert [type(one) for one in page.rows] == [ServiceProposal]
    proposing.dismiss_line(dpo, page.rows[0], "sans données personnelles")
    assert queries.proposal_count(dpo) == queries.proposal_page(dpo).total == 0
    service.volume = "plus_1000000"
    dpo.session.flush()
    dpo.session.expire_all()
    assert queries.proposal_count(dpo) == queries.proposal_page(dpo).total == 1
    made = proposing.enter_line(dpo, queries.proposal_of(dpo, queries.service_under_way(dpo, service.id)),
                                service.legal_entity)  # fmt: skip
    line = queries.line_of(dpo, made)
    assert line.gaps, "what the controller alone knows is still to say"
    assert [one.id for one in line.services] == [service.id]
    assert made.confirmed_on is None
    assert queries.proposal_count(dpo) == 0
    service.ended_on = dpo.today
    dpo.session.flush()
    assert queries.proposal_count(dpo) == 0, "an ended service proposes nothing"


def test_what_the_home_counts_without_a_line_is_what_a_recount_by_hand_finds(dpo, line, service):
    session, today = dpo.session, dpo.today
    for status in VendorStatus:
        vendor = party_of(session, status=status)
        for ended_on in (None, today - timedelta(days=1), today, today + timedelta(days=1)):
            service_of(session, vendor, ended_on=ended_on)
    given_up, aside = (service_of(session, service.vendor) for _ in range(2))
    left = activity_of(dpo, service_ids=(given_up.id,))
    services.set_services(dpo, left, ())
    proposing.dismiss_line(dpo, queries.proposal_of(dpo, queries.service_under_way(dpo, aside.id)), "sans données")
    session.flush()
    rested = {one.id for activity in (line, left) for one in queries.line_of(dpo, activity).services}
    assert rested == {service.id}, "a version that was replaced rests on nothing any more"
    by_hand = [
        one.id
        for one in session.scalars(select(Service).options(joinedload(Service.vendor)))
        if (one.ended_on is None or one.ended_on > today)
        and one.vendor.status in LIVE
        and one.id not in {*rested, aside.id}
    ]
    assert given_up.id in by_hand
    assert len(by_hand) == 2 * len(LIVE) + 1
    assert unseen(dpo) == len(by_hand)


def unseen(ctx):
    return ctx.session.scalar(select(queries.counted_services_unseen(reach(ctx, Permission.VENDOR_VIEW), ctx.today)))


def test_the_home_counts_every_way_a_service_may_stand_once(dpo, line):
    """Each status and end, by each way lines rest on it, by what was set aside: as one who looks at each counts."""
    session, today = dpo.session, dpo.today
    other = activity_of(dpo)
    kept, beside, old = (
        session.scalars(select(ActivityVersion).where(ActivityVersion.activity_id == one.id)).one()
        for one in (line, other, activity_of(dpo))
    )
    old.valid_until = today
    ways = {(): False, (old.id,): False, (beside.id,): True, (old.id, kept.id, beside.id): True}
    expected, before = 0, unseen(dpo)
    for status, days, (resting, is_rested), is_aside in itertools.product(
        VendorStatus, (None, -1, 0, 1), ways.items(), (False, True)
    ):
        ended_on = None if days is None else today + timedelta(days=days)
        made = service_of(session, party_of(session, status=status), ended_on=ended_on)
        session.add_all(ActivityService(version_id=one, service_id=made.id) for one in resting)
        session.add_all(dismissed(made, None) for _ in range(2 * is_aside))
        session.add(dismissed(made, other.id))  # of a correction: the service itself is not set aside
        goes_on = ended_on is None or ended_on > today
        expected += goes_on and status in LIVE and not is_rested and not is_aside
    session.flush()
    assert expected > 0
    assert unseen(dpo) == before + expected


def dismissed(service, activity_id):
    return ProposalDismissal(
        service_id=service.id, activity_id=activity_id, digest="0" * 64, said="x", reason="x", dismissed_by="Ana",
        dismissed_on=date(2026, 11, 1),
    )  # fmt: skip


def test_the_page_has_what_each_line_is_proposed_when_it_is_asked_alone(dpo, line, service):
    """The page reads all lines in part, and stops at the first correction of each; a line is read whole."""
    session, today = dpo.session, dpo.today
    ended = service_of(session, service.vendor, name="Courriers", ended_on=today, retention="dix ans")
    later = service_of(session, party_of(session), name="Relances", ended_on=today + timedelta(days=1),
                       locations=["US"], retention="dix ans")  # fmt: skip
    made = [activity_of(dpo, sheet, numbers) for sheet, numbers in (
        (controller_sheet(name="Archives"), (ended.id,)), (processor_sheet(), (later.id, ended.id, service.id)),
        (controller_sheet(name="Écartée"), (later.id,)), (controller_sheet(name="Accueil"), (service.id, later.id)),
        (controller_sheet(name="Seule"), ()), (controller_sheet(name="Complète"), (later.id,)),
    )]  # fmt: skip
    proposing.dismiss_corrections(dpo, made[2], 1, {one.digest for one in proposed(dpo, made[2])}, "vu")
    proposing.accept_corrections(dpo, made[5], 1, {one.digest for one in proposed(dpo, made[5])})
    session.expire_all()
    alone = {one.id: proposed(dpo, one) for one in (line, *made)}
    page = queries.proposal_page(dpo)
    assert {one.activity_id: one.proposals for one in page.rows} == {key: one for key, one in alone.items() if one}
    assert [one.name for one in page.rows] == ["Accueil", "Expéditions pour des tiers", "Vente en ligne"]
    assert page.total == len(page.rows)
    assert queries.proposal_count(dpo) == sum(map(len, alone.values()))


def test_a_change_never_gives_more_time_than_there_was(dpo):
    made = activity_of(dpo)
    assert made.review_by == dpo.today + timedelta(days=30)
    late = Context(dpo.session, dpo.actor, dpo.now + timedelta(days=45))
    assert queries.is_late(made, late.today)
    services.amend_activity(late, made, queries.line_of(late, made).sheet.__class__(name="Vente"))
    assert queries.is_late(made, late.today), "a comma does not put a review off"


def test_the_pages_accept_change_and_dismiss(as_, dpo, line, service):
    other = service_of(dpo.session, service.vendor, name="Courriers")
    dpo.session.commit()
    client = as_(Role.DPO)
    assert "Registre : 1 prestation sans fiche" in client.get("/").words
    assert "5 propositions d’après" in client.get(f"/registre/{line.id}").words
    page = client.get("/registre/propositions")
    assert "Nuage Rhénan" in page.words
    assert "Courriers" in page.words
    refused = client.post(f"/registre/{line.id}/propositions", {"number": "1", "motif": "vu avec lui"}, status=422)
    assert "vu avec lui" in refused.text
    assert "Cochez au moins une proposition" in refused.words
    digest = proposed(dpo, line)[0].digest
    client.post(f"/registre/{line.id}/propositions", {
        "number": "1", "proposition": digest, "decision": "ecarter", "motif": "pas chez lui",
    })  # fmt: skip
    assert "pas chez lui" in client.get("/registre/propositions").words
    edit = f"/registre/{line.id}/modifier?propositions=1"
    values = fields_of(client.get(edit))
    assert "Kerala Desk" in values["transfers"][0]
    done = client.follow(client.post(edit, {**values, "reference": "T-9"}))
    assert "Kerala Desk" in done.words
    assert "T-9" in done.words
    shown = client.follow(client.post(f"/registre/propositions/prestations/{other.id}", {
        "decision": "accepter", "entite": str(line.legal_entity_id),
    }))  # fmt: skip
    assert "Courriers" in shown.words
    assert "sans fiche" not in client.get("/").words
    assert "Rien à proposer" in client.get("/registre/propositions").words
    dpo.session.expire_all()
    assert dpo.session.scalar(select(func.count()).select_from(ProcessingActivity)) == 2


def test_a_service_is_put_on_a_line_that_exists_or_changed_before_it_is_entered(as_, dpo, line, service):
    first, second = (service_of(dpo.session, service.vendor, name=name) for name in ("Courriers", "Sondages"))
    dpo.session.commit()
    client = as_(Role.LEGAL)
    path = "/registre/propositions/prestations"
    assert client.get("/registre/propositions").all(f"//a[@href='{path}/{first.id}/fiches']")
    shown = client.get(f"{path}/{first.id}/fiches?q=vente")
    assert "Courriers" in shown.words
    assert shown.all("//input[@name='fiche']/@value") == [str(line.id)]
    assert not client.get(f"{path}/{first.id}/fiches?q=cantine").all("//input[@name='fiche']")
    client.post(f"{path}/{first.id}", {"decision": "lier", "fiche": str(line.id)}, page=f"{path}/{first.id}/fiches")
    dpo.session.expire_all()
    assert {one.id for one in queries.line_of(dpo, line).services} == {service.id, first.id}
    new = f"/registre/nouveau?entite={line.legal_entity_id}&role=responsable&prestation={second.id}"
    shown = client.get(new)
    assert shown.all("//input[@name='name']/@value") == ["Sondages"]
    typed = {"name": "Sondages de satisfaction", "volume": "inconnu", "listed": "", "data_identification": "Nom"}
    client.post(new, typed)
    made = dpo.session.scalars(select(ProcessingActivity).order_by(ProcessingActivity.id.desc())).first()
    assert [one.id for one in queries.line_of(dpo, made).services] == [second.id]
    assert client.post(f"{path}/{first.id}", {"decision": "lier", "fiche": "x"}, status=404)
    assert client.post(f"{path}/999999", {}, status=404)
    assert client.get(f"{path}/999999/fiches", status=404)


def test_a_page_of_services_without_a_line_does_not_repeat_the_register(as_, dpo, line, service):
    """A select of every line beside each service weighed fifteen megabytes in a register of eleven thousand."""
    for number in range(30):
        service_of(dpo.session, service.vendor, name=f"Lot {number}")
    client = as_(Role.DPO)
    dpo.session.commit()
    few = len(client.get("/registre/propositions").text)
    for number in range(60):
        named = controller_sheet(name=f"Vente {number}")
        services.create_activity(dpo, line.legal_entity, ActivityRole.CONTROLLER, named, ())
    dpo.session.commit()
    assert len(client.get("/registre/propositions").text) < few + 1000


@pytest.mark.parametrize("role", [Role.MANAGEMENT, Role.BUYER, Role.EXPERT, Role.VENDOR_ADMIN])
def test_who_does_not_write_the_register_sees_no_proposal(as_, dpo, line, role):
    dpo.session.commit()
    client = as_(role)
    client.get("/registre/propositions", status=403)
    if not role.is_vendor:
        assert "à examiner" not in client.get("/").words
    assert dpo.session.scalar(select(func.count()).select_from(Service)) == 1


def test_without_a_service_nothing_is_said_to_be_complete(as_):
    words = as_(Role.DPO).get("/registre/propositions").words
    assert "Aucune prestation ni réponse acceptée" in words
    assert "0 fiche" not in words
