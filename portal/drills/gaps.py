"""What is missing for the true day, read in the true data when a drill begins: each with where it is mended."""

from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from portal.authority.content import find_content
from portal.authority.scopes import Subject
from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractState
from portal.core.dataclass import dataclass
from portal.core.language import Language, Sentence, say
from portal.core.translation import translate
from portal.drills.models import Drill
from portal.evidence.models import Evidence
from portal.incidents.rules.sense import is_reachable
from portal.paper.contract_delays import delays_in_force
from portal.paper.rules.contract_delays import DelayKind
from portal.processing.models import ActivityService, ActivityVersion, ProcessingActivity
from portal.processing.queries import standing
from portal.vendors.models import Contact, ContactRole, Service, Vendor
from portal.vendors.queries import our_officer
from portal.vendors.rules.facts import Volume
from portal.web.file_parts import FilePart

MOST = 200


@dataclass(frozen=True)
class Gap:
    """Something that the true day would lack."""

    key: str
    sentence: Sentence
    endpoint: str
    """The page where it is mended."""
    values: dict[str, Any] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As JSON values, in both languages."""
        return {
            "key": self.key, "endpoint": self.endpoint, "values": self.values,
            **{language.value: translate(self.sentence, language) for language in Language},
        }  # fmt: skip


def breach_gaps(ctx: Context, vendor: Vendor) -> list[Gap]:
    """What a breach at a vendor would find missing: contract, delay, contacts, register, proofs."""
    found = [*_contract_gaps(ctx, vendor), *_contact_gaps(ctx, vendor), *_register_gaps(ctx, vendor)]
    if not ctx.session.scalar(select(func.count(Evidence.id)).where(Evidence.vendor_id == vendor.id)):
        words = say("%(vendor)s : aucune preuve reçue.", vendor=vendor.name)
        found.append(Gap("proof", words, "vendors.show", {"vendor_id": vendor.id}))
    return found[:MOST]


def _contract_gaps(ctx: Context, vendor: Vendor) -> Iterator[Gap]:
    where = {"vendor_id": vendor.id}
    in_force = ctx.session.scalar(
        select(func.count(Contract.id)).where(
            Contract.vendor_id == vendor.id, Contract.state == ContractState.IN_FORCE, Contract.parent_id.is_(None)
        )
    )
    if not in_force:
        yield Gap("contract", say("%(vendor)s : pas de contrat en vigueur.", vendor=vendor.name), "vendors.show", where)
        return
    delays = delays_in_force(ctx, [vendor.id], [DelayKind.BREACH])
    if not delays:
        words = say("%(vendor)s : aucun contrat en vigueur dont la copie ait été lue.", vendor=vendor.name)
        yield Gap("delay", words, "vendors.show", where)
    for one in delays:
        at = {"contract_id": one.contract_id}
        if one.figure is not None and one.figure.hours is not None:
            continue
        if one.is_silent:
            words = say("« %(title)s » ne fixe aucun délai pour avertir d'une violation.", title=one.title)
        elif one.figure is not None:
            words = say(
                "« %(title)s » compte le délai d'une violation en jours ouvrés, non en heures.", title=one.title
            )
        else:
            words = say("« %(title)s » : délai pour avertir d'une violation inconnu.", title=one.title)
        yield Gap(f"delay:{one.contract_id}", words, "contracts.show", at)


def _contact_gaps(ctx: Context, vendor: Vendor) -> Iterator[Gap]:
    where = {"vendor_id": vendor.id}
    if not vendor.breach_contact:
        words = say("%(vendor)s : personne à joindre en cas de violation.", vendor=vendor.name)
        yield Gap("breach_contact", words, "vendors.edit", where)
    elif not is_reachable(vendor.breach_contact):
        words = say("%(vendor)s : le contact en cas de violation n'a ni adresse ni téléphone.", vendor=vendor.name)
        yield Gap("breach_contact", words, "vendors.edit", where)
    roles = (ContactRole.PRIVACY, ContactRole.SECURITY)
    if not ctx.session.scalar(
        select(func.count(Contact.id)).where(Contact.vendor_id == vendor.id, Contact.role.in_(roles))
    ):
        words = say("%(vendor)s : aucun contact pour les données ou la sécurité.", vendor=vendor.name)
        yield Gap("contact", words, "vendors.show", where)
    if not our_officer(ctx):
        words = say("Aucune entité du groupe ne dit comment joindre notre délégué à la protection des données.")
        yield Gap("officer", words, "vendors.entities", {})


def _register_gaps(ctx: Context, vendor: Vendor) -> Iterator[Gap]:
    rows = ctx.session.scalars(
        select(ActivityVersion)
        .join(ActivityVersion.activity)
        .options(contains_eager(ActivityVersion.activity))
        .where(
            ActivityVersion.id.in_(
                select(ActivityService.version_id)
                .join(Service, Service.id == ActivityService.service_id)
                .where(Service.vendor_id == vendor.id, Service.goes_on(ctx.today))
            ),
            standing(None), ProcessingActivity.ended_on.is_(None),
        )
        .order_by(ActivityVersion.activity_id)
        .limit(MOST)
    ).all()  # fmt: skip
    if not rows:
        words = say("%(vendor)s : aucune fiche du registre ne repose sur ses prestations.", vendor=vendor.name)
        yield Gap("line", words, "processing.index", {})
    for row in rows:
        sheet, at = row.sheet, {"activity_id": row.activity_id}
        if getattr(sheet, "volume", None) in {None, Volume.UNKNOWN}:
            words = say("« %(name)s » ne dit pas combien de personnes elle concerne.", name=row.name)
            yield Gap(f"volume:{row.activity_id}", words, "processing.show", at)
        if not getattr(sheet, "subjects", ()) or not getattr(sheet, "data", ()):
            words = say("« %(name)s » ne dit pas quelles personnes, ou quelles données.", name=row.name)
            yield Gap(f"data:{row.activity_id}", words, "processing.show", at)


def authority_gaps(ctx: Context, drill: Drill, subject: Subject, parts: Sequence[FilePart]) -> list[Gap]:
    """What the file for the authority would say is missing, in the parts that the actor may read.

    Holding a drill is not making a file: it is looked at as the portal does, and what it would hold is not shown.
    """
    offered = [part.key for part in parts if not part.is_chosen and ctx.can(part.permission)]
    on = drill.as_of or ctx.today
    content = find_content(Context(ctx.session, SYSTEM, ctx.now), subject, on, Language.FR, parts, offered)
    where = {"kind": subject.kind.value, "number": subject.id, "au": on.isoformat()}
    told: list[tuple[str, Sentence]] = [("", gap) for gap in content.gaps]
    told += [(one.part.key, gap) for one in content.parts if one.is_in for gap in one.content.gaps]
    return [
        Gap(f"{key}:{translate(gap, Language.FR)}"[:200], gap, "authority.preview", where) for key, gap in told[:MOST]
    ]
