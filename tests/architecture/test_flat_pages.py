"""A long list costs no more statements than a short one: every list page, counted with 10 and with 10,000 vendors."""

import pytest

from bench.measure import statements
from bench.world import World, world
from portal.authz.policy import Role
from portal.core import process
from portal.core.config import Settings
from portal.questionnaires import catalogue

PAGES = (
    (Role.DPO, "/sous-traitants"),
    (Role.DPO, "/sous-traitants?q=prestataire"),
    (Role.DPO, "/audits"),
    (Role.DPO, "/audits?vue=chez-le-prestataire"),
    (Role.DPO, "/audits/constats"),
    (Role.DPO, "/contrats"),
    (Role.DPO, "/retractation/echantillons"),
    (Role.DPO, "/retractation/tests"),
    (Role.DPO, "/retractation/tests/plans"),
    (Role.DPO, "/campagnes"),
    (Role.DPO, "/campagnes/{campaign}"),
    (Role.DPO, "/"),
    (Role.MANAGEMENT, "/portefeuille"),
    (Role.VENDOR_ADMIN, "/espace/"),
    (Role.VENDOR_ADMIN, "/espace/audits/{audit}"),
    (Role.VENDOR_ADMIN, "/espace/audits/{audit}/sections/{section}"),
)


@pytest.fixture(autouse=True)
def _process_as_found(portal_settings: Settings):
    yield
    process.prepare(portal_settings)


FIRST_SECTION = catalogue.load()["socle-rgpd"].sections[0].key


def counts(made: World) -> dict[str, int]:
    """The statements of each page, once it is warm."""
    found = {}
    for role, pattern in PAGES:
        client = made.client(role)
        path = pattern.format(campaign=made.campaign_id, audit=made.audit_id, section=FIRST_SECTION)
        assert client.get(path).status_code == 200, path
        found[pattern] = statements(made.database.engine, lambda c=client, p=path: c.get(p))
    return found


def test_list_pages_cost_the_same_statements_with_10_and_with_10_000_vendors():
    with world(10) as few, world(10_000) as many:
        short, long = counts(few), counts(many)
    assert short == long
    assert all(number <= 20 for number in short.values()), short
