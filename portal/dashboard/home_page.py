"""What this person must do next: a few lists, each bounded by what the role may do, most urgent first."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import joinedload

from portal.audits import queries as audits
from portal.audits.models import AUDITS, Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context, reach, visible
from portal.authz.policy import Permission, Reach, Scope, scope_of
from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence, say, say_count
from portal.core.statements import among, written_once
from portal.dashboard import (
    change_todos,
    contract_todos,
    exchange_todos,
    incident_todos,
    queries,
    request_todos,
)
from portal.dashboard.portfolio_page import FOLLOWED, WITHOUT_CONTRACT, for_number
from portal.dashboard.todo import EACH, Todo
from portal.dashboard.wording import TO_DO
from portal.findings import overview as findings_overview
from portal.findings import queries as findings
from portal.jobs import queries as jobs
from portal.jobs.models import JobState
from portal.processing import queries as register
from portal.samples import queries as withdrawals
from portal.samples.models import CaseSample
from portal.samples.rules.columns import SampleKind
from portal.vendors import queries as vendors
from portal.vendors.models import Vendor
from portal.vendors.rules.status import LIVE

SOON = timedelta(days=14)
WITHOUT_CONTRACT_LIST = {
    "criticite": vendors.AT_RISK_TIERS, "statut": "en-cours", "contrat": vendors.WITHOUT,
}  # fmt: skip
"""The list of `vendors.WITHOUT_CONTRACT`, as an address asks for it."""

LATE_LIST = {"vue": "en-retard"}
"""The list of audits, or of findings, that are late."""
WITH_VENDOR_LIST = {"vue": "chez-le-prestataire"}
WITH_VENDORS = say_count(0, "audit chez les prestataires", "audits chez les prestataires")
TO_REVIEW = say_count(0, "audit à revoir", "audits à revoir")
LATE_FINDINGS = say_count(0, "constat en retard", "constats en retard")
OPEN_STATES = tuple(state for state in AuditState if state.is_with_vendor or state is AuditState.SUBMITTED)
"""Those of an audit in which somebody is to act."""
SIGNING = (Permission.JOB_MANAGE, Permission.CAMPAIGN_MANAGE)
"""Who is told that the organisation has no name: who runs the server, and in whose name vendors are written to."""


@dataclass(frozen=True)
class KeyFigure:
    """A number that leads somewhere."""

    value: int
    label: Sentence
    endpoint: str
    arguments: dict[str, Any]
    tone: str | None = None


@dataclass(frozen=True)
class UnsaidEntities:
    """The entities of the group of which nobody said whether they are under DORA or NIS 2."""

    number: int = 0
    first_id: int | None = None
    name: str | None = None
    """Of the only one, when there is one."""


@dataclass(frozen=True)
class HomeCounts:
    """What a home counts, within reach; nothing of what the person may not see."""

    audits_open: Mapping[AuditState, int]
    """Audits in each state in which somebody is to act."""
    late_audits: int
    live_vendors: int
    late_findings: int
    without_contract: int
    undescribed: int
    """Vendors whose tier is unknown, among those that the person may describe."""
    review: register.ReviewCounts
    """How far the review of the register of processing is."""
    unfiled: int
    """Services that no line of the register rests on, and that nobody set aside."""
    unsaid: UnsaidEntities


def todos(ctx: Context, counts: HomeCounts) -> list[Todo]:
    """What waits for this person, in the order of urgency."""
    found = [
        *incident_todos.incident_todos(ctx),
        *request_todos.request_todos(ctx),
        *change_todos.change_todos(ctx),
        *_reviews(ctx, counts.audits_open.get(AuditState.SUBMITTED, 0)),
        *_findings_waiting_for_us(ctx),
        *exchange_todos.exchange_todos(ctx),
        *_late_audits(ctx, counts.late_audits),
        *contract_todos.contract_todos(ctx),
        *_measured_samples(ctx),
        *_decisions_in_charge(ctx),
        *_undescribed(ctx, counts.undescribed),
        *_unsaid(ctx),
        *_unsaid_of_entities(counts.unsaid),
        *_lines_to_confirm(ctx, counts.review.mine),
        *_services_without_line(counts.unfiled),
        *_dead_jobs(ctx),
    ]
    order = {"danger": 0, "warning": 1, "info": 2, "neutral": 3}
    return sorted(found, key=lambda todo: (order[todo.tone], todo.due_on or date.max))


def figures(ctx: Context, counts: HomeCounts) -> list[KeyFigure]:
    """How things stand, as far as this role may see."""
    found: list[KeyFigure] = []
    live, late, bare = counts.live_vendors, counts.late_findings, counts.without_contract
    if ctx.can(Permission.VENDOR_VIEW):
        found.append(KeyFigure(live, for_number(live, FOLLOWED), "vendors.index", {"statut": "suivis"}))
    if scope_of(ctx.actor, Permission.VENDOR_VIEW) is Scope.ALL:
        found.append(
            KeyFigure(
                bare, for_number(bare, WITHOUT_CONTRACT), "vendors.index", WITHOUT_CONTRACT_LIST,
                "danger" if bare else None,
            )
        )  # fmt: skip
    if ctx.can(Permission.AUDIT_VIEW):
        waiting = sum(count for state, count in counts.audits_open.items() if state.is_with_vendor)
        found.append(KeyFigure(waiting, for_number(waiting, WITH_VENDORS), "audits.index", WITH_VENDOR_LIST))
        review = counts.audits_open.get(AuditState.SUBMITTED, 0)
        found.append(KeyFigure(review, for_number(review, TO_REVIEW), "audits.index", {}, "info" if review else None))
    if ctx.can(Permission.REGISTER_VIEW) and (share := counts.review.share) is not None:
        label = say("% des fiches du registre confirmées dans l'année")
        found.append(KeyFigure(share, label, "processing.index", {"vue": "a-confirmer"}))
    if ctx.can(Permission.FINDING_VIEW):
        found.append(
            KeyFigure(late, for_number(late, LATE_FINDINGS), "findings.index", LATE_LIST, "danger" if late else None)
        )
    return found


def home_counts(ctx: Context) -> HomeCounts:
    """What the home of this person counts: one statement, none for who sees nothing of it."""
    if not any(map(ctx.can, _COUNTING)):
        return HomeCounts({}, 0, 0, 0, 0, 0, register.ReviewCounts(0, 0, 0), 0, UnsaidEntities())
    counting = _counted(_reached(ctx), ctx.today)
    row = ctx.session.execute(counting, {register.ME: ctx.actor.id}).one()._mapping
    waiting = {state: int(row[state.value]) for state in OPEN_STATES if row[state.value]}
    sees_register = ctx.can(Permission.REGISTER_VIEW) or ctx.can(Permission.REGISTER_CONFIRM)
    review = register.ReviewCounts(*(int(row[one]) if sees_register else 0 for one in ("lines", "confirmed", "mine")))
    unsaid = UnsaidEntities(row["unsaid"], row["unsaid_id"], row["unsaid_name"])
    return HomeCounts(
        audits_open=waiting,
        late_audits=int(row["late_audits"]),
        live_vendors=row["live"],
        late_findings=row["late_findings"],
        without_contract=row["bare"],
        undescribed=row["undescribed"],
        review=review,
        unfiled=row["unfiled"],
        unsaid=unsaid if ctx.can(Permission.ENTITY_MANAGE) else UnsaidEntities(),
    )


_COUNTING = (
    Permission.VENDOR_VIEW, Permission.FINDING_VIEW, Permission.AUDIT_VIEW, Permission.ENTITY_MANAGE,
    Permission.REGISTER_VIEW, Permission.REGISTER_CONFIRM,
)  # fmt: skip
"""Any of them makes a home that counts something."""


class _Reached(NamedTuple):
    """What is counted, for each purpose."""

    vendors: Reach
    edited: Reach
    findings: Reach
    audits: Reach
    register: Reach
    writes_lines: bool
    """Services without a line are looked for only for whoever would enter it."""


def _reached(ctx: Context) -> _Reached:
    return _Reached(
        vendors=reach(ctx, Permission.VENDOR_VIEW),
        edited=reach(ctx, Permission.VENDOR_EDIT),
        findings=reach(ctx, Permission.FINDING_VIEW),
        audits=reach(ctx, Permission.AUDIT_VIEW),
        register=reach(ctx, Permission.REGISTER_VIEW),
        writes_lines=ctx.can(Permission.REGISTER_EDIT),
    )


@written_once
def _counted(reached: _Reached, today: date) -> Select[Any]:
    """Audits in the states in which somebody is to act, vendors followed, findings past their date, vendors without a
    contract, those that nobody described, the entities of which nobody said what they are under, services that no line
    of the register rests on, and its review."""
    undescribed = select(func.count(Vendor.id)).where(
        reached.edited.over(Vendor), among(Vendor.status, LIVE), Vendor.tier.is_(None)
    )
    unsaid, unsaid_id, unsaid_name = vendors.counted_unsaid_entities()
    alone = {
        "undescribed": undescribed,
        "unsaid": unsaid,
        "unsaid_id": unsaid_id,
        "unsaid_name": unsaid_name,
    }
    review = register.counted_review(reached.register, today).subquery()
    unfiled = register.counted_services_unseen(reached.vendors, today) if reached.writes_lines else literal(0)
    wanted = select(
        *(one.scalar_subquery().label(name) for name, one in alone.items()),
        *(one.label(name) for name, one in _open_audits(reached.audits, today).items()),
        vendors.counted_live(reached.vendors).label("live"),
        vendors.counted_without_contract(reached.vendors, today).label("bare"),
        findings_overview.counted_late(reached.findings, today).label("late_findings"),
        unfiled.label("unfiled"),
        *review.c,
    )
    return wanted.select_from(review)


def _open_audits(within: Reach, today: date) -> dict[str, ColumnElement[int]]:
    """How many audits within reach are in each state in which somebody is to act, and how many are late.

    Of all audits, as the database keeps it (docs/adr/0107). Within a narrower reach, each along the index of the
    states: one sum over all of them reads every audit that is open.
    """

    def wanted(of: Any) -> dict[str, list[ColumnElement[bool]]]:
        late = [among(of.state, [one for one in OPEN_STATES if one.is_with_vendor]), of.due_on < today]
        return {**{state.value: [of.state == state] for state in OPEN_STATES}, "late_audits": late}

    number = select(func.count(Audit.id)).where(within.over(Audit))
    counted = {name: number.where(*where) for name, where in wanted(Audit).items()}
    if within.scope is not Scope.ALL:
        return {name: one.scalar_subquery() for name, one in counted.items()}
    kept = wanted(AUDITS.rows.c)
    return {name: AUDITS.count(*kept[name], otherwise=one) for name, one in counted.items()}


def _reviews(ctx: Context, total: int) -> Iterator[Todo]:
    if not ctx.can(Permission.AUDIT_REVIEW):
        return
    found = audits.audits(ctx, audits.AuditFilter(states=frozenset({AuditState.SUBMITTED})), size=EACH, total=total)
    for audit in found.rows:
        title = audit.questionnaire_version.title[ctx.actor.language.value]
        yield Todo(
            say("%(vendor)s a envoyé ses réponses", vendor=audit.vendor.name),
            say("%(title)s, tour %(round)s", title=title, round=audit.round),
            "audits.show",
            {"audit_id": audit.id},
            tone="info",
        )
    if found.following:
        n = found.total - EACH
        told = say("Un autre audit à revoir") if n == 1 else say("%(n)s autres audits à revoir", n=n)
        yield Todo(told, None, "audits.index", {}, tone="info")


def _findings_waiting_for_us(ctx: Context) -> Iterator[Todo]:
    """What vendors answered, other dates that they propose, and acceptances that hold no longer."""
    if not ctx.can(Permission.FINDING_WORK):
        return
    for finding in findings.findings_waiting_for_us(ctx, at_most=EACH):
        vendor, late = finding.vendor.name, "danger" if finding.due_on < ctx.today else "info"
        if finding.state.is_settled:
            title, late = say("%(vendor)s : un constat accepté en l'état est à décider de nouveau", vendor=vendor), ""
        elif finding.proposed_due_on is not None:
            title = say("%(vendor)s propose une autre date", vendor=vendor)
        else:
            title = say("%(vendor)s a répondu à un constat", vendor=vendor)
        yield Todo(
            title, say("%(title)s", title=finding.title), "findings.show", {"finding_id": finding.id},
            finding.due_on if late else None, late or "warning",
        )  # fmt: skip


def _measured_samples(ctx: Context) -> Iterator[Todo]:
    """Samples measured lately in which something is wrong, and no finding was opened yet."""
    if not ctx.can(Permission.FINDING_WORK):
        return
    for sample in withdrawals.samples_to_read(ctx, at_most=EACH):
        yield Todo(
            say("%(vendor)s : un échantillon est mesuré", vendor=sample.vendor.name),
            _flagged(sample),
            "samples.show",
            {"sample_id": sample.id},
            tone="info",
        )


_FLAGGED = {
    SampleKind.CASES: (N_("Un dossier en faute sur %(total)s"), N_("%(flagged)s dossiers en faute sur %(total)s")),
    SampleKind.CALLS: (N_("Un appel en faute sur %(total)s"), N_("%(flagged)s appels en faute sur %(total)s")),
}


def _flagged(sample: CaseSample) -> Sentence:
    """How many of what was sent are at fault."""
    one, many = _FLAGGED[sample.kind]
    return say(one if sample.flagged_cases == 1 else many, flagged=sample.flagged_cases, total=sample.total)


def _decisions_in_charge(ctx: Context) -> Iterator[Todo]:
    """What management decided and put in this person's charge."""
    for one in queries.decisions_in_charge(ctx, EACH):
        yield Todo(
            say(TO_DO[one.choice], vendor=one.vendor.name),
            say("%(motive)s", motive=one.motive),
            "vendors.show",
            {"vendor_id": one.vendor_id},
            due_on=one.due_on,
            tone="warning" if one.due_on <= ctx.today + SOON else "info",
        )


