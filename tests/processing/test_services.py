from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context, reach
from portal.authz.policy import Permission, Role
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.found import totals_of
from portal.core.language import Language
from portal.core.sought import Words
from portal.core.stale import StaleWrite
from portal.identity.models import User
from portal.journal.models import JournalEntry
from portal.processing import queries, services
from portal.processing.models import ActivityWord
from portal.processing.queries import ActivityFilter, RegisterView
from portal.processing.rules.impact import ImpactNeed
from portal.processing.rules.sheets import ActivityRole, ImpactCriterion
from tests.factories.desk import entity_of, service_of
from tests.factories.register import activity_of, controller_sheet, processor_sheet
from tests.factories.world import vendor_of

pytestmark = pytest.mark.both_databases


@pytest.fixture
def dpo(acting):
    return acting(Role.DPO)


def later(ctx, days):
    return Context(ctx.session, ctx.actor, ctx.now + timedelta(days=days))


def names(ctx, **wanted):
    return [line.name for line in queries.activity_page(ctx, ActivityFilter(**wanted)).rows]


def test_the_register_is_shown_as_of_any_day(dpo):
    first = activity_of(dpo)
    services.amend_activity(later(dpo, 10), first, controller_sheet(name="Boutique du site"))
    services.end_activity(later(dpo, 20), first)
    asked = later(dpo, 30)
    today = dpo.today
    assert names(asked, on=today - timedelta(days=1)) == []
    assert names(asked, on=today) == names(asked, on=today + timedelta(days=9)) == ["Vente en ligne"]
    assert names(asked, on=today + timedelta(days=10)) == ["Boutique du site"]
    assert names(asked, on=today + timedelta(days=20)) == names(asked) == []
    assert names(asked, view=RegisterView.ENDED) == ["Boutique du site"]
    with pytest.raises(Refused, match="terminé"):
        services.amend_activity(asked, first, controller_sheet())
    with pytest.raises(NotFound):
        queries.line_of(asked, first, today - timedelta(days=1))


def test_a_list_tells_today_what_it_would_tell_as_of_today(dpo):
    """The one is read from what is kept of each line, the other is judged again from what it says."""
    whole = activity_of(dpo)
    services.confirm_activity(later(dpo, 1), whole, 1)
    services.assign_activity(dpo, whole, dpo.session.get(User, dpo.actor.id))
    activity_of(dpo, controller_sheet(name="Cantine", purpose="", legal_basis=None))
    activity_of(dpo, controller_sheet(name="Fidélité", data=(), criteria_seen=False))
    activity_of(dpo, processor_sheet())
    asked = later(dpo, 2)
    now, then = (queries.activity_page(asked, ActivityFilter(on=on)).rows for on in (None, asked.today))
    assert now == then
    assert {one.name: one.gaps > 0 for one in now} == {
        "Cantine": True, "Expéditions pour des tiers": False, "Fidélité": True, "Vente en ligne": False,
    }  # fmt: skip
    assert [(one.owner, one.confirmed_on) for one in now if one.activity_id == whole.id] == [
        (dpo.actor.name, later(dpo, 1).today)
    ]
    assert {one.need for one in now if one.role is ActivityRole.PROCESSOR} == {None}


def test_one_statement_serves_every_word_and_none_reads_a_sign_of_a_pattern(dpo):
    activity_of(dpo)
    activity_of(dpo, controller_sheet(name="Cantine d'entreprise"))
    assert names(dpo, words="cantine") == names(dpo, words="entreprise cant") == ["Cantine d'entreprise"]
    assert names(dpo, words="vente") == ["Vente en ligne"]
    assert names(dpo, words="%") == names(dpo, words="_") == names(dpo), "signs are no words"
    assert names(dpo, words="cantine %vente") == []


def test_as_of_a_day_a_line_is_confirmed_as_it_was_that_day(dpo):
    line = activity_of(dpo)
    services.confirm_activity(later(dpo, 5), line, 1)
    services.amend_activity(later(dpo, 10), line, controller_sheet(name="Boutique du site"))
    services.confirm_activity(later(dpo, 15), line, 2)
    asked = later(dpo, 30)

    def confirmed(days):
        day = dpo.today + timedelta(days=days) if days is not None else None
        (told,) = {queries.line_of(asked, line, day).confirmed} | {
            one.confirmed for one in queries.every_line(asked, ActivityFilter(on=day))
        }
        return (told.on - dpo.today).days if told else None

    assert [confirmed(days) for days in (4, 5, 9, 10, 14, 15, None)] == [None, 5, 5, None, None, 15, 15]


def test_of_two_versions_of_one_day_the_last_one_counts(dpo):
    line = activity_of(dpo)
    services.amend_activity(dpo, line, controller_sheet(name="Boutique"))
    assert names(dpo, on=dpo.today) == names(dpo) == ["Boutique"]


