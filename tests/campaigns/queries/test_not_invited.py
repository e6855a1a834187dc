import pytest

from portal.audits.rules import AuditState
from portal.authz.policy import Role
from portal.campaigns import queries, services
from tests.factories.campaigns import account_at, campaign_of, contact_named, started_wave
from tests.factories.people import user_of
from tests.factories.world import audit_of, vendor_of

pytestmark = pytest.mark.both_databases


def wave_over(ctx, *vendors):
    return started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id for vendor in vendors]}))


def reasons(ctx, wave):
    return {one.name: one.reason for one in queries.unreached(ctx, wave)}


def test_each_vendor_nobody_could_write_to_comes_with_what_to_do(ctx):
    names = ("Sans contact", "Adresse prise", "Compte fermé", "Contact ajouté")
    bare, shared, closed, added = (vendor_of(ctx.session, name=name) for name in names)
    contact_named(ctx.session, shared, user_of(ctx.session, Role.BUYER).email)
    left = account_at(ctx.session, closed, disabled_at=ctx.now)
    contact_named(ctx.session, closed, left.email).user_id = left.id
    wave = wave_over(ctx, bare, shared, closed, added)
    contact_named(ctx.session, added, "enfin@un.test")
    found = reasons(ctx, wave)
    assert [found[name].split(" : ")[0].rstrip(".") for name in names] == [
        "Aucun contact",
        "L'adresse de son contact est celle d'un compte interne ou fermé",
        "Le compte de son contact est fermé",
        "Un contact peut maintenant être invité",
    ]
    assert services.invite_unreached(ctx, wave) == 1, "and that is the one"


def test_a_vendor_that_was_reached_is_no_longer_listed(ctx):
    vendor = vendor_of(ctx.session)
    wave = wave_over(ctx, vendor)
    contact_named(ctx.session, vendor, "enfin@un.test")
    services.invite_unreached(ctx, wave)
    ctx.session.flush()
    assert reasons(ctx, wave) == {}


def test_the_list_is_short_and_costs_three_statements(ctx, statements):
    wave = wave_over(ctx, *(vendor_of(ctx.session, name=f"Silencieux {n:02}") for n in range(12)))
    ctx.session.commit()
    statements.clear()
    assert len(queries.unreached(ctx, wave)) == 10
    assert len(statements) == 3


def test_those_left_alone_are_named_with_the_audit_under_way(ctx, statements):
    busy = [vendor_of(ctx.session, name=f"Occupé {n}") for n in range(3)]
    audits = [audit_of(ctx.session, vendor, state=AuditState.RETURNED) for vendor in busy]
    wave = wave_over(ctx, *busy)
    ctx.session.commit()
    ctx.session.expunge_all()
    statements.clear()
    found = queries.skipped(ctx, wave)
    assert [(one.vendor.name, one.audit.id) for one in found] == [
        (f"Occupé {n}", audit_id) for n, audit_id in enumerate(a.id for a in audits)
    ]
    assert len(statements) == 1
