"""What a domain brings to the application, declared in its `domain.py` and read by `portal.app` and `portal.cli`."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from enum import Enum
from functools import cached_property
from types import ModuleType
from typing import Any, TypeAlias

import click
from flask import Blueprint, Flask, current_app

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.found import Found
from portal.core.language import N_
from portal.core.pages import Page
from portal.core.sought import Words
from portal.web.file_parts import FilePart


class NavigationGroup(Enum):
    """What people come to do, in the order of the page; entries of one group stand under its name.

    The value is that name, marked with `N_`; a group whose person may open one entry only is that entry.
    """

    HOME = N_("Accueil")
    VENDORS = N_("Sous-traitants")
    AUDITS = N_("Audits")
    CONTRACTS = N_("Contrats")
    CUSTOMERS = N_("Relation client")
    STEERING = N_("Pilotage")
    SETTINGS = N_("Réglages")


@dataclass(frozen=True, kw_only=True)
class NavigationEntry:
    """One entry of the navigation."""

    group: NavigationGroup
    order: int
    """Where it stands among the entries of its group, smallest first."""
    endpoint: str
    label: str
    """Marked with `N_`."""
    permission: Permission
    icon: str
    is_shown: Callable[[Context], bool] | None = None
    """Whether it is in the menu at all, for what an organisation may leave off; asked of whoever may open it."""


@dataclass(frozen=True, kw_only=True)
class FindingSighting:
    """One time the gap of a finding was seen, as the finding's page shows it."""

    at: datetime
    place: str
    """« l'audit du 3 mars 2026 », in the reader's language."""
    link: str
    """The words of the link to the page that shows it, in the reader's language."""
    url: str
    number: str = ""
    """Number of the question that was answered, when it was one."""
    question: str = ""
    """Its text, in the reader's language."""


@dataclass(frozen=True, kw_only=True)
class SearchHit:
    """One thing that a search found, as the list shows it."""

    title: str
    detail: str
    """What tells it from another of the same title, in the reader's language."""
    url: str


@dataclass(frozen=True, kw_only=True)
class Hits:
    """What a search finds of one kind: how it is asked, and how a row of it is shown."""

    found: Found
    """Written once for all who reach the same, and bounded by what they reach."""
    show: Callable[[Any], tuple[str, str]]
    """Title and detail of one of its rows, which have an `id` (`SearchHit`)."""
    page: tuple[str, str]
    """Endpoint of the page of one of these things, and the argument that takes its number."""
    asked: Mapping[str, Any] = field(default_factory=dict)
    """What its statements are asked with, beside the letters of the words."""


FindHits: TypeAlias = Callable[[Context, Words], Hits]
"""How the things within reach that have all these words are found."""


@dataclass(frozen=True, kw_only=True)
class Searchable:
    """A kind of things that the search looks among."""

    order: int
    """Where it stands among the kinds of all domains, smallest first."""
    label: str
    """Marked with `N_`."""
    permission: Permission
    """What whoever opens one of these things must hold; `find` is bounded by the same."""
    find: FindHits


@dataclass(frozen=True)
class DatedWords:
    """What a calendar says of a thing that falls due, in the reader's language, and where it leads."""

    title: str
    detail: str
    url: str


@dataclass(frozen=True)
class DatedThing:
    """Something that falls due on a day, as a calendar shows it."""

    key: str
    """Its identity among all of them, which stays when its day moves (« audit-12 »)."""
    day: date
    tell: Callable[[], DatedWords]
    """Called for what is shown: a page shows few of those there are."""

    @cached_property
    def words(self) -> DatedWords:
        """What is said of it."""
        return self.tell()


FindDates: TypeAlias = Callable[[Context, date, date, int], Sequence[DatedThing]]
"""What falls due within reach from a day to another, both included, the soonest first; so many at most."""
FindDays: TypeAlias = Callable[[Context, date, date, int], Sequence[date]]
"""The days of the same things, one for each, in the same order."""


@dataclass(frozen=True, kw_only=True)
class DatedKind:
    """A kind of things with a day, which calendars show."""

    permission: Permission
    """What whoever opens one of these things must hold; `find` is bounded by the same."""
    find: FindDates
    days: FindDays | None = None
    """Counts them by day and opens none; without it, all are found to be counted."""


SightingsOf: TypeAlias = Callable[[Context, int], Iterable[FindingSighting]]
"""Reads where the gap of a finding, by its number, was seen in one domain."""


