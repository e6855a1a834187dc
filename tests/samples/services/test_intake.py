import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import Role
from portal.core import process
from portal.core.errors import Forbidden, NotFound, PortalError, Refused
from portal.core.language import Language
from portal.core.stored import StoredFile, blob_of, keep
from portal.core.translation import translate
from portal.jobs.models import Job
from portal.journal.models import JournalEntry
from portal.samples import queries, services
from portal.samples.models import SampleColumns, SampleState
from portal.samples.rules import sampling
from portal.samples.rules.columns import SampleKind
from tests.conftest import NOW
from tests.factories import samples
from tests.factories.samples import asked, received, simple, spoilt, stored
from tests.factories.spaces import actor_of
from tests.factories.world import vendor_of, vendor_user

pytestmark = pytest.mark.both_databases

LIST = [f"A{n}" for n in range(40)]
STATED = "13/12/2025 12:21"
"""What line 3 said before it was spoilt."""


@pytest.fixture
def sample(dpo, vendor):
    return asked(dpo, vendor)


@pytest.fixture
def bad(sender, sample):
    """A sample with two cells to correct."""
    content = spoilt(samples.csv(simple(10)), {(3, "stated"): "hier", (5, "decision"): "peut-être"})
    return received(sender, sample, content)


def said(refusal):
    return translate(refusal.value.sentence, Language.FR)


def jobs(session, kind):
    return session.scalars(select(Job).where(Job.kind == kind).order_by(Job.id)).all()


# --- the draw


def test_the_draw_follows_from_the_seed_and_the_list_and_is_kept(sender, sample):
    drawn = services.draw(sender, sample, LIST)
    assert drawn == sampling.draw(LIST[::-1], 10, sample.seed)
    assert (sample.listed, sample.drawn) == (40, [*drawn])


def test_it_is_not_drawn_twice(sender, sample):
    first = services.draw(sender, sample, LIST)
    with pytest.raises(Refused, match="ne se refait pas"):
        services.draw(sender, sample, [f"B{n}" for n in range(40)])
    assert sample.drawn == [*first]


def test_a_list_shorter_than_the_sample_is_taken_whole(sender, sample):
    assert {*services.draw(sender, sample, LIST[:4])} == {*LIST[:4]}


def test_a_list_that_names_a_case_twice_is_refused(sender, sample):
    with pytest.raises(Refused, match="A3"):
        services.draw(sender, sample, [*LIST, "A3"])
    assert not sample.drawn


def test_nothing_is_drawn_once_cases_were_sent(sender, bad):
    with pytest.raises(Refused, match="déjà été envoyés"):
        services.draw(sender, bad, LIST)


# --- a file


def test_a_sound_file_is_complete_and_its_measure_promised(session, sender, sample):
    received(sender, sample, samples.csv(10))
    assert (sample.state, sample.total, sample.done) == (SampleState.MEASURING, 10, 0)
    assert (sample.sent_by_name, sample.sent_by_id) == (sender.actor.name, sender.actor.id)
    [job] = jobs(session, "withdrawals.measure")
    assert job.payload == {"sample_id": sample.id, "attempt": 1, "start": 0}


def test_problems_are_kept_with_line_and_column_and_nothing_is_measured(session, bad):
    assert (bad.state, bad.problem_count, bad.clean_file_id) == (SampleState.TO_CORRECT, 2, None)
    assert [(one["line"], one["column"]) for one in bad.problems] == [(3, "Date de la déclaration"), (5, "Décision")]
    assert not jobs(session, "withdrawals.measure")


def test_another_file_replaces_one_to_correct_and_forgets_its_corrections(sender, bad):
    services.correct(sender, bad, {"3": {"stated": "bof"}})
    services.check_now(sender, bad)
    first = bad.file_id
    received(sender, bad, samples.csv(10))
    assert (bad.state, bad.attempt, bad.corrections, bad.problems) == (SampleState.MEASURING, 3, {}, [])
    assert bad.file_id != first


