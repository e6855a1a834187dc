"""A register of information that lacks nothing: its rows, and a world of the portal it is built from."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from random import Random
from typing import Any

from sqlalchemy.orm import Session
from stdnum.iso7064 import mod_97_10

from portal.chain.models import ChainCompany, ChainLink, LinkSource
from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractState
from portal.dora.models import (
    DoraContract,
    DoraEntity,
    DoraFunction,
    DoraProvider,
    DoraService,
    DoraSubcontractor,
    DoraSupport,
)
from portal.dora.rules.defects import DoraRow
from portal.vendors.models import LegalEntity, Service, Vendor
from portal.vendors.rules.facts import Chain
from tests.factories.desk import entity_of, service_of
from tests.factories.world import vendor_of

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LEI_TYPE, EUID_TYPE = "eba_qCO:qx2000", "eba_qCO:qx2002"
YES, NO = "eba_BT:x28", "eba_BT:x29"


def lei_of(number: int) -> str:
    """A sound LEI that nobody has.

    >>> mod_97_10.is_valid(lei_of(3)), len(lei_of(3))
    (True, 20)
    """
    base = f"9999{number:014d}"
    return base + mod_97_10.calc_check_digits(base)


BANK, SHARED, HOST, PARENT, DATACENTRE = (lei_of(n) for n in range(1, 6))


def rows_of(*rows: Iterable[tuple[str, str]] | dict[str, str]) -> list[DoraRow]:
    """Rows of a file, from its second line."""
    return [DoraRow(dict(row), line=line) for line, row in enumerate(rows, start=2)]


def sound_rows() -> dict[str, list[DoraRow]]:
    """A register with one row or two in each table, and nothing wrong in it."""
    contract = {"c0010": "C-1", "c0020": "eba_CO:x3", "c0030": "C-0", "c0040": "eba_CU:EUR", "c0050": "1200.50"}
    frame = {"c0010": "C-0", "c0020": "eba_CO:x2", "c0030": "", "c0040": "eba_CU:EUR", "c0050": "0"}
    inner = {"c0010": "C-2", "c0020": "eba_CO:x1", "c0030": "", "c0040": "eba_CU:EUR", "c0050": "300"}
    details = {
        "c0010": "C-1", "c0020": BANK, "c0030": HOST, "c0040": LEI_TYPE, "c0050": "F1", "c0060": "eba_TA:S17",
        "c0070": "2024-01-01", "c0080": "9999-12-31", "c0090": "", "c0100": "90", "c0110": "180",
        "c0120": "eba_GA:FR", "c0130": "eba_GA:FR", "c0140": YES, "c0150": "eba_GA:FR", "c0160": "eba_GA:DE",
        "c0170": "eba_ZZ:x793", "c0180": "eba_ZZ:x797",
    }  # fmt: skip
    within = details | {
        "c0010": "C-2", "c0030": SHARED, "c0050": "F2", "c0060": "eba_TA:S03", "c0140": NO,
        "c0150": "eba_GA:qx2007", "c0160": "eba_GA:qx2007", "c0170": "",
    }  # fmt: skip
    entity = {
        "c0010": BANK, "c0020": "Banque d'essai", "c0030": "eba_GA:FR", "c0040": "eba_CT:x12",
        "c0050": "eba_RP:x53", "c0060": BANK, "c0070": "2026-11-01", "c0080": "2025-01-17", "c0090": "9999-12-31",
        "c0100": "eba_CU:EUR", "c0110": "5000000",
    }  # fmt: skip
    sister = entity | {
        "c0010": SHARED, "c0020": "Services communs", "c0040": "eba_CT:x317", "c0050": "eba_RP:x56",
        "c0100": "", "c0110": "",
    }  # fmt: skip
    provider = {
        "c0010": HOST, "c0020": LEI_TYPE, "c0030": "", "c0040": "", "c0050": "Hébergeur d'essai",
        "c0060": "Hébergeur d'essai", "c0070": "eba_CT:x212", "c0080": "eba_GA:FR", "c0090": "eba_CU:EUR",
        "c0100": "1200", "c0110": PARENT, "c0120": LEI_TYPE,
    }  # fmt: skip
    alone = {"c0090": "", "c0100": ""}
    chain = {
        "c0010": "C-1", "c0020": "eba_TA:S17", "c0030": HOST, "c0040": LEI_TYPE, "c0050": "1", "c0060": HOST,
        "c0070": LEI_TYPE,
    }  # fmt: skip
    function = {
        "c0010": "F1", "c0020": "eba_TA:x222", "c0030": "Paiements", "c0040": BANK, "c0050": YES,
        "c0060": "Tout en dépend", "c0070": "2026-02-01", "c0080": "4", "c0090": "1", "c0100": "eba_ZZ:x793",
    }  # fmt: skip
    assessment = {
        "c0010": "C-1", "c0020": HOST, "c0030": LEI_TYPE, "c0040": "eba_TA:S17", "c0050": "eba_ZZ:x960",
        "c0060": "eba_ZZ:x964", "c0070": "2026-03-01", "c0080": YES, "c0090": "eba_ZZ:x966",
        "c0100": "eba_ZZ:x793", "c0110": NO, "c0120": "",
    }  # fmt: skip
    return {
        "B_01.01": rows_of({
            "c0010": BANK, "c0020": "Banque d'essai", "c0030": "eba_GA:FR", "c0040": "eba_CT:x12",
            "c0050": "ACPR", "c0060": "2026-11-24",
        }),
        "B_01.02": rows_of(entity, sister),
        "B_01.03": rows_of({"c0010": "BE-1", "c0020": BANK, "c0030": "Bruxelles", "c0040": "eba_GA:BE"}),
        "B_02.01": rows_of(frame, contract, inner),
        "B_02.02": rows_of(details, within),
        "B_02.03": rows_of({"c0010": "C-2", "c0020": "C-1", "c0030": "true"}),
        "B_03.01": rows_of(*({"c0010": one, "c0020": BANK, "c0030": "true"} for one in ("C-0", "C-1", "C-2"))),
        "B_03.02": rows_of(
            *({"c0010": one, "c0020": HOST, "c0030": LEI_TYPE} for one in ("C-0", "C-1")),
            {"c0010": "C-2", "c0020": SHARED, "c0030": LEI_TYPE},
        ),
        "B_03.03": rows_of({"c0010": "C-2", "c0020": SHARED, "c0031": "true"}),
        "B_04.01": rows_of(
            {"c0010": "C-1", "c0020": BANK, "c0030": "eba_ZZ:x839", "c0040": "Not Applicable"},
            {"c0010": "C-1", "c0020": BANK, "c0030": "eba_ZZ:x838", "c0040": "BE-1"},
            {"c0010": "C-2", "c0020": BANK, "c0030": "eba_ZZ:x839", "c0040": "Not Applicable"},
        ),
        "B_05.01": rows_of(
            provider,
            provider | alone | {"c0010": PARENT, "c0050": "Mère", "c0060": "Mère"},
            provider | {"c0010": SHARED, "c0050": "Services communs", "c0060": "Services communs", "c0110": SHARED},
            provider | alone | {
                "c0010": "FRRCS.552100554", "c0020": EUID_TYPE, "c0050": "Centre de données", "c0060": "Centre",
                "c0110": "FRRCS.552100554", "c0120": EUID_TYPE,
            },
        ),
        "B_05.02": rows_of(
            chain,
            chain | {"c0030": "FRRCS.552100554", "c0040": EUID_TYPE, "c0050": "2"},
            {"c0010": "C-2", "c0020": "eba_TA:S03", "c0030": SHARED, "c0040": LEI_TYPE, "c0050": "1",
             "c0060": SHARED, "c0070": LEI_TYPE},
        ),
        "B_06.01": rows_of(
            function,
            function | {"c0010": "F2", "c0020": "eba_TA:x276", "c0030": "Bureautique", "c0050": NO,
                        "c0100": "eba_ZZ:x791"},
        ),
        "B_07.01": rows_of(assessment),
        "B_99.01": rows_of({f"c{number:04}": "Ce que nous entendons par là" for number in range(10, 200, 10)}),
    }  # fmt: skip


# --- a world of the portal


def kept_entity(session: Session, number: int = 1, **facts: Any) -> LegalEntity:
    """An entity whose register is kept and that was described in full."""
    entity = entity_of(
        session, name=f"Banque {number}", lei=lei_of(100 + number), keeps_dora_register=True, is_financial=True,
        is_nis2=False,
    )  # fmt: skip
    session.add(DoraEntity(
        legal_entity_id=entity.id, changed_at=NOW, branches=[],
        **{
            "keeps_register": number == 1, "authority": "ACPR", "entity_type": "eba_CT:x12",
            "hierarchy": "eba_RP:x21", "currency": "EUR", "total_assets": 5_000_000,
            "integrated_on": date(2025, 1, 17), "has_branches": False,
            "definitions": {f"c{n:04}": "Notre sens" for n in range(10, 200, 10)}, **facts,
        },
    ))  # fmt: skip
    session.flush()
    return entity


def function_of(session: Session, entity: LegalEntity, **facts: Any) -> DoraFunction:
    """A critical function described in full."""
    function = DoraFunction(legal_entity_id=entity.id, **{
        "name": "Paiements", "activity": "eba_TA:x222", "criticality": YES, "reasons": "", "rto_hours": 4,
        "rpo_hours": 1, "assessed_on": date(2026, 2, 1), "impact": "eba_ZZ:x793", **facts,
    })  # fmt: skip
    session.add(function)
    session.flush()
    return function


def identified(session: Session, vendor: Vendor, **facts: Any) -> Vendor:
    """A vendor that the register can identify."""
    if not vendor.lei:
        vendor.lei = lei_of(10_000 + vendor.id)
    session.add(DoraProvider(vendor_id=vendor.id, **{"person": "eba_CT:x212", "is_own_parent": True, **facts}))
    session.flush()
    return vendor


def contract_in_force(session: Session, vendor: Vendor, entity: LegalEntity | None, **facts: Any) -> Contract:
    """A contract in force, with what the register asks of it; `terms` replaces some of that, None leaves it out."""
    terms = facts.pop("terms", {})
    contract = Contract(**{
        "key": f"accord-{vendor.key}-{session.query(Contract).count()}", "vendor_id": vendor.id,
        "legal_entity_id": entity.id if entity else None, "template_key": "", "title": f"Accord {vendor.name}",
        "state": ContractState.IN_FORCE, "effective_on": date(2024, 1, 1), "created_at": NOW, **facts,
    })  # fmt: skip
    session.add(contract)
    session.flush()
    if terms is not None:
        session.add(DoraContract(contract_id=contract.id, **{
            "arrangement": "eba_CO:x1", "currency": "EUR", "annual_cost": 1200, "has_no_end": True,
            "notice_days": 90, "provider_notice_days": 180, "governing_law": "FR", **terms,
        }))  # fmt: skip
        session.flush()
    return contract


def ict_service(
    session: Session, vendor: Vendor, entity: LegalEntity, functions: Iterable[DoraFunction], **facts: Any
) -> Service:
    """A service in the register, with all that is asked of it; it engages nobody."""
    service = service_of(session, vendor, entity, name=facts.pop("name", "Hébergement"), chain=Chain.NONE)
    service.vendor, service.legal_entity = vendor, entity
    session.add(DoraService(service_id=service.id, **{
        "branch_codes": [],
        "is_ict": True, "ict_type": "eba_TA:S17", "provision_country": "FR", "stores_data": True,
        "rest_countries": ["FR"], "processing_countries": ["FR"], "sensitivity": "eba_ZZ:x793",
        "reliance": "eba_ZZ:x797", "substitutability": "eba_ZZ:x961", "has_exit_plan": True,
        "audited_on": date(2026, 3, 1), "never_audited": False, "reintegration": "eba_ZZ:x966",
        "impact": "eba_ZZ:x793", "alternatives": NO, **facts,
    }))  # fmt: skip
    session.add_all(DoraSupport(service_id=service.id, function_id=one.id) for one in functions)
    session.flush()
    return service


def company_named(session: Session, name: str, **facts: Any) -> ChainCompany:
    """A company of the chain, one knot of its own unless said otherwise."""
    company = ChainCompany(key=f"c-{session.query(ChainCompany).count()}-{name.lower()}", name=name, created_at=NOW,
                           **facts)  # fmt: skip
    session.add(company)
    session.flush()
    company.knot = facts.get("knot") or company.id
    session.flush()
    return company


def engages(session: Session, above: ChainCompany, below: ChainCompany) -> None:
    """One company engages another."""
    session.add(ChainLink(
        engaging_id=above.id, engaged_id=below.id, source_kind=LinkSource.LIST, valid_from=date(2026, 1, 1)
    ))  # fmt: skip
    session.flush()


def complete_world(session: Session) -> Service:
    """One entity, one function, one provider, one service: a register without a defect."""
    entity = kept_entity(session)
    vendor = identified(session, vendor_of(session, name="Hébergeur Azur"), code="FRRCS.1", code_type=EUID_TYPE)
    contract_in_force(session, vendor, entity)
    return ict_service(session, vendor, entity, [function_of(session, entity)])


def random_world(session: Session, seed: int) -> None:
    """Entities, vendors, contracts, services and a chain drawn at random: anything may lack, cycle or go by two
    names."""
    chance = Random(seed)

    def maybe(value: Any, otherwise: Any = "", often: float = 0.8) -> Any:
        return value if chance.random() < often else otherwise

    entities = []
    for number in range(1, chance.randint(2, 4)):
        entity = kept_entity(
            session, number, keeps_register=chance.random() < 0.5, authority=maybe("ACPR"),
            entity_type=maybe("eba_CT:x12"), has_branches=chance.choice([None, True, False]),
            total_assets=maybe(10, None), currency=maybe("EUR"),
        )  # fmt: skip
        entity.lei = maybe(entity.lei, "", 0.9)
        session.get_one(DoraEntity, entity.id).branches = maybe(["BE-1 | Bruxelles | BE"], [])
        entities.append(entity)
    functions = {
        entity.id: [
            function_of(session, entity, name=f"Fonction {n}", criticality=chance.choice([YES, NO, ""]))
            for n in range(chance.randint(0, 3))
        ]
        for entity in entities
    }
    shared = lei_of(chance.randint(200, 203))
    vendors = []
    for number in range(chance.randint(2, 7)):
        vendor = vendor_of(session, name=f"Prestataire {seed}-{number}", country=maybe("FR"))
        vendor.lei = chance.choice(["", shared, lei_of(300 + number), maybe(entities[0].lei)])
        if chance.random() < 0.8:
            parent = chance.choice([None, True, False])
            identified(
                session, vendor, person=maybe("eba_CT:x212"), is_own_parent=parent,
                parent_code=maybe(lei_of(400)) if parent is False else "", parent_code_type=LEI_TYPE,
                parent_name="Mère", parent_country="US",
            ).lei = vendor.lei  # fmt: skip
        vendors.append(vendor)
    session.flush()
    _random_contracts(session, chance, vendors, entities, functions)
    _random_chain(session, chance, vendors, seed)


def _random_contracts(session: Session, chance: Random, vendors: list[Vendor], entities: list[LegalEntity],
                      functions: dict[int, list[DoraFunction]]) -> None:  # fmt: skip
    held: list[Contract] = []
    for vendor in vendors:
        for _ in range(chance.randint(0, 3)):
            terms: dict[str, Any] | None = {
                "arrangement": chance.choice(["", "eba_CO:x1", "eba_CO:x2", "eba_CO:x3"]),
                "overarching_id": chance.choice([None, *(one.id for one in held)]),
                "answers_to_id": chance.choice([None, *(one.id for one in held)]),
                "has_no_end": chance.choice([None, True, False]), "currency": chance.choice(["EUR", "USD", ""]),
                "annual_cost": chance.choice([None, 10, 20]),
            }  # fmt: skip
            entity = chance.choice([None, *entities])
            held.append(contract_in_force(session, vendor, entity, terms=chance.choice([terms, terms, None])))
        for number in range(chance.randint(0, 3)):
            entity = chance.choice(entities)
            known = functions[entity.id]
            service = ict_service(
                session, vendor, entity, chance.sample(known, chance.randint(0, len(known))), name=f"Service {number}",
                is_ict=chance.choice([True, True, True, None, False]), not_ict_why="Du papier",
                ict_type=chance.choice(["", "eba_TA:S17", "eba_TA:S19"]),
                stores_data=chance.choice([None, True, False]),
                rest_countries=chance.choice([[], ["FR"], ["FR", "DE"]]),
                processing_countries=chance.choice([[], ["US"], ["FR", "IE"]]),
                branch_codes=chance.choice([[], ["BE-1"], ["??"]]), substitutability=chance.choice(["", "eba_ZZ:x959"]),
                provision_country=chance.choice(["", "FR"]),
            )  # fmt: skip
            service.chain = chance.choice([None, Chain.NONE, Chain.DEEP])
            if chance.random() < 0.1:
                service.legal_entity_id = None
    session.flush()


def _random_chain(session: Session, chance: Random, vendors: list[Vendor], seed: int) -> None:
    companies = [company_named(session, one.name, vendor_id=one.id) for one in vendors]
    for number in range(chance.randint(0, 8)):
        made = company_named(session, f"Société {seed}-{number}", country=chance.choice(["", "US"]))
        if chance.random() < 0.3:
            made.knot = chance.choice(companies).knot
        elif chance.random() < 0.7:
            session.add(DoraProvider(
                company_id=made.id, code=chance.choice([lei_of(500 + number), lei_of(300)]), code_type=LEI_TYPE,
                person="eba_CT:x212", is_own_parent=chance.choice([None, True]),
            ))  # fmt: skip
        companies.append(made)
    session.flush()
    seen = set()
    for _ in range(chance.randint(0, 25)):
        above, below = chance.choice(companies), chance.choice(companies)
        if (above.id, below.id) not in seen:
            seen.add((above.id, below.id))
            engages(session, above, below)
    for service in session.query(Service):
        for knot in sorted({one.knot for one in companies}):
            if chance.random() < 0.6:
                session.add(DoraSubcontractor(
                    service_id=service.id, company_id=knot, underpins=chance.random() < 0.8, decided_by="X",
                    decided_at=NOW,
                ))  # fmt: skip
    session.flush()
