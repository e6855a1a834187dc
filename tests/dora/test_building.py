"""The register as it is built: nothing is made up, nothing unknown is green, nothing written lacks its key."""

import io
import zipfile
from datetime import date, timedelta

import pytest

from portal.authz.policy import Role
from portal.chain.models import NameVerdict
from portal.chain.services.judgements import judge_names
from portal.contracts.models import Contract
from portal.core import process
from portal.core.errors import Refused
from portal.dora.models import DoraContract, DoraEntity, DoraFunction, DoraProvider, DoraService, DoraSubcontractor
from portal.dora.package import read_package, write_package
from portal.dora.reference import structure
from portal.dora.register_page import TableState, chain_steps, register_report
from portal.dora.rules.defects import OF_THE_PORTAL, DoraRule
from portal.dora.rules.lint import defects_of
from portal.dora.services import judge_subcontractor, state_provider
from portal.vendors.models import LegalEntity, Service, Vendor
from portal.vendors.rules.facts import Chain
from tests.factories.desk import service_of
from tests.factories.dora import (
    EUID_TYPE,
    LEI_TYPE,
    NOW,
    company_named,
    complete_world,
    contract_in_force,
    engages,
    function_of,
    ict_service,
    identified,
    kept_entity,
    lei_of,
    random_world,
)
from tests.factories.world import vendor_of

R = DoraRule
BREACHES = {R.KEY_MISSING, R.KEY_TWICE, R.NOT_FOUND}
WORLDS = 50


@pytest.fixture(autouse=True)
def _prepared(portal_settings):
    process.prepare(portal_settings)


@pytest.fixture
def dpo(acting):
    return acting(Role.DPO)


def rules_of(report, table=None):
    return {one.rule for one in report.defects if table in {None, one.table}}


def test_a_world_described_in_full_is_a_register_without_a_defect(session, dpo):
    complete_world(session)
    report = register_report(dpo)
    assert report.defects == []
    states = {code: one.state for code, one in report.tables.items()}
    assert {code for code, state in states.items() if state is TableState.NOTHING} == {"B_01.03", "B_02.03", "B_03.03"}
    assert report.complete == len(structure().tables) - 3


@pytest.mark.parametrize("seed", range(WORLDS))
def test_whatever_the_world_what_is_written_lacks_no_key_and_no_reference(session, dpo, seed):
    random_world(session, seed)
    report = register_report(dpo)
    assert not BREACHES & rules_of(report)
    if len(report.built.rows["B_01.01"]) == 1:
        _name, content = write_package(structure(), report.built.rows, NOW)
        read = read_package(structure(), content)
        assert read.defects == []
        assert {code: [dict(row.cells) for row in rows] for code, rows in read.rows.items()} == {
            code: [{one.code: row.cell(one.code) for one in structure().tables[code].columns} for row in rows]
            for code, rows in report.built.rows.items()
        }
        assert not BREACHES & {one.rule for one in defects_of(structure(), read.rows, dpo.today)}


def test_the_worlds_are_of_every_kind(session, dpo):
    """Rows in every table, cycles, companies of two names, rows held back: else they would prove nothing."""
    random_world(session, 3)
    for seed in range(4, 16):
        random_world(session, seed)
    report = register_report(dpo)
    assert all(report.tables[code].rows for code in structure().tables if code not in {"B_01.01", "B_99.01"})
    assert {R.NOT_WRITTEN, R.NOT_SORTED, R.NOT_JUDGED, R.SAYS_TWO_THINGS, R.NO_ENTITY} <= rules_of(report)
    assert max(int(row.cell("c0050")) for row in report.tables["B_05.02"].rows) > 2


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"term_months": 36, "renewal_months": 12, "notice": "3"}, "2027-01-01"),
        ({"term_months": 36, "renewal_months": 12, "notice": "3", "terminates_on": date(2027, 6, 30)}, "2027-06-30"),
        ({"term_months": 48, "renewal_months": 0, "notice": "3", "expires_on": date(2027, 12, 31)}, "2027-12-31"),
        ({}, "9999-12-31"),
    ],
    ids=["renewed", "notice given", "of a term", "without end"],
)
@pytest.mark.both_databases
def test_a_contract_that_renews_is_not_without_end(session, dpo, terms, said):
    """Implementing Regulation (EU) 2024/2956, annex I, B_02.02.0080: the date of its renewal, and not 9999-12-31."""
    complete_world(session)
    unknown(session, Contract, **terms)
    assert {row.cell("c0080") for row in register_report(dpo).tables["B_02.02"].rows} == {said}


