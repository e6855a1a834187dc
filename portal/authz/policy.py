"""The whole policy: roles, permissions, scopes, and the one table that joins them. Absence is denial."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, bindparam, false, or_, true

from portal.core.dataclass import dataclass
from portal.core.language import N_, Language


class Role(StrEnum):
    """What a person is for the portal; at a vendor, it is the membership that says it (one person may have several)."""

    ADMIN = "admin"
    DPO = "dpo"
    LEGAL = "juriste"
    BUYER = "acheteur"
    MANAGEMENT = "direction"
    EXPERT = "expert"
    VENDOR_ADMIN = "prestataire_admin"
    VENDOR_RESPONDENT = "prestataire_repondant"
    VENDOR_READER = "prestataire_lecteur"
    ANONYMOUS = "anonyme"
    """Nobody yet: holds no grant."""
    SYSTEM = "systeme"

    @property
    def is_vendor(self) -> bool:
        """Whether this role belongs to the external audience."""
        return self in VENDOR_ROLES


VENDOR_ROLES = (Role.VENDOR_ADMIN, Role.VENDOR_RESPONDENT, Role.VENDOR_READER)
"""The roles of the external audience, the strongest first."""
ANSWERING_ROLES = (Role.VENDOR_ADMIN, Role.VENDOR_RESPONDENT)
"""Those who are written to and may answer: who only reads is asked for nothing."""


class Permission(StrEnum):
    """`<resource>:<action>`; templates and views name these, never a role."""

    ACCOUNT_SELF = "account:self"
    AUDIT_ANSWER = "audit:answer"
    AUDIT_OPEN = "audit:open"
    AUDIT_REVIEW = "audit:review"
    AUDIT_SUBMIT = "audit:submit"
    AUDIT_VIEW = "audit:view"
    AUTHORITY_FILE = "authority:file"
    """Make the file for the authority: everything held of a vendor, a processing or an entity, in one archive."""
    CAMPAIGN_MANAGE = "campaign:manage"
    CAMPAIGN_VIEW = "campaign:view"
    CHAIN_VIEW = "chain:view"
    """Read the chain of processors: companies, links, transfers, and what depends on whom."""
    CHAIN_WRITE = "chain:write"
    """Complete it: who a company is, what carries its transfers, which names are one company."""
    CHANGE_ADVISE = "change:advise"
    """Say what one thinks of an announced change of sub-processors, once asked."""
    CHANGE_DECLARE = "change:declare"
    """Announce a change of one's own sub-processors: the vendor's side."""
    CHANGE_VIEW = "change:view"
    CHANGE_WORK = "change:work"
    """Record an announced change, settle its lines, decide and answer (RGPD art. 28(2))."""
    CLAUSE_APPROVE = "clause:approve"
    """Decide of a change of the clause library that somebody else proposes."""
    CLAUSE_PROPOSE = "clause:propose"
    COLLEAGUE_INVITE = "colleague:invite"
    CONTRACT_AGREE_LEGAL = "contract:agree-legal"
    """Agree to a departure from our first position, where the clause asks for a lawyer's word."""
    CONTRACT_AGREE_OFFICER = "contract:agree-dpo"
    CONTRACT_AGREE_MANAGEMENT = "contract:agree-management"
    CONTRACT_ANSWER = "contract:answer"
    """Answer a vendor about its contract, on the thread that both sides read."""
    CONTRACT_DISCUSS = "contract:discuss"
    """Ask about one's contract, on that thread: the vendor's side of it."""
    CONTRACT_DECIDE = "contract:decide"
    """Say what becomes of a contract whose period ends."""
    CONTRACT_DRAFT = "contract:draft"
    CONTRACT_VIEW = "contract:view"
    DECOY_MANAGE = "decoy:manage"
    """Know of the invented customers planted in what is handed over: the fewer who do, the better they work."""
    DORA_EDIT = "dora:edit"
    """Say what only the register of information of DORA asks."""
    DORA_VIEW = "dora:view"
    DRILL_HOLD = "drill:hold"
    """Begin a drill on a copy of everything, say who takes part, end it."""
    DRILL_VIEW = "drill:view"
    """Take part in a drill once invited, read its report."""
    ENTITY_MANAGE = "entity:manage"
    EVIDENCE_GIVE = "evidence:give"
    EVIDENCE_JUDGE = "evidence:judge"
    EVIDENCE_VIEW = "evidence:view"
    FINDING_REPLY = "finding:reply"
    FINDING_VIEW = "finding:view"
    FINDING_WORK = "finding:work"
    HOME_VIEW = "home:view"
    INCIDENT_DECLARE = "incident:declare"
    """Declare a personal data breach, and say more of it: the vendor's side."""
    INCIDENT_VIEW = "incident:view"
    INCIDENT_WORK = "incident:work"
    """Record a breach, assess it, decide whether it is notified (RGPD art. 33 and 34)."""
    JOB_MANAGE = "job:manage"
    JOURNAL_VIEW = "journal:view"
    MAIL_RESEND = "mail:resend"
    PAPER_REVIEW = "paper:review"
    PAPER_VIEW = "paper:view"
    PORTFOLIO_DECIDE = "portfolio:decide"
    PORTFOLIO_VIEW = "portfolio:view"
    PRIVACY_MANAGE = "privacy:manage"
    """Read what the portal keeps of persons and how long; show one person what is held of them, or erase them."""
    PUBLISHED_VIEW = "published:view"
    """See which pages of vendors are watched, and what moved in them."""
    PUBLISHED_WORK = "published:work"
    """Watch a page, give what it says, say what a change of it comes to."""
    QUESTIONNAIRE_IMPORT = "questionnaire:import"
    QUESTIONNAIRE_VIEW = "questionnaire:view"
    QUESTIONNAIRE_WRITE = "questionnaire:write"
    """Write questionnaires in the portal, publish them, take them out of use."""
    REGISTER_CONFIRM = "register:confirm"
    """Say that a line of the register of processing is still so."""
    REGISTER_EDIT = "register:edit"
    REGISTER_VIEW = "register:view"
    REQUEST_RELAY = "request:relay"
    """Relay the request of a person, and do what is asked for one: the vendor's side (RGPD art. 28(3)(e))."""
    REQUEST_VIEW = "request:view"
    """Read requests of persons, not who they are."""
    REQUEST_WORK = "request:work"
    """Record a request, know whose it is, answer it (RGPD art. 12)."""
    SAMPLE_SEND = "sample:send"
    SCORECARD_VIEW = "scorecard:view"
    SPACE_PREVIEW = "space:preview"
    """See the pages of a vendor as it sees them, and write nothing there."""
    SPACE_VIEW = "space:view"
    USER_MANAGE = "user:manage"
    VENDOR_CREATE = "vendor:create"
    VENDOR_EDIT = "vendor:edit"
    VENDOR_IMPORT = "vendor:import"
    VENDOR_INVITE = "vendor:invite"
    VENDOR_VIEW = "vendor:view"
    WITHDRAWAL_AUDIT = "withdrawal:audit"
    WITHDRAWAL_VIEW = "withdrawal:view"


