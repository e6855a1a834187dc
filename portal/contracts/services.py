"""Use cases of the contract desk: open a contract, type missing facts, draft a version frozen for ever."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts import library, queries, rules
from portal.core.documents.freezing import freeze
from portal.contracts.gathering import facts_from
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules import FACTS, Assembly, Facts, Kind
from portal.core import process
from portal.core.documents.text import tree_text
from portal.core.errors import Refused
from portal.core.language import N_, Language
from portal.core.translation import translate
from portal.jobs.ledger import enqueue
from portal.journal import services as journal
from portal.vendors.models import LegalEntity, Service, Vendor


@dataclass(frozen=True)
class Subject:
    """What a contract is about."""

    vendor: Vendor
    service: Service | None
    entity: LegalEntity | None
    template_key: str


def assemble(ctx: Context, subject: Subject, typed: Mapping[str, Any], language: Language) -> tuple[Assembly, Facts]:
    """The contract as it would be drafted now; raises Refused when the library is defective or has no such template."""
    books = library.kept(process.settings().clauses_dir)
    template = next((t for t in books.templates if t.key == subject.template_key), None)
    if template is None:
        raise Refused(N_("Le modèle de contrat « %(key)s » n'existe pas."), key=subject.template_key)
    sources = queries.sources_for(ctx, subject.vendor, subject.service, subject.entity, dict(typed))
    facts = facts_from(sources, language)
    return rules.assemble(books, template, facts, language), facts


def open_contract(ctx: Context, subject: Subject, title: str) -> Contract:
    """Open a contract on the desk; its first version is drafted apart."""
    authorize(ctx, Permission.CONTRACT_DRAFT, subject.vendor)
    if subject.service is not None and subject.service.vendor_id != subject.vendor.id:
        raise Refused(N_("Cette prestation est celle d'un autre sous-traitant."))
    contract = Contract(
        key=_free_key(ctx, f"{subject.vendor.key}-{subject.template_key}"),
        vendor_id=subject.vendor.id,
        service_id=subject.service.id if subject.service is not None else None,
        legal_entity_id=subject.entity.id if subject.entity is not None else None,
        template_key=subject.template_key,
        title=title,
        typed={},
        created_at=ctx.now,
        created_by_id=ctx.actor.id,
    )
    ctx.session.add(contract)
    ctx.session.flush()
    after = {"template": subject.template_key, "service": contract.service_id, "entity": contract.legal_entity_id}
    journal.record(ctx, "contract.opened", contract, after=after, vendor_id=subject.vendor.id)
    return contract


def _free_key(ctx: Context, wanted: str) -> str:
    taken = set(ctx.session.scalars(select(Contract.key).where(Contract.key.startswith(wanted, autoescape=True))))
    number = 1
    while (key := f"{wanted}-{number}") in taken:
        number += 1
    return key


def fill(ctx: Context, contract: Contract, given: Mapping[str, str]) -> None:
    """Keep facts typed by legal for this contract; an emptied field goes back to what the register says."""
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    typed = dict(contract.typed)
    for key, text in given.items():
        fact = FACTS.get(key)
        if fact is None or fact.kind is Kind.ROWS:
            raise Refused(N_("Ce fait ne se saisit pas ici."))
        if fact.kind is Kind.CODES and text and text not in fact.choices:
            raise Refused(N_("Cette valeur n'est pas proposée."))
        if not text:
            typed.pop(key, None)
        else:
            typed[key] = text.split("\n") if fact.kind is Kind.LIST else text
    before, after = journal.changes(contract, {"typed": typed})
    if after:
        journal.record(ctx, "contract.facts_typed", contract, before=before, after=after)


def draft(ctx: Context, contract: Contract, language: Language) -> ContractVersion:
    """Freeze a new version: text, clauses, facts, coverage; its files are printed by a job."""
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    subject = Subject(contract.vendor, contract.service, contract.legal_entity, contract.template_key)
    assembly, facts = assemble(ctx, subject, contract.typed, language)
    number = 1 + max((version.number for version in contract.versions), default=0)
    document = replace(
        assembly.document, reference=f"{contract.key} · v{number}", created=ctx.now.replace(microsecond=0).isoformat()
    )
    report = rules.report(assembly, partial(translate, language=language))
    version = ContractVersion(
        contract_id=contract.id,
        number=number,
        language=language,
        facts={"values": dict_of(facts), "sources": dict(facts.sources)},
        clauses=report["clauses"],
        tree=freeze(document),
        coverage=report["obligations"],
        blanks=report["blanks"],
        covered=report["covered"],
        required=report["required"],
        sha256=hashlib.sha256(tree_text(document).encode()).hexdigest(),
        created_at=ctx.now,
        created_by_id=ctx.actor.id,
    )
    contract.versions.append(version)
    ctx.session.flush()
    after = {"version": number, "language": language, "sha256": version.sha256, "covered": version.covered}
    journal.record(ctx, "contract.drafted", contract, after=after)
    enqueue(ctx, "contracts.print", {"version_id": version.id}, dedup=f"contract-version:{version.id}")
    return version


def dict_of(facts: Facts) -> dict[str, Any]:
    """The values of facts as plain data."""
    return {
        key: [dict(item) if isinstance(item, Mapping) else item for item in value]
        if isinstance(value, tuple)
        else value
        for key, value in facts.values.items()
    }
