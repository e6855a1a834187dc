"""The legal entities of the group: the controllers (« responsables de traitement ») that sign with processors."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say
from portal.journal import services as journal
from portal.vendors import reference
from portal.vendors.models import LegalEntity
from portal.vendors.rules.identifiers import Identifier, identifier_problem, normalise_identifier
from portal.vendors.rules.naming import register_key
from portal.vendors.services.refusals import InvalidSheet

ENTITY_RULES = ("is_financial", "is_nis2")
"""Whether an entity is under DORA and NIS 2: what its processors are asked depends on it."""


@dataclass(frozen=True)
class EntitySheet:
    """What a contract says of a controller."""

    name: str
    registration: str = ""
    """SIREN, or a foreign registration number."""
    lei: str = ""
    address: str = ""
    country: str = "FR"
    representative: str = ""
    dpo_contact: str = ""
    privacy_contact: str = ""
    is_financial: bool | None = None
    is_nis2: bool | None = None
    keeps_dora_register: bool = False


def create_entity(ctx: Context, sheet: EntitySheet) -> LegalEntity:
    """Enter a controller of the group; raises InvalidSheet."""
    authorize(ctx, Permission.ENTITY_MANAGE)
    columns = _columns(sheet)
    key = register_key(sheet.name, set(ctx.session.scalars(select(LegalEntity.key))))
    entity = LegalEntity(**columns, key=key, created_at=ctx.now)
    ctx.session.add(entity)
    ctx.session.flush()
    journal.record(
        ctx, "entity.created", entity, after={name: value for name, value in columns.items() if value not in ("", None)}
    )
    return entity


def describe_entity(ctx: Context, entity: LegalEntity, sheet: EntitySheet) -> None:
    """Correct what contracts say of a controller; those already frozen keep what they said. Raises InvalidSheet."""
    authorize(ctx, Permission.ENTITY_MANAGE)
    before, after = journal.changes(entity, _columns(sheet))
    if after:
        journal.record(ctx, "entity.described", entity, before=before, after=after)


def unsaid_rules(entity: LegalEntity) -> list[str]:
    """Which of `ENTITY_RULES` nobody has answered."""
    return [name for name in ENTITY_RULES if getattr(entity, name) is None]


def state_entity_rules(ctx: Context, entity: LegalEntity, answers: Mapping[str, bool]) -> None:
    """Say of an entity what nobody has said of `ENTITY_RULES`; what a colleague has said meanwhile stays."""
    authorize(ctx, Permission.ENTITY_MANAGE)
    ctx.session.refresh(entity, with_for_update=True)
    unsaid = unsaid_rules(entity)
    before, after = journal.changes(entity, {name: said for name, said in answers.items() if name in unsaid})
    if after:
        journal.record(ctx, "entity.described", entity, before=before, after=after)


def _columns(sheet: EntitySheet) -> dict[str, Any]:
    faults: dict[str, Sentence] = {}
    if not sheet.name.strip():
        faults["name"] = say("Le nom manque : donnez celui qui figure dans les contrats.")
    if sheet.country not in reference.atlas().codes:
        faults["country"] = say("Ce pays est inconnu.")
    elif sheet.country == "FR" and (fault := identifier_problem(Identifier.SIREN, sheet.registration)):
        faults["registration"] = fault
    if fault := identifier_problem(Identifier.LEI, sheet.lei):
        faults["lei"] = fault
    if faults:
        raise InvalidSheet(faults)
    registration = normalise_identifier(sheet.registration) if sheet.country == "FR" else sheet.registration
    return {**asdict(sheet), "registration": registration, "lei": normalise_identifier(sheet.lei)}
