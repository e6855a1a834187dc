"""The rows of the register, built from what the portal holds; what it does not know is said, never made up.

A row whose key is not known is not written, nor is what refers to it: what is written has no key nor reference
missing, and each row that is not written is a defect that stays.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date

from portal.chain.queries import ChainWorld
from portal.contracts.rules.contract_terms import renewal_of
from portal.contracts.rules.life import ContractState
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say
from portal.dora.models import DoraContract, DoraEntity, DoraFunction, DoraProvider, DoraService
from portal.dora.rules.defects import DoraDefect, DoraRow, DoraRule, where_to_mend
from portal.dora.rules.lint import LEI_TYPE, NO_END
from portal.dora.rules.structure import CONCERNS, DoraStructure, DoraTable
from portal.dora.rules.underpinning import underpinning
from portal.vendors.models import LegalEntity
from portal.vendors.rules.facts import Chain

REGISTRATION_TYPE, VAT_TYPE = "eba_qCO:qx2003", "eba_qCO:qx2004"
NOWHERE = "eba_GA:qx2007"
"""« Not applicable » where a country of the key is asked."""
_OWN_PARENTS = {"eba_RP:x53", "eba_RP:x21"}
"""Places in a group that have nobody above: the register then repeats the entity's own LEI."""
R = DoraRule


@dataclass(frozen=True)
class RegisteredVendor:
    """What the register reads of a vendor."""

    id: int
    name: str
    legal_name: str
    country: str
    lei: str
    siren: str
    vat: str


@dataclass(frozen=True)
class RegisteredService:
    """What it reads of a service."""

    id: int
    name: str
    legal_entity_id: int | None
    chain: Chain | None
    vendor: RegisteredVendor


@dataclass(frozen=True)
class RegisteredContract:
    """What it reads of a contract in force."""

    id: int
    key: str
    vendor_id: int
    service_id: int | None
    legal_entity_id: int | None
    state: ContractState
    effective_on: date | None
    expires_on: date | None
    terminates_on: date | None
    term_months: int | None
    renewal_months: int | None
    notice: str


@dataclass(frozen=True)
class RegisterSource:
    """Everything the register is built from, as it stands on its reference date."""

    entities: Sequence[LegalEntity]
    """Those whose register is kept."""
    entity_facts: Mapping[int, DoraEntity]
    functions: Sequence[DoraFunction]
    services: Sequence[RegisteredService]
    """Under way, for these entities or for none that is said."""
    service_facts: Mapping[int, DoraService]
    supports: Mapping[int, Sequence[int]]
    contracts: Sequence[RegisteredContract]
    """In force with the vendors of these services, amendments left out."""
    contract_facts: Mapping[int, DoraContract]
    by_vendor: Mapping[int, DoraProvider]
    by_company: Mapping[int, DoraProvider]
    chain: ChainWorld
    company_countries: Mapping[int, str]
    """Of the companies of the chain that were judged (knots)."""
    judged: Mapping[int, Mapping[int, bool]]
    """By service, then by company of the chain (knot): whether it underpins the service."""
    audited: Mapping[int, date]
    """By vendor of which a service supports a function, the day its last audit was accepted."""
    today: date
    """The reference date."""


@dataclass(frozen=True)
class BuiltRegister:
    """The rows that can be written, and what stands in the way of the others."""

    rows: Mapping[str, Sequence[DoraRow]]
    open: Sequence[DoraDefect]
    unsorted: int
    """Services that may belong to the register and that nobody has sorted, or that have no contract or entity."""
    keeper: int | None
    """The entity that keeps it; none while that is not known."""


def build_register(structure: DoraStructure, source: RegisterSource) -> BuiltRegister:
    """The register as it stands."""
    return _Building(structure, source).done()


def contract_reference(contract: RegisteredContract, facts: DoraContract | None) -> str:
    """The reference of a contract: the one that was typed, else the key it has in the portal."""
    return (facts.reference if facts else "") or contract.key


def contract_end(contract: RegisteredContract, facts: DoraContract | None, today: date) -> str:
    """Its last day, the day of its next renewal, « no end » when it has none, nothing when that is not known.

    Implementing Regulation (EU) 2024/2956, annex I, B_02.02.0080: a contract that foresees a renewal is given the date
    of that renewal; « 9999-12-31 » is for one that is indefinite.
    """
    last = contract.terminates_on or contract.expires_on
    if last is None and contract.renewal_months:
        last = renewal_of(contract, today)
    if last is not None:
        return last.isoformat()
    return NO_END if facts is not None and facts.has_no_end else ""