def test_a_search_follows_the_words_of_the_last_version(dpo):
    line = activity_of(dpo)
    kept = select(ActivityWord.text).where(ActivityWord.activity_id == line.id)

    def found(typed):
        words = Words(tuple(typed.split()))
        hits = queries.activities_by_words(reach(dpo, Permission.REGISTER_VIEW), words.shape)
        (total,) = totals_of(dpo.session, [hits], words.letters)
        many = dpo.session.execute(hits.many, {**words.letters, "shown": 5}).all()
        assert [row.name for row in many] == [line.name] * total
        return total

    assert [found(typed) for typed in ("vente", "comm ligne", "li comm", "ligne zzz", "boutique")] == [1, 1, 1, 0, 0]
    services.amend_activity(later(dpo, 10), line, controller_sheet(name="Boutique du site", purpose="Vendre"))
    assert set(dpo.session.scalars(kept)) == {"boutique", "du", "site", "vendre"}
    assert [found(typed) for typed in ("boutique", "commandes", "vente")] == [1, 0, 0]


def test_the_same_words_make_no_version(dpo):
    line = activity_of(dpo)
    services.amend_activity(dpo, line, controller_sheet(purpose="  Prendre et livrer les commandes du site \r\n"))
    assert len(queries.versions_of(dpo, line)) == 1


def test_what_changed_waits_to_be_confirmed_again(dpo):
    line = activity_of(dpo)
    services.confirm_activity(dpo, line, 1)
    assert not queries.is_due(line, dpo.today)
    assert line.review_by == dpo.today.replace(year=dpo.today.year + 1)
    assert queries.is_due(line, line.review_by - timedelta(days=30)), "a month ahead it waits again"
    assert not queries.is_late(line, line.review_by)
    assert queries.is_late(line, line.review_by + timedelta(days=1))
    services.amend_activity(dpo, line, controller_sheet(reference="T-12"))
    assert queries.is_due(line, dpo.today)
    assert [number for _one, number in queries.confirmations_of(dpo, line)] == [1]


def test_an_incomplete_line_cannot_be_confirmed_and_one_that_changed_is_read_again(dpo):
    line = activity_of(dpo, controller_sheet(purpose="à compléter"))
    with pytest.raises(Refused, match="Complétez d’abord"):
        services.confirm_activity(dpo, line, 1)
    services.amend_activity(dpo, line, controller_sheet())
    with pytest.raises(StaleWrite):
        services.confirm_activity(dpo, line, 1)
    services.confirm_activity(dpo, line, 2)
    assert queries.register_counts(dpo)[line.legal_entity_id] == queries.RegisterCounts(1, 1, 0, 0)


def test_a_service_that_reaches_outside_the_area_without_anything_keeps_a_line_incomplete(dpo):
    vendor = vendor_of(dpo.session)
    service = service_of(dpo.session, vendor, locations=["IN"], transfer_mechanism="")
    line = activity_of(dpo)
    services.set_services(dpo, line, [service.id])
    assert [gap.field for gap in queries.line_of(dpo, line).gaps] == ["services"]
    service.transfer_mechanism = "scc"
    assert queries.line_of(dpo, line).gaps == ()
    service.transfer_mechanism = "adequacy"
    assert queries.line_of(dpo, line).gaps, "no adequacy decision covers India"
    services.set_services(dpo, line, [])
    assert queries.line_of(dpo, line).services == []
    with pytest.raises(Refused):
        services.set_services(dpo, line, [987654])


def test_counts_and_views_agree(dpo):
    entity = entity_of(dpo.session)
    made = [
        services.create_activity(
            dpo, entity, ActivityRole.CONTROLLER, controller_sheet(name=f"Ligne {rank}", **changes)
        )
        for rank, changes in enumerate(
            ({}, {"purpose": ""}, {"criteria": (ImpactCriterion.SCORING, ImpactCriterion.LARGE)}, {})
        )
    ]
    services.confirm_activity(dpo, made[0], 1)
    counts = queries.register_counts(dpo)[entity.id]
    assert counts == queries.RegisterCounts(lines=4, confirmed=1, to_confirm=3, incomplete=2, impact=1)
    assert counts.to_confirm == len(names(dpo, view=RegisterView.TO_CONFIRM)) == 3
    assert names(dpo, view=RegisterView.TO_COMPLETE) == ["Ligne 1", "Ligne 2"]
    assert names(dpo, view=RegisterView.IMPACT) == ["Ligne 2"]
    assert names(dpo, words="ligne 3", entity_id=entity.id, role=ActivityRole.CONTROLLER) == ["Ligne 3"]
    assert names(dpo, role=ActivityRole.PROCESSOR) == []


def test_what_no_register_can_hold_is_refused(dpo):
    entity = entity_of(dpo.session)
    for changes in (
        {"name": " "}, {"name": "n" * 201}, {"purpose": "p" * 5001}, {"listed": "inventé"},
        {"assessed_on": date(2199, 1, 1)}, {"other_purposes": tuple(map(str, range(600)))},
    ):  # fmt: skip
        with pytest.raises(Refused):
            services.create_activity(dpo, entity, ActivityRole.CONTROLLER, controller_sheet(**changes))
    with pytest.raises(Refused):
        services.create_activity(dpo, entity, ActivityRole.PROCESSOR, controller_sheet())


