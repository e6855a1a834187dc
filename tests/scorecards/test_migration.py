"""Vendors of before were known by the last measure of any questionnaire; now by the weakest of those that count."""

from dataclasses import replace

from sqlalchemy import select, text

from portal.audits import queries as audits
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Permission
from portal.core import migrating
from portal.core.db import Database
from portal.questionnaires.rules.parsing import parse_questionnaire
from portal.scorecards import services
from portal.vendors.models import Vendor
from tests.conftest import NOW
from tests.factories.questionnaires import published, raw_document, raw_question
from tests.factories.review import sent_case
from tests.factories.world import audit_of

BEFORE = "0079"
VENDORS = "SELECT name, grade, level_points, residual_points FROM vendor ORDER BY name"
MONTHS = "SELECT vendors, points FROM portfolio_month ORDER BY month DESC LIMIT 1"


def test_a_level_that_a_short_questionnaire_raised_comes_back_and_goes_back_as_it_was(lasting_url, app):
    store = Database.at(lasting_url)
    with store.session(write=True) as session:
        ctx = Context(session, SYSTEM, NOW)
        weak, other = sent_case(session, a_contrat="non"), sent_case(session, name="Autre Maison")
        question = raw_question("a.un", "text", required=False)
        short = published(session, parse_questionnaire(raw_document(question, key="bref")))
        audit = audit_of(session, weak.vendor, questionnaire_version_id=short.id, opened_at=NOW)
        free = replace(weak, audit=audits.get_audit(ctx, audit.id, to=Permission.AUDIT_VIEW))
        free.send()
        for case in (weak, other, free):
            services.take_snapshot(ctx, case.audit, reason="submitted")
        session.commit()
        rows = session.execute(select(Vendor.name, Vendor.grade, Vendor.level_points, Vendor.residual_points))
        today = sorted(map(tuple, rows))
    migrating.downgrade(store, BEFORE)
    with store.engine.begin() as db:
        assert sorted(map(tuple, db.execute(text(VENDORS)))) == [today[0], ("Nuage Clair SAS", "", 0, 40_000)]
        assert tuple(db.execute(text(MONTHS)).one()) == (2, today[0][2])
    migrating.upgrade(store)
    with store.engine.begin() as db:
        assert sorted(map(tuple, db.execute(text(VENDORS)))) == today
        assert tuple(db.execute(text(MONTHS)).one()) == (2, today[0][2] + today[1][2])
    store.engine.dispose()
