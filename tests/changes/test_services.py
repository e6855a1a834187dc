"""From what a vendor writes to the chain: nothing counts that nobody decided, and no deadline comes from nowhere."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.chain.models import ChainCompany, ChainLink, LinkSource, NameVerdict
from portal.chain.queries import chain_world
from portal.chain.rules.transfer_tools import ClauseModule, TransferTool
from portal.chain.services import TransferSheet, company_of_vendor, enter_companies, frame_transfer, judge_names
from portal.changes import queries, services
from portal.changes.change_page import change_page
from portal.changes.held_companies import held_companies
from portal.changes.models import AnnouncedChange, ChangeMove, ChangeSource
from portal.changes.rules.deadlines import DeadlineVerdict
from portal.changes.rules.difference import MoveOutcome
from portal.changes.rules.life import ChangeDecision, ChangeState, MoveKind, MoveStanding, Opinion
from portal.changes.services import DecisionSheet, MoveSheet, SentAnswer, recording
from portal.changes.tasks import count, note_changes, on_delay
from portal.core.clock import legal_date
from portal.core.errors import Forbidden, NotFound, Refused
from portal.identity.models import User
from portal.journal.models import JournalEntry
from portal.notices.models import Notice
from portal.paper.rules.contract_delays import DelayFigure, DelayKind, DelayUnit
from portal.paper.services import DelayWord, confirm_delay
from portal.vendors.models import SubProcessor
from tests.conftest import NOW
from tests.factories.changes import WHY, announced, decided, studied
from tests.factories.delays import drafted_contract, unread_contract
from tests.factories.people import user_of
from tests.factories.world import contact_of, vendor_of

pytestmark = pytest.mark.both_databases
ELSEWHERE = SentAnswer(from_here=False, at=NOW, how="Lettre recommandée")


def engages(ctx, vendor, name, country="FR"):
    """A link of the vendor to a company, as a list says it."""
    above = company_of_vendor(ctx, vendor)
    number = enter_companies(ctx, [name], countries={name: country})[name]
    link = ChainLink(
        engaging_id=above.id, engaged_id=number, service="", countries=country, source_kind=LinkSource.LIST,
        valid_from=legal_date(NOW) - timedelta(days=400),
    )  # fmt: skip
    ctx.session.add(link)
    ctx.session.flush()
    return link


def at(ctx, moment):
    return type(ctx)(ctx.session, ctx.actor, moment)


# --- the deadline


def test_without_a_contract_the_deadline_is_unknown_and_never_green(session, dpo):
    change = announced(dpo, vendor_of(session))
    page = change_page(dpo, change)
    assert (page.before, change.object_before, page.verdict) == (None, None, DeadlineVerdict.UNKNOWN)


def test_a_contract_that_nobody_has_read_gives_no_deadline(session, dpo):
    vendor = vendor_of(session)
    unread_contract(session, vendor)
    page = change_page(dpo, announced(dpo, vendor))
    assert page.before is None
    assert [line.deadline for line in page.lines] == [None]


def test_the_soonest_of_the_contracts_in_force_counts(session, dpo):
    vendor = vendor_of(session)
    drafted_contract(session, vendor)
    drafted_contract(session, vendor, "Il peut s'opposer dans les dix (10) jours.")
    change = announced(dpo, vendor)
    page = change_page(dpo, change)
    assert [line.deadline.last for line in page.lines] == [dpo.today + timedelta(days=days) for days in (10, 30)]
    assert change.object_before == page.lines[0].deadline.before


def test_a_delay_confirmed_later_is_counted_then(session, dpo):
    vendor = vendor_of(session)
    row = unread_contract(session, vendor)
    change = announced(dpo, vendor)
    confirm_delay(dpo, row, DelayKind.OBJECTION, DelayWord(DelayFigure(15, DelayUnit.DAYS), "sous 15 jours"))
    on_delay(dpo, vendor_id=vendor.id)
    assert change.object_before is not None
    row.state = type(row.state).TERMINATED
    count(dpo)
    assert change.object_before is None


def test_the_moment_of_receipt_moves_the_deadline_of_a_message_and_not_of_a_declaration(session, dpo, acting):
    vendor = vendor_of(session)
    drafted_contract(session, vendor)
    change = announced(dpo, vendor)
    first = change.object_before
    services.set_receipt(dpo, change, NOW - timedelta(days=3))
    assert change.object_before == first - timedelta(days=3)
    theirs = acting(Role.VENDOR_ADMIN, vendor_ids=frozenset({vendor.id}))
    declared = services.declare_change(theirs, vendor, MoveSheet(MoveKind.ADD, "Twine Ltd", country="IE"))
    with pytest.raises(Refused, match="déclaration"):
        services.set_receipt(dpo, declared, NOW - timedelta(days=3))


@pytest.mark.parametrize(
    ("moment", "words"), [(NOW + timedelta(hours=1), "venir"), (datetime(1950, 1, 1, tzinfo=UTC), "trop ancien")]
)
def test_a_receipt_is_of_a_day_that_can_be_counted_from(session, dpo, moment, words):
    vendor = vendor_of(session)
    drafted_contract(session, vendor)
    with pytest.raises(Refused, match=words):
        services.record_change(dpo, vendor, "Nous ajoutons Twine Ltd.", received_at=moment, source=ChangeSource.MAIL)
    with pytest.raises(Refused, match=words):
        services.set_receipt(dpo, announced(dpo, vendor), moment)


# --- nothing is handled by nothing


def test_an_announcement_that_names_nobody_is_neither_retained_nor_decided_nor_answered(session, dpo):
    change = announced(dpo, vendor_of(session), "Nous améliorons nos services.")
    for do in (
        lambda: services.retain_moves(dpo, change),
        lambda: services.decide_change(dpo, change, DecisionSheet(ChangeDecision.ACCEPT, WHY)),
        lambda: services.send_or_note_answer(dpo, change, ELSEWHERE),
        lambda: services.dismiss_change(dpo, change, "rien"),
    ):
        with pytest.raises(Refused):
            do()
    assert change.state is ChangeState.RECEIVED
    services.dismiss_change(dpo, change, "Cette lettre annonce une nouvelle version du logiciel, sans autre société.")
    assert change.state is ChangeState.DISMISSED
    assert change.answered_at is None


def test_lines_all_discarded_leave_nothing_to_decide(session, dpo):
    change = studied(dpo, vendor_of(session))
    for move in services.moves_of(dpo, change):
        services.discard_move(dpo, change, move)
    with pytest.raises(Refused, match="Aucune société"):
        services.decide_change(dpo, change, DecisionSheet(ChangeDecision.ACCEPT, WHY))


@pytest.mark.parametrize(
    "sheet",
    [
        DecisionSheet(ChangeDecision.ACCEPT, ""),
        DecisionSheet(ChangeDecision.ACCEPT, "ok"),
        DecisionSheet(ChangeDecision.ACCEPT, "aaaa aaaa aaaa aaaa aaaa"),
        DecisionSheet(ChangeDecision.OBJECT, WHY, "non"),
        DecisionSheet(ChangeDecision.CONDITIONS, WHY, "", "à définir"),
    ],
    ids=["no reason", "a word", "letters", "an objection unexplained", "conditions to come"],
)
def test_a_decision_without_words_is_refused(session, dpo, sheet):
    change = studied(dpo, vendor_of(session))
    with pytest.raises(Refused):
        services.decide_change(dpo, change, sheet)
    assert change.decision is None


def test_an_opinion_is_asked_then_given_with_words_by_that_person_alone(session, dpo, acting):
    change = studied(dpo, vendor_of(session))
    lawyer, manager = acting(Role.LEGAL), acting(Role.MANAGEMENT)
    services.ask_opinion(dpo, change, session.get_one(User, lawyer.actor.id))
    with pytest.raises(NotFound):
        services.give_opinion(manager, change, Opinion.AGAINST, WHY)
    with pytest.raises(Refused):
        services.give_opinion(lawyer, change, Opinion.FAVOURABLE, "ok ok ok ok")
    services.give_opinion(lawyer, change, Opinion.AGAINST, WHY)
    [given] = queries.opinions_of(dpo, change)
    assert (given.opinion, given.reason) == (Opinion.AGAINST, WHY)
    told = session.scalars(select(Notice.user_id)).all()
    assert {lawyer.actor.id, dpo.actor.id} <= set(told)


def test_whoever_may_not_read_it_is_not_asked(session, dpo):
    change = studied(dpo, vendor_of(session))
    with pytest.raises(Refused, match="ne peut pas lire"):
        services.ask_opinion(dpo, change, user_of(session, Role.EXPERT))


@pytest.mark.parametrize("role", [Role.BUYER, Role.MANAGEMENT])
def test_who_advises_decides_nothing(session, dpo, acting, role):
    change = studied(dpo, vendor_of(session))
    with pytest.raises((Forbidden, NotFound)):
        services.decide_change(acting(role), change, DecisionSheet(ChangeDecision.ACCEPT, WHY))


# --- the answer


def test_an_answer_that_left_in_time_is_in_time_and_says_what_it_rested_on(session, dpo):
    vendor = vendor_of(session)
    drafted_contract(session, vendor)
    change = decided(dpo, vendor)
    services.send_or_note_answer(dpo, change, ELSEWHERE)
    assert change_page(dpo, change).verdict is DeadlineVerdict.IN_TIME
    assert change.deadline[0]["number"] == 30
    assert set(change.letter) == {"fr", "en"}


def test_an_answer_that_left_after_the_last_day_is_late_whatever_is_confirmed_afterwards(session, dpo):
    vendor = vendor_of(session)
    row = drafted_contract(session, vendor)
    change = decided(dpo, vendor, at=NOW - timedelta(days=31))
    services.send_or_note_answer(dpo, change, ELSEWHERE)
    assert change_page(dpo, change).verdict is DeadlineVerdict.LATE
    quote = "Le Responsable du traitement peut s'opposer au changement dans les trente (30) jours d'un avis complet."
    confirm_delay(dpo, row, DelayKind.OBJECTION, DelayWord(DelayFigure(30, DelayUnit.DAYS), quote))
    on_delay(dpo, vendor_id=vendor.id)
    assert change_page(dpo, change).verdict is DeadlineVerdict.LATE


def test_an_answer_without_a_known_delay_is_never_in_time(session, dpo):
    change = decided(dpo, vendor_of(session))
    services.send_or_note_answer(dpo, change, ELSEWHERE)
    assert change_page(dpo, change).verdict is DeadlineVerdict.UNKNOWN


@pytest.mark.parametrize(
    "sheet",
    [
        SentAnswer(False, None, "courrier"),
        SentAnswer(False, NOW + timedelta(hours=1), "courrier"),
        SentAnswer(False, NOW - timedelta(days=400), "courrier"),
        SentAnswer(False, NOW, " "),
        SentAnswer(True),
    ],
    ids=["no moment", "to come", "before it was received", "by no way", "to nobody"],
)
def test_an_answer_that_nobody_could_have_received_is_refused(session, dpo, sheet):
    change = decided(dpo, vendor_of(session))
    with pytest.raises(Refused):
        services.send_or_note_answer(dpo, change, sheet)


def test_an_answer_sent_from_here_is_written_to_the_people_of_the_vendor(session, dpo):
    vendor = vendor_of(session)
    contact_of(session, vendor)
    change = decided(dpo, vendor)
    services.send_or_note_answer(dpo, change, SentAnswer(True))
    assert change.answered_at == NOW
    assert change.state is ChangeState.ANSWERED


# --- the chain


def names_below(ctx, vendor):
    return {name for one in held_companies(ctx, vendor.id) for name in one.names}


def test_an_acceptance_changes_the_chain_from_its_day_and_the_past_stays(session, dpo):
    vendor = vendor_of(session)
    gone = engages(dpo, vendor, "Datacentres du Rhône")
    stopped = engages(dpo, vendor, "Alerte Express")
    change = decided(dpo, vendor)
    services.send_or_note_answer(dpo, change, ELSEWHERE)
    day = date(2027, 2, 1)
    assert names_below(dpo, vendor) == {"Datacentres du Rhône", "Alerte Express"}
    on_the_day = at(dpo, NOW.replace(year=day.year, month=day.month, day=day.day))
    assert names_below(on_the_day, vendor) == {"Nordlys Mail AS", "Brightwave Cloud Inc"}
    assert gone.valid_until == day == stopped.valid_until
    assert gone.valid_from < day
    assert {node.name for node in chain_world(dpo).nodes} >= {"Datacentres du Rhône", "Nordlys Mail AS"}


@pytest.mark.parametrize("decision", [ChangeDecision.OBJECT])
def test_an_objection_leaves_the_chain_as_it_is(session, dpo, decision):
    vendor = vendor_of(session)
    engages(dpo, vendor, "Alerte Express")
    before = session.query(ChainLink).count(), session.query(ChainCompany).count()
    change = decided(dpo, vendor, decision)
    services.send_or_note_answer(dpo, change, ELSEWHERE)
    assert (session.query(ChainLink).count(), session.query(ChainCompany).count()) == before
    assert names_below(dpo, vendor) == {"Alerte Express"}


def test_nothing_moves_before_the_answer_leaves(session, dpo):
    vendor = vendor_of(session)
    engages(dpo, vendor, "Alerte Express")
    decided(dpo, vendor)
    assert session.query(ChainLink).filter(ChainLink.valid_until.is_not(None)).count() == 0


def test_what_the_vendor_had_stated_of_a_company_that_leaves_ends_too(session, dpo):
    vendor = vendor_of(session)
    row = SubProcessor(vendor_id=vendor.id, name="ALERTE EXPRESS", valid_from=legal_date(NOW))
    session.add(row)
    engages(dpo, vendor, "Alerte Express")
    change = studied(dpo, vendor, "Nous cessons de faire appel à Alerte Express.")
    services.decide_change(dpo, change, DecisionSheet(ChangeDecision.ACCEPT, WHY))
    services.send_or_note_answer(dpo, change, ELSEWHERE)
    assert row.valid_until == dpo.today


def test_the_tool_that_was_announced_is_noted_where_nobody_had_said_one(session, dpo):
    vendor = vendor_of(session)
    change = announced(dpo, vendor, "Rien.")
    services.write_move(dpo, change, None, MoveSheet(MoveKind.ADD, "Twine", country="US", tool=TransferTool.CLAUSES))
    services.retain_moves(dpo, change)
    services.decide_change(dpo, change, DecisionSheet(ChangeDecision.ACCEPT, WHY))
    services.send_or_note_answer(dpo, change, ELSEWHERE)
    [held] = held_companies(dpo, vendor.id)
    assert [(one.country, one.tool) for one in held.grounds] == [("US", TransferTool.CLAUSES)]


def test_what_ends_or_is_framed_under_one_name_of_a_company_is_so_under_all(session, dpo):
    vendor = vendor_of(session)
    engages(dpo, vendor, "Datacentres du Rhône")
    own = company_of_vendor(dpo, vendor)
    names = ("Autre enseigne", "Alerte Express", "Twine", "Twine Inc")
    numbers = enter_companies(dpo, names)
    other, left, twine, alias = (session.get_one(ChainCompany, numbers[name]) for name in names)
    for one, two in ((own, other), (twine, alias)):
        judge_names(dpo, one, two, NameVerdict.SAME, "Même numéro au registre du commerce")
    session.expire_all()
    session.add(ChainLink(
        engaging_id=other.id, engaged_id=left.id, countries="FR", source_kind=LinkSource.LIST,
        valid_from=legal_date(NOW),
    ))  # fmt: skip
    frame_transfer(dpo, alias, TransferSheet(
        "US", "", None, TransferTool.RULES, ClauseModule.UNKNOWN, None, "", TransferTool.UNKNOWN,
    ))  # fmt: skip
    assert "Alerte Express" in {name for held in held_companies(dpo, vendor.id) for name in held.names}
    change = announced(dpo, vendor, "Rien.")
    for sheet in (
        MoveSheet(MoveKind.REMOVE, "Alerte Express"),
        MoveSheet(MoveKind.ADD, "Twine", country="US", tool=TransferTool.CLAUSES),
    ):
        services.write_move(dpo, change, None, sheet)
    services.retain_moves(dpo, change)
    services.decide_change(dpo, change, DecisionSheet(ChangeDecision.ACCEPT, WHY))
    services.send_or_note_answer(dpo, change, ELSEWHERE)
    found = {name: held for held in held_companies(dpo, vendor.id) for name in held.names}
    assert set(found) == {"Datacentres du Rhône", "Twine", "Twine Inc"}
    assert [(one.country, one.tool) for one in found["Twine"].grounds] == [("US", TransferTool.RULES)]


def test_the_page_compares_with_the_chain_of_today(session, dpo):
    vendor = vendor_of(session)
    engages(dpo, vendor, "Datacentres du Rhône")
    page = change_page(dpo, announced(dpo, vendor))
    assert [(one.name, one.outcome) for one in page.effects] == [
        ("Nordlys Mail AS", MoveOutcome.NEW), ("Brightwave Cloud Inc", MoveOutcome.NEW),
        ("Datacentres du Rhône", MoveOutcome.GOES), ("Alerte Express", MoveOutcome.NOT_THERE),
    ]  # fmt: skip
    assert page.is_red  # the United States, and no tool announced


# --- who writes, and what stays


def test_each_write_leaves_an_entry(session, dpo, acting):
    vendor = vendor_of(session)
    change = decided(dpo, vendor)
    services.resume_change(dpo, change, "Le prestataire a corrigé son annonce par téléphone ce matin.")
    assert change.decision is None
    assert change.state is ChangeState.RECEIVED
    session.commit()
    noted = set(session.scalars(select(JournalEntry.action).where(JournalEntry.action.startswith("change."))))
    assert {"change.recorded", "change.retained", "change.decided", "change.resumed"} <= noted


def test_a_vendor_announces_only_for_itself_and_completes_until_we_begin(session, dpo, acting):
    vendor, other = vendor_of(session), vendor_of(session)
    theirs = acting(Role.VENDOR_RESPONDENT, vendor_ids=frozenset({vendor.id}))
    sheet = MoveSheet(MoveKind.ADD, "Twine Ltd", country="IE")
    with pytest.raises(NotFound):
        services.declare_change(theirs, other, sheet)
    change = services.declare_change(theirs, vendor, sheet)
    services.declare_more(theirs, change, MoveSheet(MoveKind.REMOVE, "Acme"))
    assert change.title == "Twine Ltd, Acme"
    services.retain_moves(dpo, change)
    with pytest.raises(Refused):
        services.declare_more(theirs, change, sheet)


@pytest.mark.parametrize(
    "sheet",
    [
        MoveSheet(MoveKind.ADD, " ?"),
        MoveSheet(MoveKind.REPLACE, "Twine"),
        MoveSheet(MoveKind.ADD, "Twine", country="ZZ"),
    ],
    ids=["nobody", "instead of nobody", "nowhere"],
)
def test_a_line_that_says_nothing_is_refused(session, dpo, sheet):
    with pytest.raises(Refused):
        services.write_move(dpo, announced(dpo, vendor_of(session)), None, sheet)


def test_a_vendor_announces_so_much_a_day(acting, session, monkeypatch):
    vendor = vendor_of(session)
    theirs = acting(Role.VENDOR_RESPONDENT, vendor_ids=frozenset({vendor.id}))
    monkeypatch.setattr(recording, "DECLARED_A_DAY", 1)
    monkeypatch.setattr(recording, "MOST_MOVES", 2)
    change = services.declare_change(theirs, vendor, MoveSheet(MoveKind.ADD, "Twine Ltd", country="IE"))
    with pytest.raises(Refused, match="1 changements"):
        services.declare_change(theirs, vendor, MoveSheet(MoveKind.ADD, "Corde SA", country="FR"))
    services.declare_more(theirs, change, MoveSheet(MoveKind.REMOVE, "Acme"))
    with pytest.raises(Refused, match="2 sociétés"):
        services.declare_more(theirs, change, MoveSheet(MoveKind.REMOVE, "Brume"))


def test_its_vendor_sees_what_it_announced_and_our_answer_and_nothing_else(session, dpo, acting):
    vendor = vendor_of(session)
    theirs = acting(Role.VENDOR_ADMIN, vendor_ids=frozenset({vendor.id}))
    recorded = decided(dpo, vendor)
    assert queries.own_changes(theirs) == []
    services.send_or_note_answer(dpo, recorded, ELSEWHERE)
    [own] = queries.own_changes(theirs)
    assert (own.decision, own.letter_reason) == (ChangeDecision.ACCEPT, WHY)
    declared = services.declare_change(theirs, vendor, MoveSheet(MoveKind.ADD, "Twine Ltd"))
    services.write_move(dpo, declared, None, MoveSheet(MoveKind.ADD, "Ligne de chez nous"))
    services.retain_moves(dpo, declared)
    services.decide_change(dpo, declared, DecisionSheet(ChangeDecision.OBJECT, WHY, WHY))
    shown = queries.own_change(theirs, declared.id)
    assert (shown.decision, shown.letter_reason, [move.name for move in shown.moves]) == (None, "", ["Twine Ltd"])
    with pytest.raises(NotFound):
        queries.own_letter(theirs, declared.id)
    stranger = acting(Role.VENDOR_ADMIN, vendor_ids=frozenset({vendor_of(session).id}))
    for read in (queries.own_change, queries.own_letter, queries.change_to_add_to):
        with pytest.raises(NotFound):
            read(stranger, declared.id)


def test_a_deadline_is_told_a_week_and_two_days_before_and_once_it_is_over(session, dpo):
    vendor = vendor_of(session)
    drafted_contract(session, vendor)
    change = announced(dpo, vendor)
    last = dpo.today + timedelta(days=30)
    assert note_changes(dpo, last - timedelta(days=8)) == 0
    made = [note_changes(dpo, last + timedelta(days=days)) for days in (-7, -7, -2, 1)]
    assert made[0] > 0
    assert made[1] == 0
    assert made[2] > 0
    assert made[3] > 0
    assert change.state is ChangeState.RECEIVED


def test_a_line_discarded_stays_with_who_did_it(session, dpo):
    change = announced(dpo, vendor_of(session))
    first, *_ = services.moves_of(dpo, change)
    services.discard_move(dpo, change, first)
    assert (first.standing, first.settled_by) == (MoveStanding.DISCARDED, dpo.actor.name)
    assert first.name not in change.title
    assert session.query(ChangeMove).count() == 3
    assert session.query(AnnouncedChange).count() == 1