class Scope(StrEnum):
    """Which rows a grant reaches."""

    ALL = "all"
    OWN = "own"
    """Vendors the actor owns, and what belongs to them."""
    ASSIGNED = "assigned"
    """Vendors an expert was given, until the date given."""
    SELF = "self"
    """The actor's own vendor; nothing else exists."""


P, S = Permission, Scope
_STAFF_READS = {
    P.ACCOUNT_SELF: S.ALL,
    P.HOME_VIEW: S.ALL,
    P.VENDOR_VIEW: S.ALL,
    P.AUDIT_VIEW: S.ALL,
    P.EVIDENCE_VIEW: S.ALL,
    P.FINDING_VIEW: S.ALL,
    P.SCORECARD_VIEW: S.ALL,
    P.CONTRACT_VIEW: S.ALL,
    P.CAMPAIGN_VIEW: S.ALL,
    P.CHAIN_VIEW: S.ALL,
    P.QUESTIONNAIRE_VIEW: S.ALL,
    P.PORTFOLIO_VIEW: S.ALL,
    P.PAPER_VIEW: S.ALL,
    P.REGISTER_VIEW: S.ALL,
    P.WITHDRAWAL_VIEW: S.ALL,
}
GRANTS: Mapping[Role, Mapping[Permission, Scope]] = {
    Role.ADMIN: {
        P.ACCOUNT_SELF: S.ALL,
        P.HOME_VIEW: S.ALL,
        P.USER_MANAGE: S.ALL,
        P.ENTITY_MANAGE: S.ALL,
        P.JOURNAL_VIEW: S.ALL,
        P.JOB_MANAGE: S.ALL,
        P.PRIVACY_MANAGE: S.ALL,
        P.QUESTIONNAIRE_IMPORT: S.ALL,
        P.QUESTIONNAIRE_WRITE: S.ALL,
        P.QUESTIONNAIRE_VIEW: S.ALL,
    },
    Role.DPO: {
        **_STAFF_READS,
        P.INCIDENT_VIEW: S.ALL,
        P.INCIDENT_WORK: S.ALL,
        P.REQUEST_VIEW: S.ALL,
        P.REQUEST_WORK: S.ALL,
        P.CHANGE_ADVISE: S.ALL,
        P.CHANGE_VIEW: S.ALL,
        P.CHANGE_WORK: S.ALL,
        P.PUBLISHED_VIEW: S.ALL,
        P.PUBLISHED_WORK: S.ALL,
        P.VENDOR_CREATE: S.ALL,
        P.VENDOR_EDIT: S.ALL,
        P.VENDOR_IMPORT: S.ALL,
        P.QUESTIONNAIRE_IMPORT: S.ALL,
        P.QUESTIONNAIRE_WRITE: S.ALL,
        P.VENDOR_INVITE: S.ALL,
        P.MAIL_RESEND: S.ALL,
        P.ENTITY_MANAGE: S.ALL,
        P.AUDIT_OPEN: S.ALL,
        P.AUDIT_REVIEW: S.ALL,
        P.AUTHORITY_FILE: S.ALL,
        P.PRIVACY_MANAGE: S.ALL,
        P.EVIDENCE_JUDGE: S.ALL,
        P.CAMPAIGN_MANAGE: S.ALL,
        P.CHAIN_WRITE: S.ALL,
        P.DECOY_MANAGE: S.ALL,
        P.DORA_EDIT: S.ALL,
        P.DORA_VIEW: S.ALL,
        P.DRILL_HOLD: S.ALL,
        P.DRILL_VIEW: S.ALL,
        P.FINDING_WORK: S.ALL,
        P.CLAUSE_APPROVE: S.ALL,
        P.CLAUSE_PROPOSE: S.ALL,
        P.CONTRACT_AGREE_LEGAL: S.ALL,
        P.CONTRACT_AGREE_OFFICER: S.ALL,
        P.CONTRACT_ANSWER: S.ALL,
        P.CONTRACT_DECIDE: S.ALL,
        P.CONTRACT_DRAFT: S.ALL,
        P.PAPER_REVIEW: S.ALL,
        P.REGISTER_CONFIRM: S.ALL,
        P.REGISTER_EDIT: S.ALL,
        P.WITHDRAWAL_AUDIT: S.ALL,
        P.PORTFOLIO_DECIDE: S.ALL,
        P.JOURNAL_VIEW: S.ALL,
        P.SPACE_PREVIEW: S.ALL,
    },
    Role.LEGAL: {
        **_STAFF_READS,
        P.INCIDENT_VIEW: S.ALL,
        P.INCIDENT_WORK: S.ALL,
        P.REQUEST_VIEW: S.ALL,
        P.REQUEST_WORK: S.ALL,
        P.CHANGE_ADVISE: S.ALL,
        P.CHANGE_VIEW: S.ALL,
        P.CHANGE_WORK: S.ALL,
        P.PUBLISHED_VIEW: S.ALL,
        P.PUBLISHED_WORK: S.ALL,
        P.VENDOR_CREATE: S.ALL,
        P.VENDOR_EDIT: S.ALL,
        P.VENDOR_IMPORT: S.ALL,
        P.VENDOR_INVITE: S.ALL,
        P.MAIL_RESEND: S.ALL,
        P.ENTITY_MANAGE: S.ALL,
        P.AUDIT_OPEN: S.ALL,
        P.AUTHORITY_FILE: S.OWN,
        P.CHAIN_WRITE: S.ALL,
        P.DORA_EDIT: S.ALL,
        P.DORA_VIEW: S.ALL,
        P.DRILL_VIEW: S.ALL,
        P.CLAUSE_APPROVE: S.ALL,
        P.CLAUSE_PROPOSE: S.ALL,
        P.CONTRACT_AGREE_LEGAL: S.ALL,
        P.CONTRACT_ANSWER: S.ALL,
        P.CONTRACT_DECIDE: S.ALL,
        P.CONTRACT_DRAFT: S.ALL,
        P.PAPER_REVIEW: S.ALL,
        P.REGISTER_CONFIRM: S.ALL,
        P.REGISTER_EDIT: S.ALL,
        P.SPACE_PREVIEW: S.ALL,
        P.WITHDRAWAL_AUDIT: S.ALL,
    },
    Role.BUYER: {
        P.ACCOUNT_SELF: S.ALL,
        P.HOME_VIEW: S.ALL,
        P.VENDOR_VIEW: S.ALL,
        P.CHAIN_VIEW: S.ALL,
        P.DRILL_VIEW: S.ALL,
        P.VENDOR_CREATE: S.ALL,
        P.VENDOR_EDIT: S.OWN,
        P.VENDOR_INVITE: S.OWN,
        P.MAIL_RESEND: S.OWN,
        P.AUDIT_VIEW: S.OWN,
        P.EVIDENCE_VIEW: S.OWN,
        P.FINDING_VIEW: S.OWN,
        P.INCIDENT_VIEW: S.OWN,
        P.REQUEST_VIEW: S.OWN,
        P.CHANGE_ADVISE: S.OWN,
        P.CHANGE_VIEW: S.OWN,
        P.PUBLISHED_VIEW: S.OWN,
        P.PUBLISHED_WORK: S.OWN,
        P.SCORECARD_VIEW: S.OWN,
        P.CONTRACT_DECIDE: S.OWN,
        P.CONTRACT_VIEW: S.OWN,
        P.CONTRACT_ANSWER: S.OWN,
        P.REGISTER_CONFIRM: S.OWN,
        P.REGISTER_VIEW: S.ALL,
        P.WITHDRAWAL_VIEW: S.OWN,
    },
    Role.MANAGEMENT: {
        P.ACCOUNT_SELF: S.ALL,
        P.HOME_VIEW: S.ALL,
        P.CHAIN_VIEW: S.ALL,
        P.DORA_VIEW: S.ALL,
        P.DRILL_HOLD: S.ALL,
        P.DRILL_VIEW: S.ALL,
        P.PORTFOLIO_VIEW: S.ALL,
        P.PORTFOLIO_DECIDE: S.ALL,
        P.VENDOR_VIEW: S.ALL,
        P.SCORECARD_VIEW: S.ALL,
        P.FINDING_VIEW: S.ALL,
        P.INCIDENT_VIEW: S.ALL,
        P.REQUEST_VIEW: S.ALL,
        P.CHANGE_ADVISE: S.ALL,
        P.CHANGE_VIEW: S.ALL,
        P.PUBLISHED_VIEW: S.ALL,
        P.CLAUSE_APPROVE: S.ALL,
        P.CONTRACT_AGREE_MANAGEMENT: S.ALL,
        P.CONTRACT_VIEW: S.ALL,
        P.PAPER_VIEW: S.ALL,
        P.CAMPAIGN_VIEW: S.ALL,
        P.REGISTER_VIEW: S.ALL,
        P.WITHDRAWAL_VIEW: S.ALL,
    },
    Role.EXPERT: {
        P.ACCOUNT_SELF: S.ALL,
        P.HOME_VIEW: S.ALL,
        P.VENDOR_VIEW: S.ASSIGNED,
        P.AUDIT_VIEW: S.ASSIGNED,
        P.EVIDENCE_VIEW: S.ASSIGNED,
        P.FINDING_VIEW: S.ASSIGNED,
        P.SCORECARD_VIEW: S.ASSIGNED,
        P.PAPER_VIEW: S.ASSIGNED,
        P.WITHDRAWAL_VIEW: S.ASSIGNED,
    },
    Role.VENDOR_ADMIN: {
        P.ACCOUNT_SELF: S.ALL,
        P.SPACE_VIEW: S.SELF,
        P.AUDIT_ANSWER: S.SELF,
        P.EVIDENCE_GIVE: S.SELF,
        P.AUDIT_SUBMIT: S.SELF,
        P.SAMPLE_SEND: S.SELF,
        P.FINDING_REPLY: S.SELF,
        P.INCIDENT_DECLARE: S.SELF,
        P.REQUEST_RELAY: S.SELF,
        P.CHANGE_DECLARE: S.SELF,
        P.CONTRACT_DISCUSS: S.SELF,
        P.COLLEAGUE_INVITE: S.SELF,
    },
    Role.VENDOR_RESPONDENT: {
        P.ACCOUNT_SELF: S.ALL,
        P.SPACE_VIEW: S.SELF,
        P.AUDIT_ANSWER: S.SELF,
        P.EVIDENCE_GIVE: S.SELF,
        P.SAMPLE_SEND: S.SELF,
        P.FINDING_REPLY: S.SELF,
        P.INCIDENT_DECLARE: S.SELF,
        P.REQUEST_RELAY: S.SELF,
        P.CHANGE_DECLARE: S.SELF,
        P.CONTRACT_DISCUSS: S.SELF,
    },
    Role.VENDOR_READER: {
        P.ACCOUNT_SELF: S.ALL,
        P.SPACE_VIEW: S.SELF,
    },
    Role.SYSTEM: dict.fromkeys(P, S.ALL),
}

