"""Opening a contract with a vendor, and saying what it is about."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts import library
from portal.contracts.library_editions import edition_of_today
from portal.contracts.models import Contract
from portal.contracts.rules.model import ContractTemplate
from portal.contracts.services.life import keep_standing_of
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_, Language
from portal.journal import services as journal
from portal.vendors.models import LegalEntity, Service, Vendor


@dataclass(frozen=True)
class ContractSubject:
    """What a contract is about."""

    vendor: Vendor
    service: Service | None
    entity: LegalEntity | None
    template_key: str
    library_edition: int | None = None
    """The edition of the clause library it is drafted from; without one, today's."""


def subject_of(contract: Contract) -> ContractSubject:
    """What a contract, loaded with its vendor, service and entity, is about."""
    return ContractSubject(
        contract.vendor, contract.service, contract.legal_entity, contract.template_key, contract.library_edition
    )


def templates() -> Sequence[ContractTemplate]:
    """The kinds of contract that the library offers; raises Refused when it is defective."""
    return library.cached(process.settings().clauses_dir).templates


def open_contract(
    ctx: Context,
    subject: ContractSubject,
    title: str,
    language: Language | None = None,
    *,
    about: Contract | None = None,
) -> Contract:
    """Open a document in a language, that of its vendor otherwise; its first version is drafted apart.

    `about` is the contract that a letter or an assessment follows; raises Refused when it is lacking or another
    vendor's, and for a kind of document that the library does not have.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, subject.vendor)
    _check_service(subject.vendor, subject.service)
    template = next((one for one in templates() if one.key == subject.template_key), None)
    if template is None:
        raise Refused(N_("Ce modèle de contrat n'existe pas."))
    _check_followed(subject.vendor, template, about)
    told = _told(about, language or subject.vendor.language) if template.kind.hangs else None
    contract = Contract(
        key=free_key(ctx, subject.vendor, subject.template_key),
        vendor=subject.vendor,
        service=subject.service,
        legal_entity=subject.entity,
        template_key=subject.template_key,
        kind=template.kind,
        parent_id=about.id if about is not None and template.kind.hangs else None,
        title=title,
        typed=dict(told.typed) if told else {},
        overrides=dict(told.overrides) if told else {},
        library_edition=edition_of_today(ctx),
        language=language or subject.vendor.language,
        created_at=ctx.now,
        created_by_id=ctx.actor.id,
    )
    ctx.session.add(contract)
    ctx.session.flush()
    named = {"service": subject.service, "entity": subject.entity}
    followed = {"follows": about.title} if about is not None and template.kind.hangs else {}
    after = {"template": subject.template_key, **followed, **{name: row and row.name for name, row in named.items()}}
    journal.record(ctx, "contract.opened", contract, after=after, vendor_id=subject.vendor.id)
    keep_standing_of(ctx, subject.vendor.id)
    return contract


def describe_contract(
    ctx: Context, contract: Contract, title: str, service: Service | None, entity: LegalEntity | None
) -> None:
    """Change what a contract is about; its versions stay as they were drafted."""
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    _check_service(contract.vendor, service)
    before, after = journal.changes(contract, {"title": title})
    for name, old, new in (("service", contract.service, service), ("entity", contract.legal_entity, entity)):
        if old is not new:
            before[name], after[name] = old and old.name, new and new.name
    contract.service, contract.legal_entity = service, entity
    if after:
        journal.record(ctx, "contract.described", contract, before=before, after=after)


def _told(about: Contract | None, language: Language) -> Contract | None:
    """The contract whose typed facts a document starts from, its annexes included: in the same language alone."""
    return about if about is not None and about.language is language else None


def _check_followed(vendor: Vendor, template: ContractTemplate, about: Contract | None) -> None:
    if not template.kind.hangs:
        return
    if about is None:
        raise Refused(N_("Ce document suit un contrat : dites lequel."))
    if about.vendor_id != vendor.id or about.kind.hangs or about.parent_id is not None:
        raise Refused(N_("Choisissez un contrat du même sous-traitant."))


def _check_service(vendor: Vendor, service: Service | None) -> None:
    if service is not None and service.vendor_id != vendor.id:
        raise Refused(N_("Cette prestation est celle d'un autre sous-traitant."))


def free_key(ctx: Context, vendor: Vendor, kind: str) -> str:
    """A key nobody has; two colleagues opening a contract with one vendor at once wait for each other."""
    ctx.session.execute(select(Vendor.id).where(Vendor.id == vendor.id).with_for_update())
    wanted = f"{vendor.key}-{kind}"
    taken = set(ctx.session.scalars(select(Contract.key).where(Contract.key.startswith(wanted, autoescape=True))))
    number = 1
    while (key := f"{wanted}-{number}") in taken:
        number += 1
    return key
