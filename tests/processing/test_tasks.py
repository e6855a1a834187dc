from datetime import timedelta

import pytest

from portal.authz.context import Context
from portal.authz.policy import Role
from portal.core.landing import Landing
from portal.identity.models import User
from portal.jobs.models import Mail
from portal.notices.models import Notice
from portal.notices.services import write_digests
from portal.processing import queries, services
from portal.processing.queries import ActivityFilter, ConfirmedBy, RegisterView
from portal.processing.tasks import note_reviews
from tests.factories.register import activity_of, controller_sheet

pytestmark = pytest.mark.both_databases


def test_each_person_is_told_once_a_month_of_the_lines_that_wait(app, acting, ctx):
    dpo, buyer = acting(Role.DPO), acting(Role.BUYER)
    mine, _nobodys = activity_of(dpo), activity_of(dpo, controller_sheet(name="Paie"))
    services.assign_activity(dpo, mine, next(one for one in queries.reviewers(dpo) if one.id == buyer.actor.id))
    left = activity_of(dpo, controller_sheet(name="Recrutement"))
    gone = ctx.session.get(User, acting(Role.LEGAL).actor.id)
    services.assign_activity(dpo, left, gone)
    own = activity_of(dpo, controller_sheet(name="Cantine"))
    services.assign_activity(dpo, own, ctx.session.get(User, dpo.actor.id))
    gone.disabled_at = ctx.now
    ctx.session.flush()
    assert note_reviews(ctx, ctx.today) == 3
    assert note_reviews(ctx, ctx.today) == 0, "once a month"
    told = {(one.user_id, one.template.rpartition("_")[2]): one.values for one in ctx.session.query(Notice)}
    assert {who: values["count"] for who, values in told.items()} == {
        (buyer.actor.id, "review"): 1, (dpo.actor.id, "review"): 1, (dpo.actor.id, "nobody"): 2,
    }  # fmt: skip
    for (user_id, _kind), values in told.items():
        asked = dict(Landing.read(values["page"]).arguments)
        reader = buyer if user_id == buyer.actor.id else dpo
        wanted = ActivityFilter(view=RegisterView(asked["vue"]), by=ConfirmedBy(asked["pour"]))
        assert len(queries.every_line(reader, wanted)) == values["count"], "the page told of shows what is counted"
    assert queries.review_counts(dpo).mine == told[dpo.actor.id, "review"]["count"]
    write_digests(ctx, [buyer.actor.id, dpo.actor.id])
    assert ctx.session.query(Mail).count() == 2, "what is about no vendor is told too"
    services.confirm_activity(buyer, mine, 1)
    later = Context(ctx.session, ctx.actor, ctx.now + timedelta(days=40))
    services.confirm_activity(dpo, own, 1)
    assert note_reviews(later, later.today) == 1, "only the lines of nobody are left"


def test_the_home_page_says_the_share_confirmed_and_what_one_has_to_confirm(as_, acting, session):
    dpo = acting(Role.DPO)
    assert queries.review_counts(dpo).share is None
    lines = [activity_of(dpo, controller_sheet(name=f"Ligne {rank}")) for rank in range(3)]
    services.confirm_activity(dpo, lines[0], 1)
    client = as_(Role.BUYER)
    services.assign_activity(dpo, lines[1], client.user)
    session.commit()
    assert queries.review_counts(dpo).share == 33
    shown = client.get("/").words
    assert "Ligne 1" in shown
    assert "% des fiches du registre confirmées dans l’année" in shown