def test_the_same_file_sent_twice_is_measured_once(session, sender, sample):
    content = samples.csv(10)
    received(sender, sample, content)
    with pytest.raises(Refused, match="clos"):
        services.receive(sender, sample, stored(sender, content))
    assert len(jobs(session, "withdrawals.measure")) == 1


def test_a_reading_that_ends_after_its_file_was_replaced_is_left_alone(sender, sample):
    services.receive(sender, sample, stored(sender, spoilt(samples.csv(simple(3)), {(2, "stated"): "hier"})))
    examined, blob = services.check_received(sender, sample)
    services.receive(sender, sample, stored(sender, samples.csv(10)))
    services.record_check(sender, sample, 1, examined, blob)
    assert (sample.state, sample.attempt, sample.problems) == (SampleState.READING, 2, [])


def test_two_readings_of_one_file_settle_it_once(session, sender, sample):
    received(sender, sample, samples.csv(10))
    before = sample.clean_file_id
    examined, blob = services.check_received(sender, sample)
    services.record_check(sender, sample, 1, examined, keep(session, blob, at=NOW))
    services.check_now(sender, sample)
    assert (sample.clean_file_id, len(jobs(session, "withdrawals.measure"))) == (before, 1)


# --- corrections


def test_corrections_are_read_with_the_file_and_complete_it(session, sender, bad):
    services.correct(sender, bad, {"3": {"stated": STATED}}, seen=1)
    services.check_now(sender, bad)
    assert (bad.state, bad.problem_count) == (SampleState.TO_CORRECT, 1)
    services.correct(sender, bad, {"5": {"decision": "refusée"}}, seen=2)
    services.check_now(sender, bad)
    assert (bad.state, bad.total) == (SampleState.MEASURING, 10)
    assert bad.corrections == {"3": {"stated": STATED}, "5": {"decision": "refusée"}}
    clean = b"".join(process.store().open(blob_of(session.get_one(StoredFile, bad.clean_file_id)))).decode()
    assert STATED in clean
    assert "peut-être" not in clean


def test_corrections_made_on_a_page_of_an_older_file_are_refused(sender, bad):
    received(sender, bad, spoilt(samples.csv(simple(10)), {(4, "stated"): "hier"}))
    with pytest.raises(Refused, match="entre-temps"):
        services.correct(sender, bad, {"3": {"stated": "01/11/2025"}}, seen=1)
    assert not bad.corrections


@pytest.mark.parametrize(
    "text", ["ana@exemple.test", "4111 1111 1111 1111", "06 12 34 56 78", "hospitalisée pour une dépression"]
)
def test_a_correction_with_personal_data_in_excess_is_refused_naming_line_and_field_and_nothing_is_kept(
    session, sender, bad, text
):
    with pytest.raises(Refused) as refusal:
        services.correct(sender, bad, {"5": {"decision": "refusée"}, "3": {"consented": text, "stated": text}}, seen=1)
    assert "Ligne 3" in said(refusal)
    assert "Date de la déclaration" in said(refusal)
    assert text not in said(refusal)
    session.commit()
    session.refresh(bad)
    assert (bad.state, bad.attempt, bad.corrections) == (SampleState.TO_CORRECT, 1, {})
    assert not [e for e in session.scalars(select(JournalEntry)) if text in str(e.after)]


@pytest.mark.parametrize("line", ["0", "-3", "12345678", "9" * 5000, "\u0663", "3 ", "x", ""])
def test_a_line_that_no_file_has_is_not_corrected(sender, bad, line):
    services.correct(sender, bad, {line: {"stated": "01/11/2025"}, "3": {"humeur": "bonne"}})
    services.check_now(sender, bad)
    assert (bad.corrections, bad.problem_count) == ({}, 2)


