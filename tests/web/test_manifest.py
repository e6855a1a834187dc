"""What domains declare of themselves, and that the application holds it once however often it is made."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from portal.app import DOMAINS, create_app
from portal.audits.events import AuditSubmitted
from portal.authz.policy import Permission, Role
from portal.jobs import ledger
from portal.jobs.schedule import TICKS
from portal.journal import wording
from portal.web import manifest
from portal.web.manifest import Domain, FindingSighting, NavigationEntry, NavigationGroup


@dataclass(frozen=True)
class Happened:
    number: int


def test_the_entries_of_all_domains_are_read_in_their_order_and_two_at_one_place_are_refused():
    entry = NavigationEntry(
        group=NavigationGroup.AUDITS, order=20, endpoint="a.index", label="A", permission=Permission.HOME_VIEW,
        icon="house",
    )  # fmt: skip
    first = replace(entry, order=10, endpoint="b.index")
    last = replace(entry, group=NavigationGroup.SETTINGS, endpoint="c.index")
    found = manifest.navigation_of([Domain(navigation=(last, entry)), Domain(navigation=(first,))])
    assert [one.endpoint for one in found] == ["b.index", "a.index", "c.index"]
    with pytest.raises(ValueError, match="same order"):
        manifest.navigation_of([Domain(navigation=(entry,)), Domain(navigation=(entry,))])


def test_an_event_is_answered_by_every_domain_that_says_so_in_their_order():
    lower, upper = Domain(subscriptions={Happened: ("a.one", "a.two")}), Domain(subscriptions={Happened: ("b.one",)})
    assert manifest.subscriptions_of([lower, upper]) == {Happened: ("a.one", "a.two", "b.one")}


def test_what_answers_a_submission_and_in_which_order(app):
    assert ledger.SUBSCRIPTIONS[AuditSubmitted] == (
        "audits.receipt", "audits.tell_reviewers", "scorecards.on_submission",
    )  # fmt: skip


def test_a_subscription_to_a_task_that_does_not_exist_is_refused(monkeypatch):
    monkeypatch.setattr(ledger, "SUBSCRIPTIONS", {})
    with pytest.raises(ValueError, match=r"audits\.nothing"):
        ledger.subscribe({Happened: ("audits.nothing",)})
    assert ledger.SUBSCRIPTIONS == {}


def test_making_the_application_again_leaves_what_is_registered_as_it_was(app, portal_settings, monkeypatch):
    def registered():
        return (
            dict(ledger.REGISTRY), dict(ledger.SUBSCRIPTIONS), dict(TICKS),
            *(dict(words) for words in (wording.ACTIONS, wording.OBJECTS, wording.FAMILIES, wording.FIELDS)),
        )  # fmt: skip

    before = registered()
    monkeypatch.setitem(ledger.SUBSCRIPTIONS, Happened, ("audits.receipt",))
    again = create_app(portal_settings, app.extensions["vigie.database"])
    assert registered() == before
    assert again.extensions["vigie.finding_sightings"] == app.extensions["vigie.finding_sightings"]


def test_where_a_finding_was_seen_is_asked_of_every_domain_and_told_in_the_order_of_time(app, ctx, monkeypatch):
    def sightings_of(place, day):
        return lambda _ctx, _finding_id: [
            FindingSighting(at=datetime(2026, 1, day, tzinfo=UTC), place=place, link="Voir", url="/")
        ]

    readers = {"a": sightings_of("second", 2), "b": sightings_of("first", 1), "c": lambda _ctx, _finding_id: []}
    monkeypatch.setitem(app.extensions, "vigie.finding_sightings", readers)
    with app.test_request_context():
        assert [sighting.place for sighting in manifest.finding_sightings(ctx, 1)] == ["first", "second"]


def test_no_page_is_declared_by_two_domains_and_no_source_of_findings_either():
    pages = [page for domain in DOMAINS for under in domain.pages_under.values() for page in under]
    sources = [kind for domain in DOMAINS for kind in domain.finding_sightings]
    assert len(pages) == len(set(pages))
    assert len(sources) == len(set(sources))


@pytest.mark.parametrize(
    "path", ["/retractation/echantillons", "/retractation/calculateur", "/retractation/tests", "/retractation/guide"]
)
def test_the_pages_of_withdrawals_stand_under_one_entry_whatever_their_domain(as_, path):
    page = as_(Role.LEGAL).get(path)
    entries = page.all("//nav[not(contains(@class, 'tabs'))]//a[@aria-current='page']/@href")
    assert "/retractation/" in entries
