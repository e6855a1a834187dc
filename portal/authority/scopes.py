"""What a file is about, as of a day: the vendors behind a line of the register or an entity, and their names."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal.authority.rules import SubjectKind
from portal.authz.context import Context, authorize, visible
from portal.authz.policy import Permission
from portal.core.clock import midnight
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound, Refused
from portal.core.history import RowVersion, rows_as_of
from portal.core.language import Language, Sentence, say
from portal.processing.models import ActivityService, ActivityVersion, ProcessingActivity
from portal.processing.queries import standing
from portal.vendors.models import LegalEntity, Service, Vendor
from portal.web.file_parts import FileScope

P = Permission
MOST_VENDORS = 200
"""Of one file: beyond, nobody reads it, and a request would not answer in time."""
MODELS: dict[SubjectKind, tuple[Any, Permission]] = {
    SubjectKind.VENDOR: (Vendor, P.VENDOR_VIEW),
    SubjectKind.ACTIVITY: (ProcessingActivity, P.REGISTER_VIEW),
    SubjectKind.ENTITY: (LegalEntity, P.REGISTER_VIEW),
}


@dataclass(frozen=True)
class Subject:
    """The vendor, the line of the register or the entity that a file is about."""

    kind: SubjectKind
    id: int
    key: str
    name: str


def get_subject(ctx: Context, kind: SubjectKind, number: int) -> Subject:
    """What a file would be about, within the actor's reach; raises NotFound."""
    return _subject(ctx, kind, _model(kind).id == number)


def subject_named(ctx: Context, kind: SubjectKind, text: str) -> Subject:
    """The same, by its key or by its name letter for letter; raises Refused when none, or several, answer to it."""
    model = _model(kind)
    try:
        return _subject(ctx, kind, model.key == text)
    except NotFound:
        pass
    _authorize(ctx, kind)
    names = ctx.session.scalars(select(model.id).where(model.name == text, _reach(ctx, kind)).limit(2)).all()
    if len(names) > 1:
        raise Refused(say("Plusieurs portent ce nom : donnez la clé."))
    if not names:
        raise Refused(say("Rien ne porte ce nom ni cette clé : « %(text)s ».", text=text[:100]))
    return get_subject(ctx, kind, names[0])


def _model(kind: SubjectKind) -> Any:
    return MODELS[kind][0]


def _authorize(ctx: Context, kind: SubjectKind) -> None:
    authorize(ctx, P.AUTHORITY_FILE)
    authorize(ctx, MODELS[kind][1])


def _reach(ctx: Context, kind: SubjectKind) -> Any:
    model, permission = MODELS[kind]
    # An entity belongs to nobody in particular: whoever reads the register reads all of them.
    return visible(ctx, permission, model) if hasattr(model, "reach_owner") else model.id.is_not(None)


def _subject(ctx: Context, kind: SubjectKind, where: Any) -> Subject:
    _authorize(ctx, kind)
    model = _model(kind)
    found = ctx.session.execute(select(model.id, model.key, model.name).where(where, _reach(ctx, kind))).one_or_none()
    if found is None:
        raise NotFound
    return Subject(kind, *found)


def scope_of(ctx: Context, subject: Subject, on: date, language: Language) -> FileScope:
    """What the parts of a file read, as of a day; raises Refused for a day to come, or for too many vendors."""
    if on > ctx.today:
        raise Refused(say("Ce jour n'est pas encore venu : un dossier dit ce qui était."))
    # A day that is not over counts until now; what is written at this very instant is part of it.
    before = min(midnight(on + timedelta(days=1)), ctx.now + timedelta(microseconds=1))
    services: frozenset[int] | None = None
    if subject.kind is SubjectKind.VENDOR:
        vendors = frozenset({subject.id})
    else:
        wanted = _services_of_line(ctx, subject.id, on, before) if subject.kind is SubjectKind.ACTIVITY else (
            _services_of_entity(ctx, subject.id, on, before)
        )  # fmt: skip
        services, vendors = _with_vendors(ctx, wanted, before)
    if len(vendors) > MOST_VENDORS:
        raise Refused(say("%(count)s sous-traitants : demandez un dossier pour chacun d'eux.", count=len(vendors)))
    return FileScope(
        vendor_ids=vendors, service_ids=services,
        activity_ids=frozenset({subject.id}) if subject.kind is SubjectKind.ACTIVITY else None,
        entity_id=subject.id if subject.kind is SubjectKind.ENTITY else None,
        on=on, before=before, language=language, names=_names(ctx, vendors, before),
    )  # fmt: skip


def _services_of_line(ctx: Context, activity_id: int, on: date, before: datetime) -> set[int]:
    linked = (
        select(ActivityService.service_id)
        .join(ActivityVersion, ActivityVersion.id == ActivityService.version_id)
        .where(ActivityVersion.activity_id == activity_id, standing(on), ActivityVersion.written_at < before)
    )
    return set(ctx.session.scalars(linked))


def _services_of_entity(ctx: Context, entity_id: int, on: date, before: datetime) -> set[int]:
    """Those entrusted by the entity that day, and those that the lines of its register rest on."""
    linked = (
        select(ActivityService.service_id)
        .join(ActivityVersion, ActivityVersion.id == ActivityService.version_id)
        .join(ProcessingActivity, ProcessingActivity.id == ActivityVersion.activity_id)
        .where(ProcessingActivity.legal_entity_id == entity_id, standing(on), ActivityVersion.written_at < before)
    )
    once = select(RowVersion.row_id).where(
        RowVersion.kind == Service.__tablename__, RowVersion.at < before,
        RowVersion.content["legal_entity_id"].as_integer() == entity_id,
    )  # fmt: skip
    now = select(Service.id).where(Service.legal_entity_id == entity_id)
    found = set(ctx.session.scalars(linked))
    known = rows_as_of(ctx.session, Service, before, row_ids=set(ctx.session.scalars(once)))
    held = {one.id for one in known.rows if one.legal_entity_id == entity_id}
    return found | (held if known.is_known else set(ctx.session.scalars(now)))


def _with_vendors(
    ctx: Context, service_ids: Collection[int], before: datetime
) -> tuple[frozenset[int], frozenset[int]]:  # fmt: skip
    """Services, and the vendors that they were of; as they are today where nothing is known of that day."""
    past = rows_as_of(ctx.session, Service, before, row_ids=service_ids)
    vendors = {one.vendor_id for one in past.rows}
    if not past.is_known:
        vendors = set(ctx.session.scalars(select(Service.vendor_id).where(Service.id.in_(service_ids))))
    seen = select(Vendor.id).where(visible(ctx, P.VENDOR_VIEW, Vendor), Vendor.id.in_(vendors))
    return frozenset(service_ids), frozenset(ctx.session.scalars(seen))


def _names(ctx: Context, vendor_ids: Iterable[int], before: datetime) -> dict[int, str]:
    """The vendors by their names of that day; by that of today where none is known."""
    wanted = sorted(vendor_ids)
    now = dict(ctx.session.execute(select(Vendor.id, Vendor.name).where(Vendor.id.in_(wanted))).all())
    then = {one.id: one.name for one in rows_as_of(ctx.session, Vendor, before, row_ids=wanted).rows}
    return now | then


def scope_gaps(scope: FileScope) -> tuple[Sentence, ...]:
    """What the scope itself lacks."""
    return () if scope.vendor_ids else (say("Aucun sous-traitant ne s'y rattache ce jour-là."),)