def test_a_processing_is_not_done_since_a_day_to_come(dpo):
    entity = entity_of(dpo.session)
    for day in (dpo.today + timedelta(days=1), date(2050, 1, 1)):
        with pytest.raises(Refused) as refusal:
            services.create_activity(dpo, entity, ActivityRole.CONTROLLER, controller_sheet(started_on=day))
        assert "Mis en œuvre depuis" in str(refusal.value.sentence)
    activity = activity_of(dpo)
    with pytest.raises(Refused):
        services.amend_activity(dpo, activity, controller_sheet(started_on=date(2050, 1, 1)))
    services.amend_activity(dpo, activity, controller_sheet(started_on=dpo.today))


def test_usual_activities_are_entered_once_and_wait_to_be_confirmed(dpo):
    entity = entity_of(dpo.session)
    given = {"technical": "Chiffrement", "organisational": "Habilitations"}
    made = services.create_usual_activities(dpo, entity, ["paie", "boutique"], Language.FR, **given)
    again = services.create_usual_activities(dpo, entity, ["boutique", "fidelite"], Language.FR, **given)
    assert [one.name for one in made + again] == ["Paie", "Vente en ligne", "Programme de fidélité"]
    assert queries.register_counts(dpo)[entity.id].confirmed == 0
    assert queries.line_of(dpo, made[0]).verdict.need is ImpactNeed.REQUIRED
    with pytest.raises(Refused):
        services.create_usual_activities(dpo, entity, ["inventée"], Language.FR, **given)


def test_every_write_leaves_an_entry_with_the_fields_that_changed(dpo):
    line = activity_of(dpo, processor_sheet())
    services.amend_activity(dpo, line, replace(processor_sheet(), reference="ST-1"))
    services.confirm_activity(dpo, line, 2, "Vu avec la logistique")
    services.assign_activity(dpo, line, None)
    services.end_activity(dpo, line)
    dpo.session.commit()
    found = dpo.session.query(JournalEntry).filter_by(object_type="ProcessingActivity").order_by(JournalEntry.id).all()
    assert [one.action.partition(".")[2] for one in found] == ["created", "amended", "confirmed", "ended"]
    assert (found[1].before, found[1].after) == ({"activity_reference": ""}, {"activity_reference": "ST-1"})


@pytest.mark.parametrize("role", [Role.MANAGEMENT, Role.BUYER, Role.EXPERT, Role.VENDOR_ADMIN, Role.ADMIN])
def test_only_who_edits_the_register_writes_in_it(acting, dpo, role):
    line, other = activity_of(dpo), acting(role)
    with pytest.raises(Forbidden):
        services.create_activity(other, line.legal_entity, ActivityRole.CONTROLLER, controller_sheet())
    with pytest.raises(Forbidden):
        services.amend_activity(other, line, controller_sheet(name="Autre"))
    with pytest.raises((Forbidden, NotFound)):
        services.confirm_activity(other, line, 1)


def test_the_person_named_confirms_a_line_and_no_other(acting, dpo):
    mine, other, buyer = activity_of(dpo), activity_of(dpo), acting(Role.BUYER)
    services.assign_activity(dpo, mine, next(one for one in queries.reviewers(dpo) if one.id == buyer.actor.id))
    services.confirm_activity(buyer, mine, 1)
    with pytest.raises(NotFound):
        services.confirm_activity(buyer, other, 1)
    assert buyer.can(Permission.REGISTER_VIEW, other)


def test_the_whole_register_is_as_long_as_its_counts_say_of_one_entity_and_of_all(dpo):
    one, other = entity_of(dpo.session, key="maison"), entity_of(dpo.session, key="filiale", name="Filiale")
    lines = [
        services.create_activity(dpo, entity, ActivityRole.CONTROLLER, controller_sheet(name=f"Ligne {n}"), ())
        for n, entity in enumerate((one, one, one, one, other))
    ]
    services.amend_activity(dpo, lines[0], controller_sheet(name="Autrement dite"))
    services.end_activity(dpo, lines[1])
    counts = queries.register_counts(dpo)
    for entity, expected in ((one.id, 3), (other.id, 1), (None, 4)):
        wanted = ActivityFilter(entity_id=entity)
        assert wanted.is_whole
        told = sum(count.lines for number, count in counts.items() if entity in {None, number})
        assert told == queries.activity_page(dpo, wanted).total == expected
    narrower = {"words": "ligne"}, {"view": RegisterView.ENDED}, {"on": dpo.today}, {"role": ActivityRole.PROCESSOR}
    for narrow in narrower:
        assert not ActivityFilter(**narrow).is_whole


def test_a_page_of_the_register_is_read_in_the_order_of_its_index(dpo, plans):
    """The whole register was put in order to show twenty-five lines of it."""
    activity_of(dpo)
    plans.clear()
    assert names(dpo)
    assert "ix_processing_activity_listed" in plans[0]
    assert "TEMP B-TREE" not in plans[0]