@dataclass(frozen=True, kw_only=True)
class QuestionnaireUse:
    """A thing that asks a questionnaire: an audit, a campaign."""

    title: str
    detail: str
    """In the reader's language."""
    url: str
    is_live: bool
    """Whether it is still under way."""


UsesOf: TypeAlias = Callable[[Context, str, int], Page[QuestionnaireUse] | None]
"""What asks the questionnaire of this key, within reach, those under way first; so many at most, and how many.

None for whoever may see no such thing: that is not « none »."""


StagesOf: TypeAlias = Callable[[], Mapping[str, str]]
"""The stage of the relation with consumers that the subjects of findings belong to, for those that have one."""


LastCheckOf: TypeAlias = Callable[[Context, int], datetime | None]
"""When a vendor, by its number, was last checked by one domain; none when it never was."""


@dataclass(frozen=True)
class LastWrite:
    """The last change of a row: who made it (empty when the reader may not know it), and when."""

    by: str
    at: datetime


LastWriteOf: TypeAlias = Callable[[Context, Any, Collection[str]], LastWrite | None]
"""Reads the last change of a row, preferably of these columns."""


@dataclass(frozen=True, kw_only=True)
class Domain:
    """Everything that the composition root must know of one domain."""

    blueprints: tuple[Blueprint, ...] = ()
    tasks: tuple[ModuleType, ...] = ()
    """Modules imported so that their tasks and ticks are registered."""
    wording: tuple[ModuleType, ...] = ()
    """Modules imported so that the journal can name what the domain writes."""
    navigation: tuple[NavigationEntry, ...] = ()
    pages_under: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Pages of this domain by the entry they are found under, where it is not the « index » of their own blueprint."""
    entry: str = ""
    """The entry that the pages of its blueprints are found under, when the domain has none of its own."""
    searchables: tuple[Searchable, ...] = ()
    dated: tuple[DatedKind, ...] = ()
    file_parts: tuple[FilePart, ...] = ()
    """What it puts in the file for the authority."""
    commands: Callable[[], tuple[click.Command, ...]] = tuple
    """Its commands, of modules that are loaded when one is given (`portal.core.late`)."""
    subscriptions: Mapping[type, tuple[str, ...]] = field(default_factory=dict)
    """Tasks of this domain that answer an event, its own or that of a domain below."""
    finding_sightings: Mapping[str, SightingsOf] = field(default_factory=dict)
    """How to read where findings were seen, by the kind of their source (`FindingSource.kind`)."""
    finding_stages: StagesOf | None = None
    """Which stage of the relation with consumers the subjects of this domain's findings belong to."""
    last_check: LastCheckOf | None = None
    """When this domain last checked a vendor to the end: an audit accepted, a sample measured, a test concluded."""
    questionnaire_uses: Mapping[str, UsesOf] = field(default_factory=dict)
    """How to read what asks a questionnaire, by the name of these things, marked with `N_`."""
    last_write: LastWriteOf | None = None
    """How to read who changed a row last, for the one domain that knows it."""


def navigation_of(domains: Iterable[Domain]) -> tuple[NavigationEntry, ...]:
    """The entries of all domains in the order of the page; two at the same place are an error."""
    places = {group: place for place, group in enumerate(NavigationGroup)}
    entries = sorted(
        (entry for domain in domains for entry in domain.navigation), key=lambda e: (places[e.group], e.order)
    )
    if len({(entry.group, entry.order) for entry in entries}) != len(entries):
        raise ValueError("two entries of one group of the navigation have the same order")
    return tuple(entries)


def entry_of_page(domains: Iterable[Domain]) -> dict[str, str]:
    """The entry of the navigation of each page that declares one."""
    return {page: entry for domain in domains for entry, pages in domain.pages_under.items() for page in pages}


def entry_of_blueprint(domains: Iterable[Domain]) -> dict[str, str]:
    """The entry of the navigation of each blueprint whose domain has none of its own."""
    return {blueprint.name: domain.entry for domain in domains if domain.entry for blueprint in domain.blueprints}


def subscriptions_of(domains: Iterable[Domain]) -> dict[type, tuple[str, ...]]:
    """Every event with the tasks that answer it, in the order of the domains."""
    found: dict[type, tuple[str, ...]] = {}
    for domain in domains:
        for event, kinds in domain.subscriptions.items():
            found[event] = (*found.get(event, ()), *kinds)
    return found


def install_searchables(app: Flask, domains: Iterable[Domain]) -> None:
    """Keep with the application what its domains offer to the search, in the order of the page."""
    kinds = [kind for domain in domains for kind in domain.searchables]
    app.extensions["vigie.searchables"] = sorted(kinds, key=lambda kind: kind.order)