def _lines_to_confirm(ctx: Context, total: int) -> Iterator[Todo]:
    """The lines of the register of processing that this person was named to confirm."""
    if not ctx.can(Permission.REGISTER_CONFIRM):
        return
    found = register.lines_in_charge(ctx, EACH, total)
    for line in found.rows:
        yield Todo(
            say("Registre : confirmer « %(name)s »", name=line.name),
            say("%(title)s", title=line.legal_entity.name),
            "processing.show",
            {"activity_id": line.id},
            line.review_by,
            tone="warning" if register.is_late(line, ctx.today) else "info",
        )
    if found.following:
        n = found.total - EACH
        told = say("Une autre fiche du registre à confirmer")
        if n > 1:
            told = say("%(n)s autres fiches du registre à confirmer", n=n)
        yield Todo(told, None, "processing.index", {"vue": "a-confirmer", "pour": "moi"}, tone="info")


def _services_without_line(count: int) -> Iterator[Todo]:
    """What vendors do for us that the register does not say, for whoever writes it; the other proposals stand there."""
    if count:
        yield Todo(
            say("Registre : 1 prestation sans fiche")
            if count == 1
            else say("Registre : %(n)s prestations sans fiche", n=count),
            say("Une fiche est proposée pour chacune ; rien n'est écrit sans vous"),
            "processing.proposals", {}, tone="info",
        )  # fmt: skip