# --- one thing not known at a time: the cheapest lies


def unknown(session, model, **facts):
    for name, value in facts.items():
        setattr(session.query(model).one(), name, value)
    session.flush()


UNKNOWN = {
    "the entity has no LEI": (LegalEntity, {"lei": ""}, "B_01.02", "c0010", R.NOT_WRITTEN),
    "nobody gave its type": (DoraEntity, {"entity_type": ""}, "B_01.02", "c0040", R.CELL_MISSING),
    "nobody gave its place in the group": (DoraEntity, {"hierarchy": ""}, "B_01.02", "c0060", R.CELL_MISSING),
    "nobody spoke of branches": (DoraEntity, {"has_branches": None}, "B_01.03", "", R.BRANCHES_UNSAID),
    "its branches are not named": (DoraEntity, {"has_branches": True}, "B_01.03", "", R.BRANCHES_UNSAID),
    "the function was not assessed": (DoraFunction, {"criticality": ""}, "B_06.01", "c0050", R.CELL_MISSING),
    "the vendor has no identifier": (Vendor, {"lei": ""}, "B_05.01", "c0010", R.NOT_WRITTEN),
    "nobody said who stands above it": (DoraProvider, {"is_own_parent": None}, "B_05.01", "c0110", R.CELL_MISSING),
    "the cost is not known": (DoraContract, {"annual_cost": None}, "B_02.01", "c0050", R.CELL_MISSING),
    "nor, then, the total": (DoraContract, {"annual_cost": None}, "B_05.01", "c0100", R.CELL_MISSING),
    "nobody said when it ends": (DoraContract, {"has_no_end": None}, "B_02.02", "c0080", R.CELL_MISSING),
    "the service was not sorted": (DoraService, {"is_ict": None}, "B_02.02", "", R.NOT_SORTED),
    "its entity is not known": (Service, {"legal_entity_id": None}, "B_02.02", "c0020", R.NO_ENTITY),
    "its type is not known": (DoraService, {"ict_type": ""}, "B_02.02", "c0060", R.NOT_WRITTEN),
    "nobody said where it is provided": (DoraService, {"provision_country": ""}, "B_02.02", "c0130", R.CELL_MISSING),
    "nor whether data are stored": (DoraService, {"stores_data": None}, "B_02.02", "c0140", R.CELL_MISSING),
    "nor where": (DoraService, {"rest_countries": []}, "B_02.02", "c0150", R.CELL_MISSING),
    "no audit is known": (DoraService, {"audited_on": None}, "B_07.01", "c0070", R.CELL_MISSING),
    "nobody spoke of an exit plan": (DoraService, {"has_exit_plan": None}, "B_07.01", "c0080", R.CELL_MISSING),
    "nobody spoke of its chain": (Service, {"chain": None}, "B_05.02", "", R.CHAIN_UNSAID),
    "it engages somebody unnamed": (Service, {"chain": Chain.DIRECT}, "B_05.02", "", R.CHAIN_UNSAID),
    "an answer is not defined": (DoraEntity, {"definitions": {}}, "B_99.01", "c0010", R.NOT_DEFINED),
}  # fmt: skip


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_is_not_known_is_a_defect_that_says_where_to_mend_it(session, dpo, what):
    model, facts, table, column, rule = UNKNOWN[what]
    complete_world(session)
    unknown(session, model, **facts)
    if model is Vendor:  # its other identifier would do
        unknown(session, DoraProvider, code="", code_type="")
    report = register_report(dpo)
    (found,) = [one for one in report.tables[table].defects if (one.rule, one.column) == (rule, column)]
    assert found.mend is not None
    assert found.row
    assert report.tables[table].state is TableState.DEFECTS


def test_a_vendor_without_lei_is_known_by_another_identifier(session, dpo):
    complete_world(session)
    unknown(session, Vendor, lei="")
    [row] = register_report(dpo).tables["B_05.01"].rows
    assert (row.cell("c0010"), row.cell("c0020")) == ("FRRCS.1", EUID_TYPE)


