"""Which steps of a drill stand reached: read in its copy, by the rules of the true thing."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.authority.models import AuthorityFile
from portal.authz.context import Context
from portal.drills.models import Drill
from portal.drills.rules import STEPS, DrillKind, DrillStepKind
from portal.incidents.affected_processing import proposed_lines
from portal.incidents.letters import BreachLetter
from portal.incidents.models import Incident, IncidentStatement
from portal.incidents.rules.content import ContentState, content_of
from portal.incidents.rules.decision import RiskLevel, missing_before_closing
from portal.incidents.rules.life import IncidentState
from portal.incidents.rules.sense import says_something
from portal.jobs.models import Mail
from portal.journal.models import JournalEntry
from portal.vendors.queries import our_officer

S = DrillStepKind
_MARKED: Mapping[str, Any] = {
    "incident": Incident.id, "authority_file": AuthorityFile.id, "mail": Mail.id, "journal_entry": JournalEntry.id,
}  # fmt: skip

DrawnLetter = tuple[int, BreachLetter]
"""A document that has just been taken out: of which breach, and which one."""
_DRAWN = {S.NOTIFICATION: BreachLetter.NOTIFICATION, S.LETTER: BreachLetter.PERSONS}


def marks_of(ctx: Context) -> dict[str, int]:
    """The last number of each table that is looked at: what a drill writes comes after."""
    return {name: ctx.session.scalar(select(func.max(column))) or 0 for name, column in _MARKED.items()}


def mails_since(ctx: Context, marks: Mapping[str, int]) -> int:
    """How many messages would have left."""
    return ctx.session.scalar(select(func.count(Mail.id)).where(Mail.id > marks["mail"])) or 0


def mails_shown(ctx: Context, marks: Mapping[str, int], *, at_most: int = 50) -> list[tuple[str, str]]:
    """Those messages: to whom, about what; the latest first."""
    rows = ctx.session.execute(
        select(Mail.recipient, Mail.subject, Mail.template)
        .where(Mail.id > marks["mail"]).order_by(Mail.id.desc()).limit(at_most)
    )  # fmt: skip
    return [(recipient, subject or template) for recipient, subject, template in rows]


def incident_of(ctx: Context, drill: Drill) -> Incident | None:
    """The breach of a drill: the last one recorded in it at its vendor that is not a mistake."""
    return ctx.session.scalar(
        select(Incident)
        .options(joinedload(Incident.vendor))
        .where(
            Incident.id > drill.marks["incident"], Incident.vendor_id == drill.subject_id,
            Incident.state != IncidentState.MISTAKEN,
        )
        .order_by(Incident.id.desc())
        .limit(1)
    )  # fmt: skip


def reached_steps(
    ctx: Context, drill: Drill, *, held: Collection[DrillStepKind], drawn: DrawnLetter | None = None
) -> set[DrillStepKind]:
    """The steps that stand reached now; `drawn` is a document just taken out, `held` what stood before."""
    if drill.kind is DrillKind.BREACH:
        incident = incident_of(ctx, drill)
        return set(_of_breach(ctx, incident, held, drawn)) if incident is not None else set()
    return set(_of_file(ctx, drill))


def _of_breach(
    ctx: Context, incident: Incident, held: Collection[DrillStepKind], drawn: DrawnLetter | None
) -> Iterator[DrillStepKind]:
    yield S.AWARE
    if _is_mapped(ctx, incident):
        yield S.MAP
    if all(item.state is ContentState.KNOWN for item in content_of(incident.known)):
        yield S.CONTENT
    if _is_asked(ctx, incident):
        yield S.VENDOR
    is_decided = not incident.state.is_undecided and missing_before_closing(incident.closing_facts) is None
    if is_decided:
        yield S.DECIDED
    spared = {
        S.NOTIFICATION: incident.state is IncidentState.UNNOTIFIED,
        S.LETTER: is_decided and not _persons_are_told(incident),
    }
    for step, letter in _DRAWN.items():
        if spared[step] or (is_whole(ctx, incident, letter) and (step in held or drawn == (incident.id, letter))):
            yield step


def _is_mapped(ctx: Context, incident: Incident) -> bool:
    """Whether somebody looked, kept a line unless the map proposes none, and said how many persons."""
    if not incident.affected or incident.known.persons is None:
        return False
    return bool(incident.affected.get("lines")) or not proposed_lines(ctx, incident)


def _is_asked(ctx: Context, incident: Incident) -> bool:
    texts = ctx.session.scalars(
        select(IncidentStatement.text).where(
            IncidentStatement.incident_id == incident.id, IncidentStatement.from_vendor.is_(False),
            IncidentStatement.internal.is_(False),
        )
    )  # fmt: skip
    return any(says_something(text) for text in texts)


def _persons_are_told(incident: Incident) -> bool:
    return incident.risk is RiskLevel.HIGH and incident.exemption is None


def is_whole(ctx: Context, incident: Incident, letter: BreachLetter) -> bool:
    """Whether a document would leave nothing that the law asks for blank (RGPD art. 33(3), 34(2)).

    The message to the persons says of art. 33(3) what its letters (b), (c) and (d) ask, and the nature.
    """
    known = {item.key for item in content_of(incident.known) if item.state is ContentState.KNOWN}
    wanted = {"what", "categories", "consequences", "measures"} if letter is BreachLetter.PERSONS else {
        item.key for item in content_of(incident.known)
    }  # fmt: skip
    return wanted <= known and incident.risk is not None and bool(our_officer(ctx))


def file_of(ctx: Context, drill: Drill) -> AuthorityFile | None:
    """The file of a drill: the last one asked for in it about its subject, as of its day."""
    return ctx.session.scalar(
        select(AuthorityFile)
        .where(
            AuthorityFile.id > drill.marks["authority_file"], AuthorityFile.subject == drill.subject,
            AuthorityFile.subject_id == drill.subject_id, AuthorityFile.as_of == drill.as_of,
        )
        .order_by(AuthorityFile.id.desc())
        .limit(1)
    )  # fmt: skip


def _of_file(ctx: Context, drill: Drill) -> Iterator[DrillStepKind]:
    found = file_of(ctx, drill)
    if found is None:
        return
    reached = {S.ASKED}
    if found.stored_file_id is not None:
        reached |= {S.BUILT, *_parts_reached(found.content)}
    if reached >= set(STEPS[DrillKind.AUTHORITY]) - {S.READY} and _is_downloaded(ctx, drill, found):
        reached.add(S.READY)
    yield from reached


def _parts_reached(content: Mapping[str, Any]) -> Iterator[DrillStepKind]:
    parts = {part["key"]: part for part in content["parts"] if part["is_in"]}
    contracts = parts.get("contrats")
    if contracts is not None:
        in_force = next((table["rows"] for table in contracts["tables"] if table["name"] == "contrats-en-vigueur"), ())
        if in_force and any(copy["in"] for copy in contracts["copies"]):
            yield S.CONTRACT
            if not contracts["gaps"]:
                yield S.COVERAGE
    if all(_is_whole_part(parts.get(key)) for key in ("audits", "preuves")):
        yield S.PROOFS
    if _is_whole_part(parts.get("registre")):
        yield S.RECORDS


def _is_whole_part(part: Mapping[str, Any] | None) -> bool:
    """Whether a part says something and misses nothing: one left out, or empty, never is."""
    return part is not None and not part["gaps"] and any(table["rows"] for table in part["tables"])


def _is_downloaded(ctx: Context, drill: Drill, found: AuthorityFile) -> bool:
    return (
        ctx.session.scalar(
            select(JournalEntry.id)
            .where(
                JournalEntry.id > drill.marks["journal_entry"], JournalEntry.action == "authority_file.downloaded",
                JournalEntry.object_id == found.id,
            )
            .limit(1)
        )
        is not None
    )  # fmt: skip