def _late_audits(ctx: Context, total: int) -> Iterator[Todo]:
    if not ctx.can(Permission.AUDIT_OPEN):
        return
    found = audits.audits(ctx, audits.AuditFilter(late=True), size=EACH, total=total)
    for audit in found.rows:
        yield Todo(
            say("%(vendor)s n'a pas répondu", vendor=audit.vendor.name),
            say_count(
                audit.answered, "%(num)s réponse sur %(total)s", "%(num)s réponses sur %(total)s", total=audit.expected
            )
            if audit.expected
            else None,
            "audits.show",
            {"audit_id": audit.id},
            audit.due_on,
            "warning",
        )
    if found.following:
        n = found.total - EACH
        left = say("Un autre audit en retard") if n == 1 else say("%(n)s autres audits en retard", n=n)
        yield Todo(left, None, "audits.index", LATE_LIST, tone="warning")


def _undescribed(ctx: Context, total: int) -> Iterator[Todo]:
    scope = scope_of(ctx.actor, Permission.VENDOR_EDIT)
    if scope is None:
        return
    where = [visible(ctx, Permission.VENDOR_EDIT, Vendor), Vendor.status.in_(LIVE), Vendor.tier.is_(None)]
    if not total:
        return
    if total > EACH or (scope is Scope.ALL and total > 1):
        title = say("Décrire les prestations de %(n)s sous-traitants sans classe de risque", n=total)
        yield Todo(title, None, "vendors.index", {"criticite": vendors.UNCLASSIFIED})
        return
    for vendor in ctx.session.scalars(select(Vendor).options(joinedload(Vendor.owner)).where(*where).limit(EACH)):
        yield Todo(
            say("Décrire ce que fait %(vendor)s pour nous", vendor=vendor.name),
            say("Sans prestation décrite, son risque reste inconnu"),
            "vendors.show",
            {"vendor_id": vendor.id},
        )


