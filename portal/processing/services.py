"""Use cases of the register of processing: a line written, changed, linked, confirmed, ended; each is a version."""

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.language import N_, Language, say
from portal.core.row_lock import hold_row
from portal.core.sought import LONGEST
from portal.core.stale import StaleWrite
from portal.identity.models import User
from portal.journal import services as journal
from portal.processing import queries, reference
from portal.processing.cells import JOURNAL_MARK, MOST_LINES, words_of
from portal.processing.models import ActivityConfirmation, ActivityService, ActivityVersion, ProcessingActivity
from portal.processing.rules.kept_sheets import HELD, Held, as_plain, from_plain
from portal.processing.rules.review import EVERY, FIRST_DAYS, YEARLY, ReviewRhythm, review_day
from portal.processing.rules.sheets import ActivityRole, ControllerSheet, Sheet
from portal.vendors import reference as places
from portal.vendors.models import LegalEntity, Service
from portal.vendors.rules.naming import plain, register_key

LONGEST_NAME = 200
LONGEST_TEXT = 5000
MONTHS = 12
STALE = N_("Cette fiche a changé depuis que vous l'avez ouverte : relisez-la.")
_ENDED = N_("Ce traitement est terminé : il ne change plus.")


def create_activity(
    ctx: Context, entity: LegalEntity, role: ActivityRole, sheet: Sheet, service_ids: Iterable[int] = (), key: str = ""
) -> ProcessingActivity:
    """Enter a line in the register of an entity; it waits to be confirmed. Raises Refused.

    `key` is the one that a file gives it, free and sound; without it, one is made of its name.
    """
    authorize(ctx, Permission.REGISTER_EDIT)
    sheet = sound(ctx, role, sheet)
    if not key:
        key = register_key(sheet.name, set(ctx.session.scalars(select(ProcessingActivity.key))))
    activity = ProcessingActivity(
        key=key, legal_entity=entity, role=role, name=sheet.name, created_at=ctx.now, review_by=ctx.today + FIRST_DAYS,
        review_months=YEARLY,
    )  # fmt: skip
    ctx.session.add(activity)
    ctx.session.flush()
    _write(ctx, activity, sheet, service_ids, number=1)
    said = {name: value for name, value in words_of(sheet).items() if value}
    journal.record(ctx, "activity.created", activity, after=_noted(entity=entity.name, role=role) | said)
    return activity


def create_usual_activities(
    ctx: Context, entity: LegalEntity, keys: Sequence[str], language: Language, *, technical: str, organisational: str
) -> list[ProcessingActivity]:
    """Enter lines proposed for usual activities, with the security measures that the organisation has.

    A line of the same name that the entity has already is left alone. Each waits to be confirmed. Raises Refused.
    """
    authorize(ctx, Permission.REGISTER_EDIT)
    wanted = [reference.usual_activities()[key] for key in keys if key in reference.usual_activities()]
    if not wanted:
        raise Refused(N_("Cochez au moins une activité."))
    held = ctx.session.scalars(
        select(ProcessingActivity.name).where(
            ProcessingActivity.legal_entity_id == entity.id, ProcessingActivity.ended_on.is_(None)
        )
    )
    names = set(map(plain, held))
    sheets = [
        replace(one.sheet(language), technical_measures=technical, organisational_measures=organisational)
        for one in wanted
    ]
    return [
        create_activity(ctx, entity, ActivityRole.CONTROLLER, sheet)
        for sheet in sheets
        if plain(sheet.name) not in names
    ]


def amend_activity(ctx: Context, activity: ProcessingActivity, sheet: Sheet) -> None:
    """Change what a line says: a new version from today, to be confirmed again. The same words change nothing.

    Raises Refused.
    """
    authorize(ctx, Permission.REGISTER_EDIT, activity)
    current = _held(ctx, activity)
    sheet = sound(ctx, activity.role, sheet)
    if as_plain(sheet) == current.content:
        return
    before, after = _differences(current.sheet, sheet)
    _supersede(ctx, activity, current, sheet, [link.service_id for link in current.links])
    journal.record(ctx, "activity.amended", activity, before=before, after=after)


