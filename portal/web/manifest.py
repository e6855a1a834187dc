"""What a domain brings to the application, declared in its `domain.py` and read by `portal.app` and `portal.cli`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import click
from flask import Blueprint, Flask, current_app, url_for

from portal.authz.policy import Permission


@dataclass(frozen=True, kw_only=True)
class NavigationEntry:
    """One entry of the navigation."""

    order: int
    """Where it stands among the entries of all domains, smallest first."""
    endpoint: str
    label: str
    """Marked with `N_`."""
    permission: Permission
    icon: str


@dataclass(frozen=True, kw_only=True)
class FindingOrigin:
    """A page that findings are opened from when it is not an audit; the findings' pages link to it."""

    label: str
    """The words of the link, marked with `N_`."""
    endpoint: str
    argument: str
    """The argument of the endpoint that receives the number of the row."""

    def url(self, number: int | None) -> str:
        """The address of one of these pages."""
        arguments: dict[str, Any] = {self.argument: number}
        return url_for(self.endpoint, **arguments)


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
    commands: tuple[click.Command, ...] = ()
    subscriptions: Mapping[type, tuple[str, ...]] = field(default_factory=dict)
    """Tasks of this domain that answer an event, its own or that of a domain below."""
    finding_origins: Mapping[str, FindingOrigin] = field(default_factory=dict)
    """By the word kept in `finding.origin`."""


def navigation_of(domains: Iterable[Domain]) -> tuple[NavigationEntry, ...]:
    """The entries of all domains in the order of the page; two at the same place are an error."""
    entries = sorted((entry for domain in domains for entry in domain.navigation), key=lambda entry: entry.order)
    if len({entry.order for entry in entries}) != len(entries):
        raise ValueError("two entries of the navigation have the same order")
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


def install_finding_origins(app: Flask, domains: Iterable[Domain]) -> None:
    """Keep with the application where findings may come from."""
    app.extensions["vigie.finding_origins"] = {
        key: origin for domain in domains for key, origin in domain.finding_origins.items()
    }


def finding_origin(key: str) -> FindingOrigin | None:
    """Where a finding of this origin was opened; none for an audit, or for a domain that is no longer there."""
    origins: Mapping[str, FindingOrigin] = current_app.extensions["vigie.finding_origins"]
    return origins.get(key)