def _unsaid(ctx: Context) -> Iterator[Todo]:
    """What decides of the questionnaires asked and nobody has said, for the one who answers for the vendor."""
    if scope_of(ctx.actor, Permission.VENDOR_EDIT) is not Scope.OWN:
        return
    for vendor in vendors.vendors_with_unsaid_facts(ctx, at_most=EACH):
        yield Todo(
            say("Dire ce qu'on ne sait pas encore de %(vendor)s", vendor=vendor.name),
            say("Santé, intelligence artificielle, nuage, mineurs : les questions à lui poser en dépendent"),
            "vendors.bulk_facts",
            {"v": vendor.id, "_anchor": "hosts_health_data"},
        )


def _unsaid_of_entities(unsaid: UnsaidEntities) -> Iterator[Todo]:
    """One line for whoever manages the entities of the group, whatever their number."""
    if not unsaid.number:
        return
    yield Todo(
        say("Dire si %(name)s relève de DORA et de NIS 2", name=unsaid.name)
        if unsaid.number == 1
        else say("Dire si %(n)s entités du groupe relèvent de DORA et de NIS 2", n=unsaid.number),
        say("Les questions posées à leurs sous-traitants en dépendent"),
        "vendors.entity_rules",
        {"entity_id": unsaid.first_id},
    )


def _dead_jobs(ctx: Context) -> Iterator[Todo]:
    if not ctx.can(Permission.JOB_MANAGE):
        return
    dead = jobs.counts(ctx.session)[JobState.DEAD]
    if dead:
        told = say("1 tâche en échec à relancer") if dead == 1 else say("%(n)s tâches en échec à relancer", n=dead)
        yield Todo(told, None, "system.jobs", {}, tone="danger")