def test_a_service_that_nobody_sorted_keeps_every_table_it_could_feed_from_being_complete(session, dpo):
    service = complete_world(session)
    service_of(session, service.vendor, service.legal_entity, name="Une autre")
    report = register_report(dpo)
    assert report.tables["B_02.01"].state is TableState.WAITING
    assert report.tables["B_07.01"].state is TableState.WAITING
    assert report.tables["B_06.01"].state is TableState.COMPLETE


def test_a_service_without_a_contract_in_force_is_told_and_waits(session, dpo):
    service = complete_world(session)
    other = vendor_of(session, name="Sans contrat")
    ict_service(session, identified(session, other), service.legal_entity, session.query(DoraFunction).all())
    report = register_report(dpo)
    assert R.NO_CONTRACT in rules_of(report, "B_02.02")
    assert report.tables["B_03.02"].state is TableState.WAITING


def test_no_row_is_written_before_a_function_is_named(session, dpo):
    entity = kept_entity(session)
    vendor = identified(session, vendor_of(session, name="Acme"))
    contract_in_force(session, vendor, entity)
    ict_service(session, vendor, entity, [])
    report = register_report(dpo)
    assert not report.tables["B_02.02"].rows
    assert {(one.rule, one.column) for one in report.tables["B_02.02"].defects} >= {(R.NOT_WRITTEN, "c0050")}


def test_two_services_of_one_type_that_contradict_each_other_leave_the_cell_empty(session, dpo):
    service = complete_world(session)
    ict_service(
        session, service.vendor, service.legal_entity, session.query(DoraFunction).all(), name="Sauvegarde",
        substitutability="eba_ZZ:x962",
    )  # fmt: skip
    report = register_report(dpo)
    (row,) = report.tables["B_07.01"].rows
    assert row.cell("c0050") == ""
    found = [one for one in report.tables["B_07.01"].defects if one.column == "c0050"]
    assert [one.rule for one in found] == [R.SAYS_TWO_THINGS], "and it is told once"


def test_an_entity_that_signs_from_outside_the_register_is_no_reference(session, dpo):
    entity = kept_entity(session)
    outside = kept_entity(session, 2)
    outside.keeps_dora_register = False
    vendor = identified(session, vendor_of(session, name="Acme"))
    contract_in_force(session, vendor, entity, terms={"overarching_id": None, "arrangement": "eba_CO:x3"})
    ict_service(session, vendor, entity, [function_of(session, entity)])
    report = register_report(dpo)
    assert not BREACHES & rules_of(report)
    assert ("B_02.01", "c0030") in {(one.table, one.column) for one in report.defects if one.rule is R.CELL_MISSING}


def test_the_chain_is_followed_by_rank_through_cycles_and_names(session, dpo):
    service = complete_world(session)
    service.chain = Chain.DEEP
    provider = company_named(session, "Hébergeur Azur", vendor_id=service.vendor_id)
    second = company_named(session, "Datacentre")
    alias = company_named(session, "Datacentre SAS", knot=second.id)
    third, stranger = company_named(session, "Gardiennage"), company_named(session, "Traiteur")
    for above, below in ((provider, second), (alias, third), (third, provider), (provider, stranger)):
        engages(session, above, below)
    for number, company in enumerate((second, third)):
        company.country = "FR"
        session.add(DoraProvider(
            company_id=company.id, code=lei_of(900 + number), code_type=LEI_TYPE, person="eba_CT:x212",
            is_own_parent=True,
        ))  # fmt: skip
        session.add(DoraSubcontractor(
            service_id=service.id, company_id=company.id, underpins=True, decided_by="X", decided_at=NOW
        ))  # fmt: skip
    session.add(DoraSubcontractor(
        service_id=service.id, company_id=stranger.id, underpins=False, decided_by="X", decided_at=NOW
    ))  # fmt: skip
    session.flush()
    report = register_report(dpo)
    ranks = [(row.cell("c0050"), row.cell("c0030"), row.cell("c0060")) for row in report.tables["B_05.02"].rows]
    own = session.get_one(Vendor, service.vendor_id).lei
    assert ranks == [("1", own, own), ("2", lei_of(900), own), ("3", lei_of(901), lei_of(900))]
    assert report.defects == []


