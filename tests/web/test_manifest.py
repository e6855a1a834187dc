"""What domains declare of themselves, and that the application holds it once however often it is made."""

from dataclasses import dataclass, replace

import pytest

from portal.app import DOMAINS, create_app
from portal.audits.events import AuditSubmitted
from portal.authz.policy import Permission, Role
from portal.core.language import Language
from portal.core.translation import translate
from portal.jobs import ledger
from portal.jobs.schedule import TICKS
from portal.journal import wording
from portal.web import manifest
from portal.web.manifest import Domain, NavigationEntry


@dataclass(frozen=True)
class Happened:
    number: int


def test_the_entries_of_all_domains_are_read_in_their_order_and_two_at_one_place_are_refused():
    entry = NavigationEntry(order=20, endpoint="a.index", label="A", permission=Permission.HOME_VIEW, icon="house")
    first = replace(entry, order=10, endpoint="b.index")
    found = manifest.navigation_of([Domain(navigation=(entry,)), Domain(navigation=(first,))])
    assert [one.endpoint for one in found] == ["b.index", "a.index"]
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
    assert again.extensions["vigie.finding_origins"] == app.extensions["vigie.finding_origins"]


@pytest.mark.parametrize("key", ["case_sample", "mystery_test"])
def test_the_domains_say_where_findings_come_from_in_both_languages(app, key):
    with app.test_request_context():
        origin = manifest.finding_origin(key)
        assert origin.url(7).endswith("/7")
        assert manifest.finding_origin("audit") is None
    assert translate(origin.label, Language.FR) != translate(origin.label, Language.EN)


def test_no_page_is_declared_by_two_domains_and_no_origin_either():
    pages = [page for domain in DOMAINS for under in domain.pages_under.values() for page in under]
    origins = [key for domain in DOMAINS for key in domain.finding_origins]
    assert len(pages) == len(set(pages))
    assert len(origins) == len(set(origins))


@pytest.mark.parametrize(
    "path", ["/retractation/echantillons", "/retractation/calculateur", "/retractation/tests", "/retractation/guide"]
)
def test_the_pages_of_withdrawals_stand_under_one_entry_whatever_their_domain(as_, path):
    page = as_(Role.LEGAL).get(path)
    entries = page.all("//nav[not(contains(@class, 'tabs'))]//a[@aria-current='page']/@href")
    assert "/retractation/" in entries
