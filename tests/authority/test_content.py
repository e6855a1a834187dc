"""What a file says as of a day: the day it was, nothing of another vendor, and never whole by being empty."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.audits.services import cancel_audit
from portal.authority.content import count_gaps
from portal.authz.policy import SYSTEM, Role
from portal.contracts import services as contracts
from portal.contracts.models import ContractVersion
from portal.contracts.rules.coverage import CoverageStatus
from portal.contracts.rules.document_kind import DocumentKind
from portal.contracts.rules.life import ContractAct
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.history import HistoryStart
from portal.core.language import Language
from portal.decoys.models import DecoyBatch
from portal.evidence.rules import EvidenceVerdict
from portal.findings.models import Finding, FindingMessage
from portal.findings.rules import FindingState, Severity
from portal.incidents import services as incidents
from portal.incidents.models import IncidentStatement
from portal.journal import services as journal
from portal.journal import wording
from portal.paper.models import PaperReview, ReviewState
from portal.paper.rules.naming import REQUIREMENTS
from portal.processing import services as register
from portal.scorecards.models import Scorecard
from portal.vendors.models import Contact, Service, Vendor
from portal.vendors.rules.tier import Tier
from portal.web.manifest import file_parts
from tests.conftest import NOW
from tests.factories.incidents import declared
from tests.factories.register import controller_sheet
from tests.factories.signatures import contract_of
from tests.factories.spaces import proof_of
from tests.factories.world import audit_of, vendor_of


def later(ctx, days):
    return replace(ctx, now=ctx.now + timedelta(days=days))


def part(content, key):
    (found,) = [one for one in content["parts"] if one["key"] == key]
    return found


def rows(content, key, table):
    (found,) = [one for one in part(content, key)["tables"] if one["name"] == table]
    return [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]


def edited(ctx, world, session):
    """Everything that has a history, changed or gone ten days later."""
    then = later(ctx, 10)
    world.vendor.name, world.vendor.address = "Nouveau nom", "Ailleurs"
    world.service.purpose, world.service.locations = "Autre chose", ["US"]
    world.entity.name = "Autre maison"
    session.delete(session.scalars(select(Contact).where(Contact.vendor_id == world.vendor.id)).first())
    finding = session.scalars(select(Finding).where(Finding.vendor_id == world.vendor.id)).one()
    finding.title, finding.due_on = "Écart récrit", then.today
    register.amend_activity(then, world.activity, controller_sheet(purpose="Une finalité récrite ensuite"))
    contracts.do_act(then, world.contract, ContractAct.TERMINATE, day=then.today, why="Fin de la relation commerciale")
    declared(replace(then, actor=SYSTEM), world.vendor)
    session.add(DecoyBatch(vendor_id=world.vendor.id, name="Lot", planted_on=then.today, created_at=then.now))
    session.commit()
    return then


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", ["vendor", "activity", "entity"])
def test_the_file_of_a_day_says_later_what_it_said_on_that_day(dpo, world, session, content_of, backend, kind):
    row = getattr(world, kind)
    on, evening = dpo.today, replace(dpo, now=dpo.now + timedelta(hours=5))
    before = content_of(evening, kind, row, on)
    after = content_of(edited(dpo, world, session), kind, row, on)
    for content in (before, after):
        content["subject"].pop("name"), content.pop("gaps")
    assert after["parts"] == before["parts"]
    assert after == before
    today = content_of(later(dpo, 10), kind, row)
    assert today["parts"] != before["parts"], "the world was edited indeed"


def test_nothing_of_before_history_is_told_as_if_it_were_known(dpo, world, session, content_of):
    began = NOW + timedelta(days=5)
    session.execute(update(HistoryStart).values(at=began))
    old = content_of(later(dpo, 20), "vendor", world.vendor, dpo.today)
    told = json.dumps(old, ensure_ascii=False)
    assert rows(old, "identite", "sous-traitants") == []
    assert "inconnu avant le 29 novembre 2026" in told
    assert "pas de contrat en vigueur" not in told, "unknown is not none"
    assert "héberger l'application" not in told.casefold()
    session.execute(delete(HistoryStart))
    assert "l’historique n’est pas tenu" in json.dumps(content_of(dpo, "vendor", world.vendor), ensure_ascii=False)


def test_nothing_of_another_vendor_is_in_it(dpo, world, session, content_of):
    journal.record(dpo, "vendor.described", world.other, after={"name": "Autre Société"})
    session.commit()
    told = json.dumps(content_of(dpo, "vendor", world.vendor), ensure_ascii=False)
    for word in ("Autre Société", "Routage secret", world.other.key):
        assert word not in told
    assert "prestations qui ne sont pas l’objet de ce dossier : 1" in told.replace("\u202f", " ")
    line = json.dumps(content_of(dpo, "activity", world.activity), ensure_ascii=False)
    assert "Routage secret" in line, "a line of the register names all that it rests on"


def test_internal_notes_stay_with_us(dpo, world, session, content_of):
    finding = session.scalars(select(Finding).where(Finding.vendor_id == world.vendor.id)).one()
    said = {"finding_id": finding.id, "at": NOW, "author_name": "Ana", "from_vendor": False}
    session.add_all([
        FindingMessage(**said, text="à dire", internal=False), FindingMessage(**said, text="ENTRE NOUS", internal=True)
    ])  # fmt: skip
    incident = declared(replace(dpo, actor=SYSTEM), world.vendor)
    incidents.note_internally(dpo, incident, "ENTRE NOUS AUSSI, sans le dire au prestataire")
    session.commit()
    assert session.scalars(select(IncidentStatement).where(IncidentStatement.internal)).all()
    told = json.dumps(content_of(dpo, "vendor", world.vendor), ensure_ascii=False)
    assert "à dire" in told
    assert "ENTRE NOUS" not in told


def test_decoys_are_not_spoken_of_unless_chosen(dpo, world, session, content_of):
    session.add(DecoyBatch(vendor_id=world.vendor.id, name="Fichier de mars", planted_on=NOW.date(), created_at=NOW))
    session.commit()
    told = json.dumps(content_of(dpo, "vendor", world.vendor), ensure_ascii=False)
    assert "piège" not in told
    assert "Fichier de mars" not in told
    chosen = content_of(dpo, "vendor", world.vendor, wanted={"adresses-pieges"})
    assert rows(chosen, "adresses-pieges", "lots")[0]["Ce qui a été remis"] == "Fichier de mars"


def test_a_lawyer_gets_what_a_lawyer_may_read(acting, world, session, content_of):
    lawyer = acting(Role.LEGAL)
    session.commit()
    content = content_of(lawyer, "vendor", world.vendor, wanted={"identite", "adresses-pieges"})
    assert content["entries"] == []
    assert "Journal : hors de vos droits, non joint." in [one.replace("\u202f", " ") for one in content["gaps"]]
    assert not part(content, "adresses-pieges")["is_in"]
    assert part(content, "adresses-pieges")["tables"] == []


@pytest.mark.parametrize("role", [Role.BUYER, Role.MANAGEMENT, Role.ADMIN, Role.EXPERT])
def test_nobody_else_may(acting, world, content_of, role):
    with pytest.raises((Forbidden, NotFound)):
        content_of(acting(role), "vendor", world.vendor)


def test_a_day_to_come_is_refused(dpo, world, content_of):
    with pytest.raises(Refused):
        content_of(dpo, "vendor", world.vendor, dpo.today + timedelta(days=1))


def test_an_empty_vendor_is_never_complete(dpo, session, content_of):
    """The cheapest lie: nothing was ever asked of it, so nothing is wrong."""
    bare = vendor_of(session, name="Vide")
    session.commit()
    content = content_of(dpo, "vendor", bare)
    silent = [one["key"] for one in content["parts"] if not one["gaps"] and not any(t["rows"] for t in one["tables"])]
    assert silent == []
    assert count_gaps(content) >= 10
    assert "Vide : pas de contrat en vigueur ce jour-là." in [
        one.replace("\u202f", " ") for one in part(content, "contrats")["gaps"]
    ]


def test_a_contract_whose_copy_nobody_read_is_a_gap(dpo, session, content_of):
    vendor = vendor_of(session, name="Non lu")
    contract_of(dpo, vendor, reading=None, coverage=None)
    session.commit()
    gaps = " ".join(part(content_of(dpo, "vendor", vendor), "contrats")["gaps"])
    assert "personne n’a lu la copie signée" in gaps
    assert "inconnue" in gaps


def test_obligations_are_named_in_the_language_of_the_file_and_not_of_the_contract(dpo, world, session, content_of):
    french, english = "Traitement sur instruction documentée seulement", "Processing on documented instructions only"
    line = {"id": "C20", "title": english, "status": CoverageStatus.COVERED, "articles": ["4"], "missing": []}
    session.add(ContractVersion(
        contract_id=world.contract.id, number=1, language=Language.EN, facts={}, clauses=[], coverage=[line], blanks=[],
        tree={}, covered=1, required=1, sha256="0" * 64, created_at=NOW,
    ))  # fmt: skip
    world.contract.counting_number = 1
    session.commit()
    for language, column, title in ((Language.FR, "Obligation", french), (Language.EN, "Obligation", english)):
        content = content_of(dpo, "vendor", world.vendor, language=language)
        assert [one[column] for one in rows(content, "contrats", "couverture")] == [title]


def test_a_vendor_entered_later_was_not_there(dpo, session, content_of):
    vendor = vendor_of(session, name="Tard venu", created_at=NOW)
    session.commit()
    gaps = part(content_of(dpo, "vendor", vendor, dpo.today - timedelta(days=1)), "identite")["gaps"]
    assert any("n’était pas au registre ce jour-là" in gap for gap in gaps)
    assert session.get(Vendor, vendor.id) is not None


def test_every_entry_that_goes_with_a_part_is_one_that_the_journal_knows(app):
    declared_actions = {action for one in file_parts_of(app) for action in one.actions}
    assert declared_actions - set(wording.ACTIONS) == set()
    assert not {action for action in declared_actions if "note" in action or "message" in action}


def test_parts_have_places_of_their_own(app):
    parts = file_parts_of(app)
    assert len({one.order for one in parts}) == len({one.key for one in parts}) == len(parts)
    assert all(one.key.isascii() and one.key.islower() for one in parts)


def file_parts_of(app):
    with app.app_context():
        return file_parts()


def test_the_parts_cost_the_same_statements_whatever_the_number_of_rows(dpo, world, session, content_of, statements):
    content_of(dpo, "vendor", world.vendor)
    statements.clear()
    content_of(dpo, "vendor", world.vendor)
    few = len(statements)
    session.add_all(
        Finding(vendor_id=world.vendor.id, subject=f"s{n}", severity=Severity.MINOR, title=f"Écart {n}",
                action="Corriger", due_on=NOW.date(), opened_at=NOW)
        for n in range(40)
    )  # fmt: skip
    session.commit()
    statements.clear()
    content_of(dpo, "vendor", world.vendor)
    assert len(statements) <= few + 1


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("facts", "last"),
    [
        ({"expires_on": date(2026, 11, 1)}, "1er novembre 2026"),
        ({"kind": "code_of_conduct", "issued_on": date(2025, 6, 30)}, "30 juin 2026"),
        ({"kind": "code_of_conduct", "issued_on": date(2026, 6, 30)}, ""),
    ],
    ids=["its own end", "the validity of its kind", "still good"],
)
def test_a_proof_that_every_page_says_is_out_of_date_is_so_here(dpo, world, session, content_of, facts, last):
    proof = proof_of(session, world.vendor, sent_at=NOW - timedelta(days=1), **facts)
    session.commit()
    told = part(content_of(dpo, "vendor", world.vendor), "preuves")["gaps"]
    gaps = [gap for gap in told if "expirée" in gap]
    assert gaps == ([f"Preuve n° {proof.id}\u202f: expirée, elle valait jusqu’au {last}."] if last else [])


@pytest.mark.both_databases
def test_a_proof_that_was_set_aside_was_read_and_one_that_was_replaced_lacks_nothing(dpo, world, session, content_of):
    sent = {"sent_at": NOW - timedelta(days=1)}
    aside = proof_of(session, world.vendor, "a.pdf", verdict=EvidenceVerdict.REJECTED, **sent)
    former = proof_of(session, world.vendor, "b.pdf", expires_on=date(2026, 1, 31), **sent)
    newest = proof_of(session, world.vendor, "c.pdf", verdict=EvidenceVerdict.VERIFIED, **sent)
    former.replaced_by_id = newest.id
    session.commit()
    content = content_of(dpo, "vendor", world.vendor)
    told = part(content, "preuves")["gaps"]
    assert [gap for gap in told if "Preuve n°" in gap] == [f"Preuve n° {aside.id}\u202f: écartée à la revue."]
    by = {row["Preuve n°"]: row["Remplacée par"] for row in rows(content, "preuves", "preuves")}
    assert (by[former.id], by[newest.id], by[aside.id]) == (newest.id, "", "")


@pytest.mark.both_databases
def test_a_cancelled_audit_says_so_and_its_measure_counts_no_more(dpo, world, session, content_of):
    audit = audit_of(session, world.vendor, state=AuditState.RETURNED)
    level = {"taken_at": NOW - timedelta(hours=2), "inherent": 4, "tier": Tier.HIGH, "scale_sha256": "0" * 64}
    figures = {"basis_points": 9_000, "coverage_points": 10_000, "residual_points": 4_000, "grade": "A", "detail": {}}
    session.add(Scorecard(vendor_id=world.vendor.id, audit_id=audit.id, reason="submitted", **level, **figures))
    session.commit()
    measured = [row["Audit n°"] for row in rows(content_of(dpo, "vendor", world.vendor), "niveaux", "niveaux")]
    assert audit.id in measured
    cancel_audit(dpo, session.get_one(Audit, audit.id, options=[joinedload(Audit.vendor)]), "Ouvert par erreur.")
    session.commit()
    content = content_of(dpo, "vendor", world.vendor)
    levels = rows(content, "niveaux", "niveaux")
    assert audit.id not in [row["Audit n°"] for row in levels]
    assert all(row["Questionnaire"] for row in levels)
    [row] = [one for one in rows(content, "audits", "audits") if one["Audit n°"] == audit.id]
    assert row["Annulé le"]
    assert "Audit annulé" in {one["action"] for one in content["entries"]}


@pytest.mark.both_databases
def test_what_a_received_contract_lacks_is_counted_of_the_table_and_beside_it(dpo, world, session, content_of):
    """A count over all points of the check stood over a table of some of them, and what is in doubt was no gap."""
    main = list(REQUIREMENTS)
    statuses = dict.fromkeys(main, "satisfied") | {main[0]: "missing", main[1]: "weak", main[2]: "deferred"}
    statuses |= {"autre-point": "missing", "encore-un": "contradicted", "troisieme": "weak"}
    session.add(PaperReview(
        vendor_id=world.vendor.id, title="Leur accord", file_name="accord.pdf", created_at=NOW,
        contract_id=world.contract.id, state=ReviewState.CHECKED, statuses=statuses,
    ))  # fmt: skip
    session.commit()
    content = content_of(dpo, "vendor", world.vendor)
    told = [gap.replace("\u202f", " ").replace("\u00a0", " ") for gap in part(content, "lectures")["gaps"]]
    assert told == [
        "« Leur accord » : exigences non trouvées, contredites ou en blanc : 1.",
        "« Leur accord » : exigences à revoir, ou renvoyées à un document absent : 2.",
        "« Leur accord » : autres points du contrôle, hors du tableau, non trouvés, contredits ou en blanc : 2.",
    ]
    assert len(rows(content, "lectures", "exigences")) == len(main)


@pytest.mark.both_databases
def test_a_service_without_a_contract_is_a_gap_though_another_has_one(dpo, world, session, content_of):
    services = [Service(vendor_id=world.vendor.id, name="Archivage"), Service(vendor_id=world.vendor.id, name="Fini")]
    services[1].ended_on = dpo.today
    session.add_all(services)
    session.commit()

    def uncovered():
        told = part(content_of(dpo, "vendor", world.vendor), "contrats")["gaps"]
        return [gap for gap in told if "ne couvre cette prestation" in gap or "pas de contrat" in gap]

    assert uncovered() == [], "it was signed for all"
    contracts.say_service(dpo, world.contract, world.service.id)
    session.commit()
    [gap] = uncovered()
    assert "Archivage" in gap
    world.contract.kind = DocumentKind.LETTER
    session.commit()
    [gap] = uncovered()
    assert "pas de contrat en vigueur" in gap, "a letter in force is none"


@pytest.mark.both_databases
def test_an_acceptance_that_ended_is_a_gap_and_is_no_closing(dpo, world, session, content_of):
    finding = session.scalars(select(Finding).where(Finding.vendor_id == world.vendor.id)).one()
    finding.state, finding.closed_at, finding.waived_until = FindingState.WAIVED, NOW, dpo.today - timedelta(days=1)
    session.commit()
    content = content_of(dpo, "vendor", world.vendor)
    assert [gap for gap in part(content, "constats")["gaps"] if "rien n’en était décidé" in gap]
    [row] = rows(content, "constats", "constats")
    assert "Clos le" not in row
    assert row["Accepté jusqu’au"]
    finding.waived_until = dpo.today
    session.commit()
    assert not part(content_of(dpo, "vendor", world.vendor), "constats")["gaps"]