def set_services(ctx: Context, activity: ProcessingActivity, service_ids: Iterable[int]) -> None:
    """Say which services of processors a line rests on: a new version, to be confirmed again. Raises Refused."""
    authorize(ctx, Permission.REGISTER_EDIT, activity)
    current = _held(ctx, activity)
    wanted, held = set(service_ids), {link.service_id for link in current.links}
    if wanted == held:
        return
    names = _names(ctx, wanted | held)
    if missing := wanted - held - names.keys():
        raise Refused(N_("Cette prestation n'existe plus."), ids=sorted(missing))
    _supersede(ctx, activity, current, current.sheet, sorted(wanted))
    journal.record(
        ctx, "activity.linked", activity,
        before=_noted(services="\n".join(names[one] for one in sorted(held - wanted) if one in names)),
        after=_noted(services="\n".join(names[one] for one in sorted(wanted - held))),
    )  # fmt: skip


def confirm_activity(ctx: Context, activity: ProcessingActivity, number: int, note: str = "") -> ActivityConfirmation:
    """Say that a line is so, as its version `number` has it.

    Raises StaleWrite when it changed since it was shown, Refused when it lacks something: what is incomplete cannot
    be confirmed.
    """
    authorize(ctx, Permission.REGISTER_CONFIRM, activity)
    current = _held(ctx, activity)
    if current.number != number:
        raise StaleWrite(STALE, current.number)
    if gaps := queries.read_line(current, ctx.today).gaps:
        raise Refused(say("Complétez d'abord cette fiche : %(first)s", first=gaps[0].sentence))
    row = ActivityConfirmation(
        version_id=current.id, confirmed_on=ctx.today, confirmed_by_id=ctx.actor.id, confirmed_by=ctx.actor.name,
        note=note[:LONGEST_TEXT],
    )  # fmt: skip
    ctx.session.add(row)
    activity.confirmed_on, activity.confirmed_by = ctx.today, ctx.actor.name
    activity.review_by = review_day(ctx.today, activity.rhythm)
    ctx.session.flush()
    journal.record(ctx, "activity.confirmed", activity, after=_noted(version=number, note=note))
    return row


def assign_activity(
    ctx: Context, activity: ProcessingActivity, person: User | None, rhythm: ReviewRhythm | None = None
) -> None:
    """Say who confirms a line, and how often; without a rhythm, it stays as it is. Raises Refused."""
    authorize(ctx, Permission.REGISTER_EDIT, activity)
    rhythm = rhythm or activity.rhythm
    if rhythm.months not in EVERY or (rhythm.month is not None and not 1 <= rhythm.month <= MONTHS):
        raise Refused(N_("Ce rythme de revue n'est pas de ceux que l'on choisit."))
    before = _review_words(activity)
    activity.owner_id, activity.owner = (person.id, person) if person else (None, None)
    activity.review_months, activity.review_month = rhythm.months, rhythm.month
    if activity.confirmed_on is not None:
        activity.review_by = review_day(activity.confirmed_on, rhythm)
    ctx.session.flush()
    after = _review_words(activity)
    if changed := {name for name in after if before[name] != after[name]}:
        journal.record(
            ctx, "activity.assigned", activity,
            before={name: before[name] for name in changed}, after={name: after[name] for name in changed},
        )  # fmt: skip


def _review_words(activity: ProcessingActivity) -> dict[str, Any]:
    return {
        f"{JOURNAL_MARK}owner": activity.owner.name if activity.owner else "",
        f"{JOURNAL_MARK}review_months": activity.review_months,
        f"{JOURNAL_MARK}review_month": activity.review_month,
        f"{JOURNAL_MARK}review_by": activity.review_by,
    }


def end_activity(ctx: Context, activity: ProcessingActivity) -> None:
    """Take a line out of the register from today; as of the days before, it stays. Raises Refused."""
    authorize(ctx, Permission.REGISTER_EDIT, activity)
    current = _held(ctx, activity)
    current.valid_until, activity.ended_on = ctx.today, ctx.today
    ctx.session.flush()
    journal.record(ctx, "activity.ended", activity, after=_noted(ended_on=ctx.today))


