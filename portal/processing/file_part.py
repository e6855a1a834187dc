"""What the register of processing puts in the file for the authority: its lines of that day (RGPD art. 30)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.history import rows_as_of
from portal.core.language import N_, Sentence, colon, say, semicolon
from portal.processing.cells import cell_of
from portal.processing.models import ActivityConfirmation, ActivityService, ActivityVersion, ProcessingActivity
from portal.processing.queries import standing
from portal.processing.rules.sheets import SHEETS
from portal.processing.wording import FIELD_NAMES, ROLE_ARTICLES
from portal.vendors.models import LegalEntity, Service
from portal.web.file_parts import FileCell, FilePart, FileScope, FileTable, PartContent, unknown_before

_LEFT_OUT = {"name", "criteria_seen"}


@dataclass(frozen=True)
class _Extract:
    versions: Sequence[ActivityVersion]
    services: Mapping[int, Service]
    """Those of the vendors of the file, as they stood."""
    confirmed: Mapping[int, ActivityConfirmation]
    entities: Mapping[int, str]
    """By their names of that day; those of before history are not known."""


def register_content(ctx: Context, scope: FileScope) -> PartContent:
    """The lines that a file is bound to, or that rest on its vendors, as the register said them that day."""
    past = rows_as_of(ctx.session, Service, scope.before, parents=scope.vendor_ids)
    services = {one.id: one for one in past.rows if scope.service_ids is None or one.id in scope.service_ids}
    versions = _versions(ctx, scope, frozenset(services))
    held = {one.activity.legal_entity_id for one in versions}
    entities = rows_as_of(ctx.session, LegalEntity, scope.before, row_ids=held)
    names = {one.id: one.name for one in entities.rows}
    found = _Extract(versions, services, _confirmed(ctx, scope, versions), names)
    tables = tuple(_table(found, role, title, scope) for role, title in ROLE_ARTICLES.items())
    return PartContent(
        tables=tuple(table for table in tables if table.rows),
        gaps=(*unknown_before(past, say("Prestations liées au registre")), *_missing(found)),
    )


def _versions(ctx: Context, scope: FileScope, service_ids: frozenset[int]) -> Sequence[ActivityVersion]:
    wanted = (
        select(ActivityVersion)
        .join(ActivityVersion.activity)
        .options(
            joinedload(ActivityVersion.activity),
            selectinload(ActivityVersion.links),
        )
        .where(standing(scope.on), ActivityVersion.written_at < scope.before)
        .order_by(ProcessingActivity.legal_entity_id, ProcessingActivity.id)
    )
    if scope.activity_ids is not None:
        wanted = wanted.where(ActivityVersion.activity_id.in_(scope.activity_ids))
    elif scope.entity_id is not None:
        wanted = wanted.where(ProcessingActivity.legal_entity_id == scope.entity_id)
    else:
        resting = select(ActivityService.version_id).where(ActivityService.service_id.in_(service_ids))
        wanted = wanted.where(ActivityVersion.id.in_(resting))
    return ctx.session.scalars(wanted).all()


def _confirmed(
    ctx: Context, scope: FileScope, versions: Iterable[ActivityVersion]
) -> Mapping[int, ActivityConfirmation]:
    rows = ctx.session.scalars(
        select(ActivityConfirmation)
        .where(
            ActivityConfirmation.version_id.in_([one.id for one in versions]),
            ActivityConfirmation.confirmed_on <= scope.on,
        )
        .order_by(ActivityConfirmation.id)
    )
    return {one.version_id: one for one in rows}


def _missing(found: _Extract) -> Iterator[Sentence]:
    if not found.versions:
        yield say("Aucune ligne du registre des traitements ne s'y rapporte ce jour-là.")
    for one in found.versions:
        if one.gaps:
            yield say(
                "« %(name)s » : fiche incomplète, points manquants ce jour-là : %(count)s.",
                name=one.name,
                count=one.gaps,
            )
        if one.id not in found.confirmed:
            yield say("« %(name)s » : personne n'avait confirmé cette version.", name=one.name)


def _table(found: _Extract, role: Any, title: str, scope: FileScope) -> FileTable:
    names = [one.name for one in fields(SHEETS[role]) if one.name not in _LEFT_OUT]
    columns = (
        N_("Nom du traitement"), N_("Clé"), N_("Entité"), N_("Version"), *(FIELD_NAMES[name] for name in names),
        N_("Prestations liées"), N_("Analyse d'impact"), N_("Confirmée le"), N_("Confirmée par"),
    )  # fmt: skip
    held = [one for one in found.versions if one.activity.role is role]
    return FileTable(
        name=f"registre-{role.value.replace('_', '-')}", title=title, columns=columns, as_records=True,
        rows=tuple(_row(one, names, found, scope) for one in held),
    )  # fmt: skip


def _row(version: ActivityVersion, names: Sequence[str], found: _Extract, scope: FileScope) -> tuple[FileCell, ...]:
    sheet = version.sheet
    confirmed = found.confirmed.get(version.id)
    cells: list[FileCell] = []
    for name in names:
        cell = cell_of(name, getattr(sheet, name), scope.language)
        cells.append(cell if isinstance(cell, date) else (cell or "").replace("\n", semicolon(scope.language)) or None)
    entity = found.entities.get(version.activity.legal_entity_id)
    return (
        version.name, version.activity.key, entity, version.number, *cells,
        _services(version, found, scope),
        Sentence(version.need.label) if version.need else "",
        confirmed.confirmed_on if confirmed else None, confirmed.confirmed_by if confirmed else "",
    )  # fmt: skip


def _services(version: ActivityVersion, found: _Extract, scope: FileScope) -> FileCell:
    """The services of the vendors of the file; that others stand beside is said, not which."""
    by_vendor: dict[str, list[str]] = defaultdict(list)
    others = 0
    for link in version.links:
        service = found.services.get(link.service_id)
        if service is None:
            others += 1
        else:
            by_vendor[scope.named(service.vendor_id)].append(service.name)
    told = semicolon(scope.language).join(
        f"{vendor}{colon(scope.language)}{', '.join(names)}" for vendor, names in by_vendor.items()
    )
    if not others:
        return told or None
    if not told:
        return say("prestations qui ne sont pas l'objet de ce dossier : %(count)s", count=others)
    return say("%(told)s ; prestations qui ne sont pas l'objet de ce dossier : %(count)s", told=told, count=others)


PARTS = (
    FilePart(
        key="registre", order=20, title=N_("Extrait du registre des traitements"), permission=Permission.REGISTER_VIEW,
        find=register_content,
        actions=frozenset({"activity.created", "activity.amended", "activity.linked", "activity.confirmed",
                           "activity.ended"}),
    ),
)  # fmt: skip
