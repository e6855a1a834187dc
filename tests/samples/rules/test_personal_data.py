"""Personal data found, and orders left alone: both sides by properties."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.samples import law_files
from portal.samples.rules.personal_data import PersonalDataKind, is_personal, luhn, personal_data_in
from tests.samples import generating

WORDS = law_files.health_words()
PREFIXES = [
    ("4", 16), ("4", 13), ("4", 19), ("51", 16), ("2221", 16), ("2720", 16), ("37", 15), ("36", 14), ("6011", 16),
    ("3530", 16), ("62", 18), ("6759", 14),
]  # fmt: skip


def found(*cells, header=("Note",)):
    return [
        (one.column, one.kind, one.lines)
        for one in personal_data_in(header, [(n, [c]) for n, c in enumerate(cells, 2)], WORDS)
    ]


def completed(body):
    return next(body + str(digit) for digit in range(10) if luhn(body + str(digit)))


cards = st.sampled_from(PREFIXES).flatmap(
    lambda shape: st.text(
        "0123456789", min_size=shape[1] - len(shape[0]) - 1, max_size=shape[1] - len(shape[0]) - 1
    ).map(lambda digits: completed(shape[0] + digits))
)


@given(cards, st.sampled_from(["", " ", "-"]), st.sampled_from(["{}", "carte {}", "payé avec {} hier", "cb:{}."]))
def test_a_card_is_found_however_it_is_grouped_or_wrapped(card, mark, around):
    grouped = mark.join(card[at : at + 4] for at in range(0, len(card), 4))
    assert ("Note", PersonalDataKind.CARD, (2,)) in found(around.format(grouped))


@given(cards, st.integers(1, 9))
def test_a_number_that_fails_the_check_is_no_card(card, more):
    assert PersonalDataKind.CARD not in [kind for _, kind, _ in found(card[:-1] + str((int(card[-1]) + more) % 10))]


@given(
    st.from_regex(
        r"(CMD|VIG|W)[-_/]?20(25|26)[0-9]{6,12}|[0-9]{4,12}|20(25|26)(0[1-9]|1[0-2])[0-9]{10}", fullmatch=True
    )
)
def test_a_reference_of_order_is_neither_a_card_nor_a_bank_account(reference):
    kinds = [kind for _, kind, _ in found(reference)]
    assert not {PersonalDataKind.CARD, PersonalDataKind.IBAN, PersonalDataKind.EMAIL, PersonalDataKind.HEALTH} & {
        *kinds
    }


def test_a_column_of_numbers_of_orders_that_look_like_cards_is_left_alone_and_one_card_more_often_is_not():
    chance = random.Random(5)
    orders = [f"4{chance.randrange(10**15):015}" for _ in range(300)]
    assert sum(map(luhn, orders)) > 10
    assert found(*orders) == []
    assert [kind for _, kind, _ in found(*orders, "carte 4111 1111 1111 1111")] == [PersonalDataKind.CARD]
    assert [kind for _, kind, _ in found(*orders[:10], "4111111111111111")] == [PersonalDataKind.CARD]
    real = [completed(order[:-1]) for order in orders]
    assert [kind for _, kind, _ in found(*real)] == [PersonalDataKind.CARD]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("jean.dupont@exemple.fr", PersonalDataKind.EMAIL),
        ("écrire à <a@b.org> vite", PersonalDataKind.EMAIL),
        ("06 12 34 56 78", PersonalDataKind.PHONE),
        ("0612345678", PersonalDataKind.PHONE),
        ("+33 (0)6.12.34.56.78", PersonalDataKind.PHONE),
        ("0033612345678", PersonalDataKind.PHONE),
        ("01-45-67-89-01", PersonalDataKind.PHONE),
        ("rappeler au 0145678901", PersonalDataKind.PHONE),
        ("+32 470 12 34 56", PersonalDataKind.PHONE),
        ("+442071234567", PersonalDataKind.PHONE),
        ("1 85 05 78 006 084 91", PersonalDataKind.NATIONAL_NUMBER),
        ("185057800608491", PersonalDataKind.NATIONAL_NUMBER),
        ("2 55 08 2A 004 025 52", None),
        ("FR76 3000 6000 0112 3456 7890 189", PersonalDataKind.IBAN),
        ("DE89370400440532013000", PersonalDataKind.IBAN),
        ("be68 5390 0754 7034", PersonalDataKind.IBAN),
        ("cliente hospitalisée", PersonalDataKind.HEALTH),
    ],
)
def test_each_kind_is_found_alone(text, kind):
    assert [one for _, one, _ in found(text)] == ([] if kind is None else [kind])


def test_a_corsican_national_number_has_its_own_key():
    for department, digits in (("2A", "19"), ("2B", "18")):
        key = 97 - int(f"25508{digits}004025") % 97
        assert [kind for _, kind, _ in found(f"2 55 08 {department} 004 025 {key:02}")] == [
            PersonalDataKind.NATIONAL_NUMBER
        ]


@pytest.mark.parametrize(
    "text",
    [
        "24-11-2026 25-11-2026", "01/10/2026 ; 02/10/2026 ; 03/10/2026", "2026-11-24 10:00:05", "24/11/2026 14:30",
        "46350",
        "1 234,50 €", "L221-28 3°", "VIG-2026/000123", "0145678901", "0000012345", "FR7630006000011234567890188",
        "185057800608492", "3a5d6e20-1111-4222-8333-444455556666", "+1 234", "acceptée", "fonction en ligne", "a@b",
        "24.11.2026-25.11.2026", "TXT-3 v2", "3520012345678",
    ],
)  # fmt: skip
def test_what_a_sample_needs_is_left_alone(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Nom", PersonalDataKind.NAME),
        ("Prénom du client", None),
        ("Customer name", PersonalDataKind.NAME),
        ("Adresse", PersonalDataKind.ADDRESS),
        ("Code postal", PersonalDataKind.ADDRESS),
        ("Date de naissance", PersonalDataKind.BIRTH),
        ("IBAN", PersonalDataKind.IBAN),
        ("Région", None),
    ],
)
def test_a_column_is_known_by_its_header_when_its_cells_tell_nothing(title, kind):
    assert [one for _, one, _ in found("x", "", "y", header=(title,))] == ([] if kind is None else [kind])


def test_an_empty_column_holds_nothing_in_excess():
    assert found("", " ", header=("Nom",)) == []


def test_a_finding_names_the_column_the_count_and_the_first_lines_and_never_the_value():
    rows = [(line, ["VIG-1", "", f"client{line}@exemple.fr"]) for line in range(2, 40)]
    (one,) = personal_data_in(("Réf", "", "Remarque"), rows, WORDS)
    said = str(one.sentence)
    assert (one.count, one.lines) == (38, (2, 3, 4, 5, 6))
    assert "Remarque" in said
    assert "38 fois, à partir de la ligne 2" in said
    assert "@" not in said


def test_a_header_that_is_itself_personal_is_not_repeated():
    (one,) = personal_data_in(("VIG-1", "a.b@exemple.fr"), [(2, ["VIG-2", "c.d@exemple.fr"])], WORDS)
    assert one.column == "B"


def test_the_columns_that_are_not_read_are_looked_at_too_and_a_whole_sample_is_clean():
    header, rows = generating.table(generating.cases(500), generating.CASE_FIELDS)
    written = [(line, [str(cell) for cell in row]) for line, row in enumerate(rows, 2)]
    assert personal_data_in(header, written, WORDS) == ()
    written[7][1].append("06 12 34 56 78")
    assert [(one.kind, one.lines) for one in personal_data_in(header, written, WORDS)] == [
        (PersonalDataKind.PHONE, (9,))
    ]


@given(st.text(max_size=60))
def test_any_text_is_looked_at_without_failing(text):
    assert is_personal(text, WORDS) in {True, False}
    assert len(found(text)) <= len(PersonalDataKind)