@pytest.mark.both_databases
@pytest.mark.parametrize("first", [True, False])
def test_of_a_company_judged_and_described_under_two_names_the_last_word_holds(session, dpo, first):
    service = complete_world(session)
    provider = company_named(session, "Hébergeur Azur", vendor_id=service.vendor_id)
    one, other = company_named(session, "Datacentre"), company_named(session, "Datacentre SAS")
    engages(session, provider, one)
    for number, (company, underpins) in enumerate(((one, first), (other, not first))):
        session.add(DoraProvider(company_id=company.id, code=lei_of(900 + number), code_type=LEI_TYPE))
        session.add(DoraSubcontractor(
            service_id=service.id, company_id=company.id, underpins=underpins, decided_by="X",
            decided_at=NOW - timedelta(days=2 - number),
        ))  # fmt: skip
    session.flush()
    judge_names(dpo, one, other, NameVerdict.SAME, "Même numéro au registre du commerce")
    session.expire_all()
    for underpins in (not first, first, not first):  # the last word under the other name, then two new ones
        judge_subcontractor(dpo, service, one, underpins=underpins)
        assert [step.verdict for step in chain_steps(dpo, service)] == [underpins]
        written = [row.cell("c0030") for row in register_report(dpo).tables["B_05.02"].rows if row.cell("c0050") == "2"]
        assert written == [lei_of(900)] * underpins
    state_provider(dpo, {"code": lei_of(950), "code_type": LEI_TYPE}, company=other)
    judge_subcontractor(dpo, service, one, underpins=True)
    assert lei_of(950) in {row.cell("c0030") for row in register_report(dpo).tables["B_05.02"].rows}


def test_a_company_that_nobody_judged_is_asked_and_not_written(session, dpo):
    service = complete_world(session)
    engages(session, company_named(session, "Azur", vendor_id=service.vendor_id), company_named(session, "Inconnue"))
    report = register_report(dpo)
    assert [row.cell("c0050") for row in report.tables["B_05.02"].rows] == ["1"]
    assert rules_of(report) == {R.NOT_JUDGED}


def test_a_group_company_that_provides_signs_on_that_side_too(session, dpo):
    entity = kept_entity(session)
    sister = kept_entity(session, 2, entity_type="eba_CT:x317")
    function = function_of(session, entity)
    outside = identified(session, vendor_of(session, name="Dehors"))
    outer = contract_in_force(session, outside, entity)
    inside = identified(session, vendor_of(session, name="Dedans", lei=sister.lei))
    contract_in_force(session, inside, entity, terms={"answers_to_id": outer.id})
    for vendor in (outside, inside):
        ict_service(session, vendor, entity, [function])
    report = register_report(dpo)
    (row,) = report.tables["B_03.03"].rows
    assert row.cell("c0020") == sister.lei
    assert len(report.tables["B_02.03"].rows) == 1
    assert report.defects == []


def test_branches_that_use_a_service_are_rows_of_their_own(session, dpo):
    service = complete_world(session)
    unknown(session, DoraEntity, has_branches=True, branches=["BE-1 | Bruxelles | BE"])
    unknown(session, DoraService, branch_codes=["BE-1"])
    report = register_report(dpo)
    assert [row.cell("c0040") for row in report.tables["B_04.01"].rows] == ["Not Applicable", "BE-1"]
    assert report.defects == []
    unknown(session, DoraService, branch_codes=["BE-2"])
    (found,) = register_report(dpo).defects
    assert (found.rule, found.table, found.mend) == (R.NOT_WRITTEN, "B_04.01", ("service", service.id))


def test_every_rule_of_the_portal_is_reached_by_a_world():
    told = {rule for _model, _facts, _table, _column, rule in UNKNOWN.values()}
    assert told | {R.NO_CONTRACT, R.NOT_JUDGED, R.SAYS_TWO_THINGS} >= OF_THE_PORTAL


def test_a_package_is_named_after_who_keeps_the_register(session, dpo):
    complete_world(session)
    report = register_report(dpo)
    name, content = write_package(structure(), report.built.rows, NOW)
    assert name == f"{lei_of(101)}.IND_FR_DORA010100_DORA_2026-11-24_20261124100000000"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert all(one.startswith(f"{name}/") for one in names)
        assert b"rs:" + lei_of(101).encode() + b".IND" in archive.read(f"{name}/reports/parameters.csv")
        assert len(names) == len(structure().tables) + 4
    kept_entity(session, 2)
    session.query(DoraEntity).update({"keeps_register": False})
    session.expire_all()
    with pytest.raises(Refused):
        write_package(structure(), register_report(dpo).built.rows, NOW)