def searchables(ctx: Context) -> list[Searchable]:
    """The kinds of things of which this person may open some."""
    kinds: list[Searchable] = current_app.extensions["vigie.searchables"]
    return [kind for kind in kinds if ctx.can(kind.permission)]


def install_dated(app: Flask, domains: Iterable[Domain]) -> None:
    """Keep with the application what its domains have with a day."""
    app.extensions["vigie.dated"] = [kind for domain in domains for kind in domain.dated]


def dated_things(ctx: Context) -> list[DatedKind]:
    """The kinds of things with a day of which this person may open some."""
    kinds: list[DatedKind] = current_app.extensions["vigie.dated"]
    return [kind for kind in kinds if ctx.can(kind.permission)]


def install_file_parts(app: Flask, domains: Iterable[Domain]) -> None:
    """Keep with the application what its domains put in the file for the authority, in the order of the file."""
    parts = [part for domain in domains for part in domain.file_parts]
    app.extensions["vigie.file_parts"] = sorted(parts, key=lambda part: part.order)


def file_parts() -> list[FilePart]:
    """Every part of the file for the authority, in its order, whoever may read it."""
    parts: list[FilePart] = current_app.extensions["vigie.file_parts"]
    return parts


def install_finding_sightings(app: Flask, domains: Iterable[Domain]) -> None:
    """Keep with the application how to read where findings were seen."""
    app.extensions["vigie.finding_sightings"] = {
        kind: sightings_of for domain in domains for kind, sightings_of in domain.finding_sightings.items()
    }


def finding_sightings(ctx: Context, finding_id: int) -> list[FindingSighting]:
    """Where the gap of a finding was seen, the first time first."""
    readers: Mapping[str, SightingsOf] = current_app.extensions["vigie.finding_sightings"]
    found = [sighting for sightings_of in readers.values() for sighting in sightings_of(ctx, finding_id)]
    return sorted(found, key=lambda sighting: sighting.at)


def install_finding_stages(app: Flask, domains: Iterable[Domain]) -> None:
    """Keep with the application how to read the stage that the subject of a finding belongs to."""
    app.extensions["vigie.finding_stages"] = [one.finding_stages for one in domains if one.finding_stages is not None]


def finding_stages() -> dict[str, str]:
    """The stage of each subject of findings that has one, whatever the domain that opens them."""
    readers: Iterable[StagesOf] = current_app.extensions["vigie.finding_stages"]
    return {subject: stage for stages_of in readers for subject, stage in stages_of().items()}


def install_last_check(app: Flask, domains: Iterable[Domain]) -> None:
    """Keep with the application how to read when a vendor was last checked."""
    app.extensions["vigie.last_check"] = [one.last_check for one in domains if one.last_check is not None]


def last_check(ctx: Context, vendor_id: int) -> datetime | None:
    """When a vendor was last checked to the end; none when nobody ever looked. The caller has checked its reach."""
    readers: Iterable[LastCheckOf] = current_app.extensions["vigie.last_check"]
    return max((at for read in readers if (at := read(ctx, vendor_id)) is not None), default=None)


def install_questionnaire_uses(app: Flask, domains: Iterable[Domain]) -> None:
    """Keep with the application how to read what asks a questionnaire."""
    app.extensions["vigie.questionnaire_uses"] = {
        name: uses_of for domain in domains for name, uses_of in domain.questionnaire_uses.items()
    }


def questionnaire_uses(ctx: Context, key: str, most: int) -> dict[str, Page[QuestionnaireUse]]:
    """What asks a questionnaire, by the name of these things; those that its reader may not see are left out."""
    readers: Mapping[str, UsesOf] = current_app.extensions["vigie.questionnaire_uses"]
    found = {name: uses_of(ctx, key, most) for name, uses_of in readers.items()}
    return {name: uses for name, uses in found.items() if uses is not None}


def install_last_write(app: Flask, domains: Iterable[Domain]) -> None:
    """Keep with the application how to read who changed a row last."""
    app.extensions["vigie.last_write"] = next(one.last_write for one in domains if one.last_write is not None)


def last_write(ctx: Context, row: Any, columns: Collection[str]) -> LastWrite | None:
    """The last change of a row, of these columns when one is known; the caller has checked that the actor sees it."""
    read: LastWriteOf = current_app.extensions["vigie.last_write"]
    return read(ctx, row, columns)