ROLE_NAMES: Mapping[Role, str] = {
    Role.ADMIN: N_("Administration"),
    Role.DPO: N_("DPO"),
    Role.LEGAL: N_("Juriste"),
    Role.BUYER: N_("Responsable métier"),
    Role.MANAGEMENT: N_("Direction"),
    Role.EXPERT: N_("Expert externe"),
    Role.VENDOR_ADMIN: N_("Prestataire : responsable"),
    Role.VENDOR_RESPONDENT: N_("Prestataire : répondant"),
    Role.VENDOR_READER: N_("Prestataire : lecteur"),
    Role.ANONYMOUS: N_("Visiteur"),
    Role.SYSTEM: N_("Système"),
}


@dataclass(frozen=True)
class Actor:
    """Who acts: an account as the policy sees it."""

    role: Role
    id: int | None = None
    name: str = ""
    email: str = ""
    language: Language = Language.FR
    vendor_ids: frozenset[int] = frozenset()
    """The vendor that an external account answers for at the moment, or the vendors an expert was given."""
    until: date | None = None
    """Last day of an expert's access, included."""

    @property
    def vendor_id(self) -> int | None:
        """The vendor that an external account answers for at the moment; None before it has said which."""
        return next(iter(self.vendor_ids)) if self.role.is_vendor and len(self.vendor_ids) == 1 else None

    @property
    def initials(self) -> str:
        """Two letters for the person menu."""
        return "".join(part[0] for part in self.name.split()[:2]).upper() or "?"


