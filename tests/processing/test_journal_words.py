"""What the history of a line says, in the language of whoever reads it."""

from hypothesis import given
from hypothesis import strategies as st

from portal.authz.policy import Role
from portal.core.language import Language
from portal.journal.entry_text import shown_entry
from portal.journal.queries import history
from portal.processing.cells import JOURNAL_MARK, TRANSLATED, cell_of, journal_words, words_of
from portal.processing.rules.sheets import (
    HeldCategory,
    ImpactCriterion,
    LegalBasis,
    Safeguard,
    StatedTransfer,
)
from portal.vendors.rules.facts import DataCategory, DataSubject, SpecialCategory, Volume
from tests.factories.register import activity_of, controller_sheet

WORDS = st.text("abcé;| -", max_size=12).map(lambda text: " ".join(text.split()))
SHEETS = st.builds(
    controller_sheet,
    subjects=st.lists(st.sampled_from(DataSubject), unique=True).map(tuple),
    volume=st.sampled_from(Volume),
    legal_basis=st.none() | st.sampled_from(LegalBasis),
    criteria=st.lists(st.sampled_from(ImpactCriterion), unique=True).map(tuple),
    criteria_seen=st.booleans(),
    data=st.lists(
        st.builds(HeldCategory, st.sampled_from([*DataCategory, *SpecialCategory]), WORDS, WORDS), max_size=3
    ).map(tuple),
    transfers=st.lists(
        st.builds(
            StatedTransfer, WORDS.filter(bool), st.sampled_from(["", "US", "IN"]),
            st.none() | st.sampled_from(Safeguard), WORDS,
        ),
        max_size=2,
    ).map(tuple),
)  # fmt: skip


@given(SHEETS)
def test_no_word_of_a_line_is_lost_in_the_other_language(sheet):
    """What a person typed stands in both; what cannot be read again without doubt stays as it was."""
    for name, said in words_of(sheet).items():
        field = name.removeprefix(JOURNAL_MARK)
        if not isinstance(said, str):
            continue
        assert journal_words(field, said, Language.FR) == said
        whole = cell_of(field, getattr(sheet, field), Language.EN)
        told = journal_words(field, said, Language.EN)
        assert told in {said, str(whole).replace("\n", "; ")}
        assert told == said or field in TRANSLATED


def test_the_words_of_lists_are_said_in_the_language_of_the_reader():
    said = words_of(controller_sheet(subjects=(DataSubject.CUSTOMERS, DataSubject.EMPLOYEES), volume=Volume.UNDER_1M))
    told = {name: journal_words(name, said[f"{JOURNAL_MARK}{name}"], Language.EN) for name in ("subjects", "volume")}
    assert told["subjects"] == "Customers, users, members; Employees and staff"
    assert told["volume"] != said[f"{JOURNAL_MARK}volume"]


def test_the_history_of_a_line_is_in_english_for_who_reads_english(app, acting):
    ctx = acting(Role.DPO)
    line = activity_of(ctx, controller_sheet(subjects=(DataSubject.CUSTOMERS,)))
    ctx.session.commit()
    [entry] = history(ctx, "ProcessingActivity", line.id)
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        told = {change.label: change.after for change in shown_entry(entry).changes}
    assert told["Data subjects"] == "Customers, users, members"


def test_a_retention_of_two_durations_does_not_leave_the_categories_in_french():
    said = "Vie professionnelle | Paie | 5 ans ; 50 en double ; Données de connexion et traces d’usage | Compte | 1 an"
    told = journal_words("data", said, Language.EN)
    assert told.startswith("Professional life | Paie | 5 ans ; 50 en double; ")
    assert "Données" not in told
    assert journal_words("data", "50 ans ; Vie professionnelle", Language.EN) == "50 ans ; Vie professionnelle"