def sound(ctx: Context, role: ActivityRole, sheet: Sheet) -> Sheet:
    """The sheet in the one form in which it is kept; raises Refused for what no register can hold."""
    try:
        sheet = from_plain(role, as_plain(sheet))
    except (ValueError, KeyError, TypeError) as fault:
        raise Refused(N_("Cette fiche ne peut pas être lue.")) from fault
    if not plain(sheet.name):
        raise Refused(N_("Donnez un nom à ce traitement."))
    if len(sheet.name) > LONGEST_NAME:
        raise Refused(say("Le nom compte plus de %(most)s caractères.", most=LONGEST_NAME))
    for one in fields(sheet):
        _must_fit(HELD[one.name], getattr(sheet, one.name))
    codes = {transfer.country for transfer in sheet.transfers} - {""}
    if unknown := codes - places.atlas().codes - places.atlas().regions:
        raise Refused(say("Pays inconnu : %(codes)s.", codes=", ".join(sorted(unknown))))
    if sheet.started_on is not None and sheet.started_on > ctx.today:
        raise Refused(
            say(
                "« Mis en œuvre depuis » le %(day)s : ce jour n'est pas venu. Laissez-le vide jusque-là.",
                day=sheet.started_on,
            )
        )
    if isinstance(sheet, ControllerSheet):
        if sheet.listed and sheet.listed not in reference.listed_kinds():
            raise Refused(N_("Ce cas n'est pas dans la liste de la CNIL."))
        if sheet.assessed_on is not None and sheet.assessed_on > ctx.today:
            raise Refused(N_("L'analyse d'impact ne peut pas avoir été faite dans l'avenir."))
    return sheet


def _must_fit(held: Held, value: Any) -> None:
    if isinstance(value, tuple):
        if len(value) > MOST_LINES:
            raise Refused(say("%(count)s lignes au plus.", count=MOST_LINES))
        texts = [str(part) for one in value for part in (vars(one).values() if hasattr(one, "__dict__") else (one,))]
    else:
        texts = [value] if isinstance(value, str) else []
    most = LONGEST_TEXT if held is Held.TEXT else 1000
    if any(len(text) > most for text in texts):
        raise Refused(say("Un texte compte plus de %(most)s caractères : raccourcissez-le.", most=most))


def _held(ctx: Context, activity: ProcessingActivity) -> ActivityVersion:
    """The open version, the line being kept to this transaction; raises Refused when it has ended."""
    hold_row(ctx.session, activity)
    version = ctx.session.scalar(
        select(ActivityVersion)
        .options(
            joinedload(ActivityVersion.activity),
            joinedload(ActivityVersion.links).joinedload(ActivityService.service).joinedload(Service.vendor),
        )
        .where(ActivityVersion.activity_id == activity.id, ActivityVersion.valid_until.is_(None))
    )
    if version is None:
        raise Refused(_ENDED)
    return version


def _supersede(
    ctx: Context, activity: ProcessingActivity, current: ActivityVersion, sheet: Sheet, service_ids: Iterable[int]
) -> None:
    current.valid_until = ctx.today
    activity.confirmed_on, activity.confirmed_by = None, ""
    # A change never gives more time than there was: what is late stays late.
    activity.review_by = min(activity.review_by, ctx.today + FIRST_DAYS)
    _write(ctx, activity, sheet, service_ids, number=current.number + 1)


def _write(
    ctx: Context, activity: ProcessingActivity, sheet: Sheet, service_ids: Iterable[int], *, number: int
) -> ActivityVersion:
    version = ActivityVersion(
        activity=activity, number=number, valid_from=ctx.today, name=sheet.name, content=as_plain(sheet), need=None,
        gaps=0, written_by_id=ctx.actor.id, written_by=ctx.actor.name, written_at=ctx.now, links=[],
    )  # fmt: skip
    services = ctx.session.scalars(
        select(Service).options(joinedload(Service.vendor)).where(Service.id.in_(sorted(set(service_ids))))
    )
    version.links = [ActivityService(service=service) for service in services]
    line = queries.read_line(version, ctx.today)
    version.need, version.gaps = line.need, len(line.gaps)
    ctx.session.add(version)
    purpose = sheet.purpose if isinstance(sheet, ControllerSheet) else " ".join(sheet.operations)
    activity.name = sheet.name
    activity.sought = plain(f"{sheet.name} {sheet.reference} {purpose}")[:LONGEST]
    ctx.session.flush()
    return version


def _noted(**values: Any) -> dict[str, Any]:
    return {f"{JOURNAL_MARK}{name}": value for name, value in values.items() if value != ""}


def _names(ctx: Context, service_ids: set[int]) -> dict[int, str]:
    rows = ctx.session.scalars(
        select(Service).options(joinedload(Service.vendor)).where(Service.id.in_(sorted(service_ids)))
    )
    return {one.id: f"{one.vendor.name}, {one.name}" for one in rows}


def _differences(before: Sheet, after: Sheet) -> tuple[dict[str, Any], dict[str, Any]]:
    old, new = words_of(before), words_of(after)
    changed = [name for name in new if old.get(name) != new[name]]
    return {name: old.get(name) for name in changed}, {name: new[name] for name in changed}