SYSTEM = Actor(role=Role.SYSTEM, name="Vigie")
NOBODY = Actor(role=Role.ANONYMOUS)


def scope_of(actor: Actor, permission: Permission) -> Scope | None:
    """The scope this actor's role has for a permission, or None.

    >>> scope_of(Actor(Role.BUYER), Permission.VENDOR_EDIT)
    <Scope.OWN: 'own'>
    >>> scope_of(Actor(Role.VENDOR_ADMIN), Permission.VENDOR_VIEW) is None
    True
    """
    return GRANTS.get(actor.role, {}).get(permission)


def can(actor: Actor, permission: Permission, row: Any = None, *, today: date) -> bool:
    """Whether the actor may do this to this row (`reach_vendor`, `reach_owner`); without a row, to some row."""
    scope = scope_of(actor, permission)
    if scope is None or _is_over(actor, today):
        return False
    if row is None or scope is Scope.ALL:
        return True
    if scope is Scope.OWN:
        return actor.id is not None and row.reach_owner == actor.id
    return row.reach_vendor is not None and row.reach_vendor in actor.vendor_ids


_VENDORS = "reached_vendors"


@dataclass(frozen=True)
class Reach:
    """Which rows somebody may reach for one purpose: the same for all who reach the same, so that it can be a key."""

    scope: Scope | None
    actor_id: int | None = None
    vendor_ids: tuple[int, ...] = ()
    is_shape: bool = False
    """Whether which vendors is left to `parameters`."""

    def over(self, model: Any) -> ColumnElement[bool]:
        """As a WHERE clause over a table."""
        if self.scope is None:
            return false()
        if self.scope is Scope.ALL:
            return true()
        if self.scope is Scope.OWN:
            return or_(false(), model.reach_owner == self.actor_id) if self.actor_id is not None else false()
        vendors: Any = bindparam(_VENDORS, expanding=True) if self.is_shape else self.vendor_ids
        ids: ColumnElement[bool] = model.reach_vendor.in_(vendors)
        return ids

    @property
    def shape(self) -> "Reach":
        """The same for all who are bound to vendors: which ones is said when a statement is asked (`parameters`)."""
        return Reach(self.scope, is_shape=True) if self.scope in {Scope.ASSIGNED, Scope.SELF} else self

    @property
    def parameters(self) -> dict[str, tuple[int, ...]]:
        """What a statement put together over `shape` is asked with, beside values of its own."""
        return {_VENDORS: self.vendor_ids} if self.scope in {Scope.ASSIGNED, Scope.SELF} else {}


def reach_of(actor: Actor, permission: Permission, *, today: date) -> Reach:
    """What an actor may reach for a permission; nothing of who acts is in it but what bounds the rows."""
    scope = scope_of(actor, permission)
    if scope is None or _is_over(actor, today):
        return Reach(None)
    if scope is Scope.ALL:
        return Reach(scope)
    return Reach(scope, actor.id) if scope is Scope.OWN else Reach(scope, None, tuple(sorted(actor.vendor_ids)))


def reach(actor: Actor, permission: Permission, model: Any, *, today: date) -> ColumnElement[bool]:
    """The same rule as a WHERE clause; `tests/architecture/test_policy.py` proves that both agree."""
    return reach_of(actor, permission, today=today).over(model)


def _is_over(actor: Actor, today: date) -> bool:
    return actor.until is not None and today > actor.until
