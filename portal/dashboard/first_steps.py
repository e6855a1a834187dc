"""The way from an empty portal to a first vendor asked to answer: four steps, each true by the thing itself alone."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Select, exists, select

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.authz.policy import Actor, Permission, Role, Scope, scope_of
from portal.campaigns.models import WaveAudit
from portal.contracts.models import Contract
from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say
from portal.identity.models import User
from portal.identity.services import STAFF_ROLES
from portal.vendors.models import LegalEntity, Vendor
from portal.vendors.rules.standing import BINDING
from portal.vendors.rules.status import LIVE, VendorStatus


@dataclass(frozen=True)
class FirstStep:
    """One step, and where it is taken."""

    title: Sentence
    detail: Sentence
    action: Sentence
    endpoint: str
    permission: Permission
    is_done: bool
    is_next: bool = False
    """The first that is not done: the one thing to do now."""
    may: bool = False
    """Whether this person may take it."""
    invites: bool = False
    """Whether nobody has an account who could, and this person may open one."""

    @property
    def who(self) -> Sequence[Role]:
        """Who may, of the organisation."""
        return [role for role in STAFF_ROLES if scope_of(Actor(role), self.permission) is Scope.ALL]


@dataclass(frozen=True)
class Found:
    """What the portal holds already."""

    entity: bool
    """An entity fit to sign: named, with its address and its signatory."""
    vendor: bool
    """A vendor that is followed."""
    contract: bool
    """One whose contract is in force."""
    draft: bool
    """Any contract."""
    asked: bool
    """A vendor that was written to."""
    named: bool
    """An entity, complete or not."""
    prospect: bool
    """A vendor that is not followed yet."""
    colleague: bool
    """An account of somebody who takes the next steps."""


def first_steps(ctx: Context) -> list[FirstStep]:
    """The steps, for whoever may take one of them; none once all are done. One statement."""
    if not any(_may(ctx, permission) for permission in _STEPS):
        return []
    found = Found(*ctx.session.execute(_facts()).one())
    if found.entity and found.vendor and found.contract and found.asked:
        return []
    steps = [
        _entity_step(found),
        _vendor_step(ctx, found),
        FirstStep(
            say("Signer un contrat avec l'un d'eux"),
            say("Rédigez-le ici, ou relisez le sien ; il compte une fois signé, sa copie lue, et en vigueur."),
            say("Voir les contrats") if found.draft else say("Rédiger un contrat"),
            "contracts.index" if found.draft else "contracts.new", Permission.CONTRACT_DRAFT, found.contract,
        ),
        FirstStep(
            say("Interroger vos sous-traitants"),
            say("Une campagne envoie le questionnaire, relance et signale les retards."),
            say("Préparer une campagne"), "campaigns.new", Permission.CAMPAIGN_MANAGE, found.asked,
        ),
    ]  # fmt: skip
    return _in_turn(ctx, steps, invites=ctx.can(Permission.USER_MANAGE) and not found.colleague)


def _entity_step(found: Found) -> FirstStep:
    if found.named and not found.entity:
        return FirstStep(
            say("Compléter l'entité du groupe qui signe"),
            say("Son adresse et son signataire manquent encore, et figureront dans chaque contrat."),
            say("Compléter l'entité"), "vendors.entities", Permission.ENTITY_MANAGE, found.entity,
        )  # fmt: skip
    return FirstStep(
        say("Saisir l'entité du groupe qui signe"),
        say("Son nom, son adresse et son signataire figureront dans chaque contrat."),
        say("Saisir l'entité"), "vendors.new_entity", Permission.ENTITY_MANAGE, found.entity,
    )  # fmt: skip


def _vendor_step(ctx: Context, found: Found) -> FirstStep:
    if found.prospect and not found.vendor:
        return FirstStep(
            say("Faire entrer vos sous-traitants en service"),
            say("Un prospect n'est pas encore suivi : sur sa fiche, passez-le « En intégration », puis « Actif »."),
            say("Voir les sous-traitants"), "vendors.index", Permission.VENDOR_CREATE, found.vendor,
        )  # fmt: skip
    may_import = ctx.can(Permission.VENDOR_IMPORT)
    return FirstStep(
        say("Inscrire vos sous-traitants"),
        say("Une liste suffit pour commencer : CSV, tableur, ou un par un."),
        say("Importer une liste") if may_import else say("Ajouter un sous-traitant"),
        "vendors.imports" if may_import else "vendors.new", Permission.VENDOR_CREATE, found.vendor,
    )  # fmt: skip


_STEPS = (Permission.ENTITY_MANAGE, Permission.VENDOR_CREATE, Permission.CONTRACT_DRAFT, Permission.CAMPAIGN_MANAGE)


def _may(ctx: Context, permission: Permission) -> bool:
    return scope_of(ctx.actor, permission) is Scope.ALL


def _in_turn(ctx: Context, steps: Sequence[FirstStep], *, invites: bool) -> list[FirstStep]:
    coming = next(step for step in steps if not step.is_done)
    return [
        FirstStep(
            step.title, step.detail, step.action, step.endpoint, step.permission, step.is_done,
            is_next=step is coming, may=_may(ctx, step.permission), invites=invites,
        )
        for step in steps
    ]  # fmt: skip


_ASKED = tuple(state for state in AuditState if state is not AuditState.CANCELLED)


_COLLEAGUES = (Role.DPO, Role.LEGAL, Role.BUYER)
"""Who takes the steps after the first."""


@cache
def _facts() -> Select[*tuple[bool, ...]]:
    """What `Found` names, in its order."""
    entity = exists().where(LegalEntity.name != "", LegalEntity.address != "", LegalEntity.representative != "")
    live = exists().where(Vendor.status.in_(LIVE))
    signed = exists().where(Vendor.status.in_(LIVE), Vendor.standing.in_(BINDING))
    wave = select(WaveAudit.audit_id).where(WaveAudit.audit_id == Audit.id)
    # By the states that count, along their index: a portal may hold thousands that were cancelled.
    asked = exists().where(Audit.state.in_(_ASKED), ~wave.where(WaveAudit.invited == 0).exists())
    return select(
        entity, live, signed, exists().where(Contract.id.is_not(None)), asked,
        exists().where(LegalEntity.id.is_not(None)), exists().where(Vendor.status == VendorStatus.PROSPECT),
        exists().where(User.role.in_(_COLLEAGUES)),
    )  # fmt: skip