@dataclass(frozen=True)
class _Company:
    """A provider: how it is identified, and where to mend that."""

    code: str
    type: str
    name: str
    latin: str
    country: str
    facts: DoraProvider | None
    origin: Mapping[str, int]


@dataclass
class _Draft:
    cells: dict[str, str]
    words: str
    origins: dict[str, int]
    clashes: dict[str, str] = field(default_factory=dict)


class _Building:
    def __init__(self, structure: DoraStructure, source: RegisterSource) -> None:
        self.structure, self.source = structure, source
        self.drafts: dict[str, list[_Draft]] = {code: [] for code in structure.tables}
        self.open: list[DoraDefect] = []
        self.told: set[tuple[DoraRule, str, str, str, str]] = set()
        self.unsorted = 0
        self.keeper: int | None = None
        self.entity = {one.id: one for one in source.entities}
        self.own_leis = {one.lei for one in source.entities}
        self.function = {one.id: one for one in source.functions}
        self.vendors = {one.vendor.id: one.vendor for one in source.services}
        self.costs: dict[str, dict[str, int | None]] = defaultdict(dict)
        self.currencies: dict[str, set[str]] = defaultdict(set)
        self.contracts_of: dict[int, list[RegisteredContract]] = defaultdict(list)
        self.contract = {one.id: one for one in source.contracts}
        for one in source.contracts:
            self.contracts_of[one.vendor_id].append(one)

    def done(self) -> BuiltRegister:
        for entity in self.source.entities:
            self._entity(entity, self.source.entity_facts.get(entity.id))
        self._keeper()
        for function in self.source.functions:
            self._function(function)
        for service in self.source.services:
            self._service(service)
        self._expenses()
        written = {code: self._merged(self.structure.tables[code], found) for code, found in self.drafts.items()}
        self._settle(written)
        rows = {code: [DoraRow(one.cells, one.words, None, one.origins) for one in found]
                for code, found in written.items()}  # fmt: skip
        return BuiltRegister(rows, self.open, self.unsorted, self.keeper)

    def _add(self, table: str, cells: Mapping[str, str | None], words: str, origins: Mapping[str, int]) -> None:
        self.drafts[table].append(_Draft({code: value or "" for code, value in cells.items()}, words, dict(origins)))

    def _tell(
        self, rule: DoraRule, table: str, told: Sentence, row: str = "", mend: tuple[str, int] | None = None,
        column: str = "",
    ) -> None:  # fmt: skip
        """Note what stands in the way, once: a row may come by several ways."""
        same = (rule, table, row, column, str(told))
        if same not in self.told:
            self.told.add(same)
            self.open.append(DoraDefect(rule, table, told, row, None, column, mend))

    # --- entities and functions

    def _entity(self, entity: LegalEntity, facts: DoraEntity | None) -> None:
        origins = {"legal_entity": entity.id, "entity": entity.id}
        hierarchy = facts.hierarchy if facts else ""
        parent = entity.lei if hierarchy in _OWN_PARENTS else facts.parent_lei if facts else ""
        self._add("B_01.02", {
            "c0010": entity.lei, "c0020": entity.name, "c0030": _country(entity.country),
            "c0040": facts.entity_type if facts else "", "c0050": hierarchy, "c0060": parent,
            "c0070": _iso(legal_date(facts.changed_at) if facts else None),
            "c0080": _iso(facts.integrated_on if facts else None), "c0090": NO_END,
            "c0100": _currency(facts.currency if facts else ""),
            "c0110": _number(facts.total_assets if facts else None),
        }, entity.name, origins)  # fmt: skip
        self._branches(entity, facts, origins)

    def _branches(self, entity: LegalEntity, facts: DoraEntity | None, origins: Mapping[str, int]) -> None:
        mend = ("entity", entity.id)
        if facts is None or facts.has_branches is None:
            told = say("Personne n'a dit si cette entité a des succursales à l'étranger.")
            self._tell(R.BRANCHES_UNSAID, "B_01.03", told, entity.name, mend)
        elif facts.has_branches and not facts.branches:
            told = say("Cette entité a des succursales : dites lesquelles.")
            self._tell(R.BRANCHES_UNSAID, "B_01.03", told, entity.name, mend)
        elif facts.has_branches:
            for line in facts.branches:
                code, name, country = (*(part.strip() for part in line.split("|")), "", "")[:3]
                cells = {"c0010": code, "c0020": entity.lei, "c0030": name, "c0040": _country(country)}
                self._add("B_01.03", cells, name or code, origins)

    def _keeper(self) -> None:
        facts = self.source.entity_facts
        chosen = [one for one in self.source.entities if one.id in facts and facts[one.id].keeps_register]
        keeper = chosen if chosen else self.source.entities if len(self.source.entities) == 1 else []
        for entity in keeper:
            kept = facts.get(entity.id)
            self._add("B_01.01", {
                "c0010": entity.lei, "c0020": entity.name, "c0030": _country(entity.country),
                "c0040": kept.entity_type if kept else "", "c0050": kept.authority if kept else "",
                "c0060": self.source.today.isoformat(),
            }, entity.name, {"legal_entity": entity.id, "entity": entity.id})  # fmt: skip
            self.keeper = entity.id
            if kept is not None and any(kept.definitions.values()):
                self._add("B_99.01", kept.definitions, entity.name, {"definitions": entity.id})

    def _function(self, one: DoraFunction) -> None:
        entity = self.entity[one.legal_entity_id]
        self._add("B_06.01", {
            "c0010": one.identifier, "c0020": one.activity, "c0030": one.name, "c0040": entity.lei,
            "c0050": one.criticality, "c0060": one.reasons, "c0070": _iso(one.assessed_on),
            "c0080": _number(one.rto_hours), "c0090": _number(one.rpo_hours), "c0100": one.impact,
        }, f"{one.identifier} · {one.name}", {"function": one.id, "legal_entity": entity.id})  # fmt: skip

    # --- services, and what each brings

    def _service(self, service: RegisteredService) -> None:
        facts = self.source.service_facts.get(service.id)
        words, mend = f"{service.vendor.name} · {service.name}", ("service", service.id)
        if facts is not None and facts.is_ict is False:
            return
        if service.legal_entity_id is None:
            self.unsorted += 1
            told = say("Personne n'a dit pour quelle entité du groupe cette prestation est rendue.")
            self._tell(R.NO_ENTITY, "B_02.02", told, words, mend, "c0020")
        elif facts is None or facts.is_ict is None:
            self.unsorted += 1
            told = say("Personne n'a dit si cette prestation est un service TIC.")
            self._tell(R.NOT_SORTED, "B_02.02", told, words, mend)
        else:
            contracts = self._contracts_for(service)
            if not contracts:
                self.unsorted += 1
                told = say("Aucun contrat en vigueur ne couvre cette prestation.")
                self._tell(R.NO_CONTRACT, "B_02.02", told, words, ("vendor", service.vendor.id), "c0010")
            for contract in contracts:
                self._under(service, facts, contract)

    def _contracts_for(self, service: RegisteredService) -> list[RegisteredContract]:
        """Those of this very service, else those of its vendor that are of no service in particular."""
        found = self.contracts_of.get(service.vendor.id, [])
        own = [one for one in found if one.service_id == service.id]
        entities = {None, service.legal_entity_id}
        return own or [one for one in found if one.service_id is None and one.legal_entity_id in entities]

    def _under(self, service: RegisteredService, facts: DoraService, contract: RegisteredContract) -> None:
        entity, vendor = self.entity[service.legal_entity_id or 0], service.vendor
        company, terms = self._vendor(vendor), self.source.contract_facts.get(contract.id)
        reference = contract_reference(contract, terms)
        origins = {
            "contract": contract.id, "service": service.id, "legal_entity": entity.id, "chain": service.id,
            **company.origin,
        }  # fmt: skip
        words = f"{reference} · {vendor.name}"
        self._contract(contract, terms, reference, words)
        signing = contract.legal_entity_id if contract.legal_entity_id in self.entity else entity.id
        signs = {"c0010": reference, "c0020": self.entity[signing or 0].lei, "c0030": "true"}
        self._add("B_03.01", signs, f"{words} · {self.entity[signing or 0].name}", origins)
        self._add("B_03.02", {"c0010": reference, "c0020": company.code, "c0030": company.type}, words, origins)
        self._intra_group(contract, terms, reference, company, words)
        self._users(facts, reference, entity, words, origins)
        self._provider(company, {"contract": contract.id})
        self._paid(company, contract, terms)
        functions = [self.function[one] for one in self.source.supports.get(service.id, ()) if one in self.function]
        self._details(service, facts, contract, company, functions, words, origins)
        is_critical = any(one.criticality == CONCERNS for one in functions)
        self._chain(service, facts, reference, company, is_critical=is_critical, origins=origins)
        if is_critical:
            self._assessment(service, facts, reference, company, words, origins)

    def _contract(self, contract: RegisteredContract, terms: DoraContract | None, reference: str, words: str) -> None:
        above = self.contract.get(terms.overarching_id or 0) if terms else None
        over = contract_reference(above, self.source.contract_facts.get(above.id)) if above else ""
        self._add("B_02.01", {
            "c0010": reference, "c0020": terms.arrangement if terms else "", "c0030": over,
            "c0040": _currency(terms.currency if terms else ""), "c0050": _number(terms.annual_cost if terms else None),
        }, words, {"contract": contract.id})  # fmt: skip

    def _intra_group(
        self, contract: RegisteredContract, terms: DoraContract | None, reference: str, company: _Company, words: str
    ) -> None:
        """A provider that is one of the entities signs on that side, and its contract answers to an outside one."""
        if not company.code or company.code not in self.own_leis:
            return
        origins = {"contract": contract.id, **company.origin}
        self._add("B_03.03", {"c0010": reference, "c0020": company.code, "c0031": "true"}, words, origins)
        outside = self.contract.get(terms.answers_to_id or 0) if terms else None
        if outside is not None:
            other = contract_reference(outside, self.source.contract_facts.get(outside.id))
            self._add("B_02.03", {"c0010": reference, "c0020": other, "c0030": "true"}, f"{words} · {other}", origins)

    def _users(
        self, facts: DoraService, reference: str, entity: LegalEntity, words: str, origins: Mapping[str, int]
    ) -> None:
        place = self.structure.tables["B_04.01"].column("c0040").blank
        self._add("B_04.01", {"c0010": reference, "c0020": entity.lei, "c0030": "eba_ZZ:x839", "c0040": place},
                  f"{words} · {entity.name}", origins)  # fmt: skip
        for code in facts.branch_codes:
            self._add("B_04.01", {"c0010": reference, "c0020": entity.lei, "c0030": "eba_ZZ:x838", "c0040": code},
                      f"{words} · {code}", origins)  # fmt: skip

    def _details(
        self, service: RegisteredService, facts: DoraService, contract: RegisteredContract, company: _Company,
        functions: Sequence[DoraFunction], words: str, origins: Mapping[str, int],
    ) -> None:  # fmt: skip
        terms = self.source.contract_facts.get(contract.id)
        entity = self.entity[service.legal_entity_id or 0]
        stores = facts.stores_data
        at_rest = facts.rest_countries if stores else []
        asked: Sequence[DoraFunction | None] = functions or [None]
        for function in asked:
            for rest in at_rest or [""]:
                for worked in facts.processing_countries or [""]:
                    self._add("B_02.02", {
                        "c0010": contract_reference(contract, terms), "c0020": entity.lei, "c0030": company.code,
                        "c0040": company.type, "c0050": function.identifier if function else "",
                        "c0060": facts.ict_type, "c0070": _iso(contract.effective_on),
                        "c0080": contract_end(contract, terms, self.source.today), "c0090": "",
                        "c0100": _number(terms.notice_days if terms else None),
                        "c0110": _number(terms.provider_notice_days if terms else None),
                        "c0120": _country(terms.governing_law if terms else ""),
                        "c0130": _country(facts.provision_country) or NOWHERE, "c0140": _yes_no(stores),
                        "c0150": _country(rest) or NOWHERE, "c0160": _country(worked) or NOWHERE,
                        "c0170": facts.sensitivity if stores else "", "c0180": facts.reliance,
                    }, f"{words} · {service.name}" + (f" · {function.name}" if function else ""), origins)  # fmt: skip

    def _assessment(
        self, service: RegisteredService, facts: DoraService, reference: str, company: _Company, words: str,
        origins: Mapping[str, int],
    ) -> None:  # fmt: skip
        days = [day for day in (facts.audited_on, self.source.audited.get(service.vendor.id)) if day is not None]
        audited = max(days).isoformat() if days else NO_END if facts.never_audited else ""
        self._add("B_07.01", {
            "c0010": reference, "c0020": company.code, "c0030": company.type, "c0040": facts.ict_type,
            "c0050": facts.substitutability, "c0060": facts.hard_reason, "c0070": audited,
            "c0080": _yes_no(facts.has_exit_plan), "c0090": facts.reintegration, "c0100": facts.impact,
            "c0110": facts.alternatives, "c0120": facts.alternative_names,
        }, f"{words} · {service.name}", origins)  # fmt: skip

    # --- providers and chain

    def _vendor(self, vendor: RegisteredVendor) -> _Company:
        facts = self.source.by_vendor.get(vendor.id)
        known = ((vendor.lei, LEI_TYPE), (facts.code if facts else "", facts.code_type if facts else ""),
                 (vendor.siren, REGISTRATION_TYPE), (vendor.vat, VAT_TYPE))  # fmt: skip
        code, kind = next(((code, kind) for code, kind in known if code), ("", ""))
        name = vendor.legal_name or vendor.name
        return _Company(
            code, kind, name, (facts.latin_name if facts else "") or name, vendor.country, facts,
            {"provider": vendor.id},
        )  # fmt: skip

    def _of_knot(self, knot: int) -> _Company:
        named = self.source.chain.of_knot[knot]
        vendor = self.vendors.get(next((node.vendor_id for node in reversed(named) if node.vendor_id), None) or 0)
        if vendor is not None:
            return self._vendor(vendor)
        facts, name = self.source.by_company.get(knot), named[0].name
        return _Company(
            facts.code if facts else "", facts.code_type if facts else "", name,
            (facts.latin_name if facts else "") or name, self.source.company_countries.get(knot, ""), facts,
            {"company": knot},
        )  # fmt: skip

    def _provider(self, company: _Company, paid: Mapping[str, int] | None = None) -> None:
        facts = company.facts
        parent = ("", "")
        if facts is not None and facts.is_own_parent:
            parent = (company.code, company.type)
        elif facts is not None and facts.is_own_parent is False:
            parent = (facts.parent_code, facts.parent_code_type)
        self._add("B_05.01", {
            "c0010": company.code, "c0020": company.type, "c0030": "", "c0040": "", "c0050": company.name,
            "c0060": company.latin, "c0070": facts.person if facts else "", "c0080": _country(company.country),
            "c0090": "", "c0100": "", "c0110": parent[0], "c0120": parent[1] if parent[0] else "",
        }, company.name, {**company.origin, **(paid or {})})  # fmt: skip
        if facts is not None and facts.is_own_parent is False and facts.parent_code:
            self._add("B_05.01", {
                "c0010": facts.parent_code, "c0020": facts.parent_code_type, "c0030": "", "c0040": "",
                "c0050": facts.parent_name, "c0060": facts.parent_name, "c0070": "eba_CT:x212",
                "c0080": _country(facts.parent_country), "c0090": "", "c0100": "", "c0110": facts.parent_code,
                "c0120": facts.parent_code_type,
            }, facts.parent_name, company.origin)  # fmt: skip

    def _paid(self, company: _Company, contract: RegisteredContract, terms: DoraContract | None) -> None:
        self.costs[company.code][str(contract.id)] = terms.annual_cost if terms else None
        self.currencies[company.code].add(terms.currency if terms else "")

    def _expenses(self) -> None:
        """The cost of all the contracts of a provider, when each is known and they are in one currency."""
        paid: dict[str, Mapping[str, str]] = {}
        for code, contracts in self.costs.items():
            known = [one for one in contracts.values() if one is not None]
            currencies = self.currencies[code]
            if len(known) == len(contracts) and len(currencies) == 1 and "" not in currencies:
                paid[code] = {"c0090": _currency(next(iter(currencies))), "c0100": str(sum(known))}
        for draft in self.drafts["B_05.01"]:
            draft.cells |= paid.get(draft.cells["c0010"], {})

    def _chain(
        self, service: RegisteredService, facts: DoraService, reference: str, company: _Company, *, is_critical: bool,
        origins: Mapping[str, int],
    ) -> None:  # fmt: skip
        """Rank 1, and below it, for what is critical, each company that was judged to underpin the service."""
        self._link(facts, reference, company, company, 1, origins)
        if not is_critical:
            return
        starts = list(dict.fromkeys(node.knot for node in self.source.chain.of_vendor.get(service.vendor.id, ())))
        below = self.source.chain.graph.below
        if not any(below.get(knot) for knot in starts) and service.chain is not Chain.NONE:
            told = say("Personne n'a dit qui ce prestataire engage, ni qu'il n'engage personne.")
            row = f"{service.vendor.name} · {service.name}"
            self._tell(R.CHAIN_UNSAID, "B_05.02", told, row, ("chain", service.id))
        for met in underpinning(self.source.chain.graph, starts, self.source.judged.get(service.id, {})):
            above = company if met.rank == 2 else self._of_knot(met.above)
            if met.verdict:
                self._link(facts, reference, self._of_knot(met.company), above, met.rank, origins)
            elif met.verdict is None:
                names = {"name": self.source.chain.of_knot[met.company][0].name, "above": above.name}
                told = say("Dites si %(name)s, que %(above)s engage, concourt à ce service.", **names)
                row = f"{service.vendor.name} · {service.name}"
                self._tell(R.NOT_JUDGED, "B_05.02", told, row, ("chain", service.id), "c0030")

    def _link(
        self, facts: DoraService, reference: str, company: _Company, above: _Company, rank: int,
        origins: Mapping[str, int],
    ) -> None:  # fmt: skip
        self._add("B_05.02", {
            "c0010": reference, "c0020": facts.ict_type, "c0030": company.code, "c0040": company.type,
            "c0050": str(rank), "c0060": above.code, "c0070": above.type,
        }, f"{reference} · {company.name}" + (f" → {above.name}" if rank > 1 else ""),
            {key: one for key, one in origins.items() if key != "provider"} | dict(company.origin))  # fmt: skip
        self._provider(company)

    # --- what can be written

    def _merged(self, table: DoraTable, drafts: Iterable[_Draft]) -> list[_Draft]:
        """One row for each key; cells that two sources fill differently stay empty, and are told."""
        found: dict[tuple[str, ...], _Draft] = {}
        for draft in drafts:
            key = tuple([draft.cells.get(code, "") for code in table.key])
            if not all(key):
                lacking = table.key[key.index("")]
                self._withhold(table, draft, lacking, say("Cette ligne n'est pas écrite : il manque ce qui "
                                                             "l'identifie."))  # fmt: skip
                continue
            held = found.setdefault(key or (str(len(found)),), draft)
            if held is not draft:
                self._clash(table, held, draft)
        return list(found.values())

    def _clash(self, table: DoraTable, held: _Draft, other: _Draft) -> None:
        for code, value in other.cells.items():
            mine = held.cells.get(code, "")
            if value == mine or not value or code in held.clashes:
                continue
            if not mine:
                held.cells[code] = value
                continue
            held.clashes[code] = value
            held.cells[code] = ""
            told = say("Deux sources se contredisent, « %(one)s » et « %(other)s » : la case reste vide.",
                       one=mine, other=value)  # fmt: skip
            mend = where_to_mend(table.column(code).mend, held.origins)
            self._tell(R.SAYS_TWO_THINGS, table.code, told, held.words, mend, code)

    def _withhold(self, table: DoraTable, draft: _Draft, code: str, told: Sentence) -> None:
        mend = where_to_mend(table.column(code).mend, draft.origins)
        self._tell(R.NOT_WRITTEN, table.code, told, draft.words, mend, code)

    def _settle(self, written: dict[str, list[_Draft]]) -> None:
        """Hold back the rows that refer to one that is not written, until none is left."""
        places = {one.to for table in self.structure.tables.values() for one in table.columns if one.to}
        moved = True
        while moved:
            moved = False
            held = {(table, column): {one.cells.get(column, "") for one in written[table]} for table, column in places}
            for table in self.structure.tables.values():
                kept = [draft for draft in written[table.code] if self._stands(table, draft, held)]
                moved = moved or len(kept) < len(written[table.code])
                written[table.code] = kept

    def _stands(self, table: DoraTable, draft: _Draft, held: Mapping[tuple[str, str], set[str]]) -> bool:
        for column in table.columns:
            value = draft.cells.get(column.code, "")
            if column.to is None or not value or value == column.blank or value in held[column.to]:
                continue
            if column.code in table.key:
                told = say("Cette ligne n'est pas écrite : celle du tableau %(table)s dont elle dépend ne l'est pas.",
                           table=column.to[0])  # fmt: skip
                self._withhold(table, draft, column.code, told)
                return False
            draft.cells[column.code] = ""
        return True


def _country(code: str) -> str:
    return f"eba_GA:{code}" if code else ""


def _currency(code: str) -> str:
    return f"eba_CU:{code}" if code else ""


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _yes_no(value: bool | None) -> str:
    return {True: "eba_BT:x28", False: "eba_BT:x29"}.get(value, "") if value is not None else ""