def test_a_correction_is_cut_where_a_cell_ends_and_too_many_are_refused(sender, bad):
    with pytest.raises(Refused, match="Trop de cellules"):
        services.correct(sender, bad, {str(n): {"country": "FR"} for n in range(1, 2002)})
    services.correct(sender, bad, {"3": {"stated": "9" * 300}})
    assert bad.corrections == {"3": {"stated": "9" * 200}}


def test_the_journal_keeps_the_corrections_that_were_kept(session, sender, bad):
    services.correct(sender, bad, {"3": {"stated": "01/11/2025", "secret": "x"}, "x": {"stated": "y"}})
    session.commit()
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "sample.corrected")).one()
    assert entry.after == {"corrections": {"3": {"stated": "01/11/2025"}}}


def test_there_is_nothing_to_correct_in_what_was_not_found_wanting(sender, sample):
    with pytest.raises(Refused, match="rien à corriger"):
        services.correct(sender, sample, {"3": {"stated": "01/11/2025"}})


# --- columns


def test_columns_are_named_once_and_remembered_for_this_vendor_and_kind_alone(session, dpo, vendor, sender, sample):
    content = samples.csv(10).decode("utf-8-sig").replace("Décision", "Verdict maison", 1).encode("utf-8-sig")
    received(sender, sample, content)
    assert [one["field"] for one in sample.problems] == ["decision"]
    services.name_columns(sender, sample, {"verdict maison": "decision"})
    services.correct(sender, sample, {})
    services.check_now(sender, sample)
    assert sample.state is SampleState.MEASURING
    assert received(sender, asked(dpo, vendor), content).state is SampleState.MEASURING
    other = vendor_of(session)
    theirs = Context(session, actor_of(vendor_user(session, other), other), NOW)
    assert received(theirs, asked(dpo, other), content).state is SampleState.TO_CORRECT
    assert queries.remembered_columns(dpo, vendor.id, SampleKind.CALLS) == {}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"verdict": "humeur"}, "humeur"),
        ({"ana@exemple.test": "decision"}, "donnée personnelle"),
        ({"v" * 201: "decision"}, "trop long"),
    ],
)
def test_a_column_named_badly_is_refused(session, sender, sample, fields, words):
    with pytest.raises(Refused, match=words):
        services.name_columns(sender, sample, fields)
    assert not session.scalars(select(SampleColumns)).all()


# --- who, and until when


def test_once_complete_nothing_changes_any_more(session, sender, dpo, sample):
    received(sender, sample, samples.csv(10))
    facts = ("state", "attempt", "file_id", "clean_file_id", "corrections", "drawn", "total", "sent_at")
    before = [getattr(sample, fact) for fact in facts]
    for act in (
        lambda: services.draw(sender, sample, LIST),
        lambda: services.receive(sender, sample, stored(sender, samples.csv(3))),
        lambda: services.correct(sender, sample, {"3": {"stated": "01/11/2025"}}),
        lambda: services.name_columns(sender, sample, {"x": "decision"}),
        lambda: services.cancel(dpo, sample, "Non."),
    ):
        with pytest.raises(Refused):
            act()
    session.refresh(sample)
    assert [getattr(sample, fact) for fact in facts] == before


@pytest.mark.parametrize("role", [Role.DPO, Role.LEGAL, Role.MANAGEMENT, Role.EXPERT])
def test_the_staff_sends_nothing_and_another_vendor_does_not_see_it(session, acting, sample, role):
    other = vendor_of(session)
    stranger = Context(session, actor_of(vendor_user(session, other), other), NOW)
    for ctx, error in ((acting(role), Forbidden), (stranger, NotFound)):
        for act in (
            lambda c: services.draw(c, sample, LIST),
            lambda c: services.receive(c, sample, sample.file),
            lambda c: services.correct(c, sample, {}),
            lambda c: services.name_columns(c, sample, {}),
            lambda c: services.check_now(c, sample),
        ):
            with pytest.raises(error):
                act(ctx)


def test_reading_without_a_file_is_refused(sender, sample):
    with pytest.raises(PortalError, match="clos"):
        services.check_received(sender, sample)
