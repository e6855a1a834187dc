import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.vendors.rules.naming import KEY_LENGTH, denominations, fold, plain, register_key, tidy, without_form, words

FORMS = (
    "SA SAS SARL SASU GmbH Ltd Ltd. Limited Inc Inc. Inc.. B.V. BV S.à OÜ AB S.p.A. Oy ApS LLC L.L.C. PBC plc A/S a.s. "
    "s.r.o. V.O.F. AG SE N.V. S.A.S. S.r.l. Pty"
)
names = st.one_of(st.text(), st.lists(st.sampled_from(["Nova", "Été", "&", "et", "3", *FORMS.split()])).map(" ".join))


@given(names)
def test_folding_twice_changes_nothing(name):
    assert fold(fold(name)) == fold(name)


@given(names)
def test_folding_ignores_case_and_surrounding_marks(name):
    assert fold(f"  « {name} » ") == fold(name)
    if name.isascii():
        assert fold(name.upper()) == fold(name.lower())


@given(names)
def test_a_name_with_a_word_never_folds_to_nothing(name):
    assert bool(fold(name)) == bool(plain(name))


@pytest.mark.parametrize(
    "form", [form for form in FORMS.split() if form != "S.à"] + ["S.à r.l.", "Pty Ltd", "GmbH & Co. KG"]
)
@pytest.mark.parametrize(
    "pattern", ["Nova Câble {}", "Nova Câble, {}", "NOVA CABLE {},", "nova câble ({})", "Nova Câble {} SAS"]
)
def test_a_legal_form_at_the_end_does_not_count(form, pattern):
    assert fold(pattern.format(form)) == "nova cable"


@pytest.mark.parametrize("name", ["SAS", "S.A.", "Inc.", "SARL SA", "&"])
def test_a_name_that_is_only_a_legal_form_keeps_a_word(name):
    assert fold(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mail\u00adgun Tech\u00adnologies", "Mailgun Technologies, LLC"),
        ("L'Épicerie", "L’ÉPICERIE"),
        ("Auth0®, Inc.", "auth0"),
        ("Dupont et Fils", "Dupont & Fils SARL"),
        ("SARL Dupont", "Dupont SARL"),
        ("Straße GmbH", "STRASSE"),
        ("Ørsted A/S", "Orsted"),
        ("Nova  Câble", "Nova\u202fCable"),
    ],
)
def test_two_spellings_of_one_name_fold_alike(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Data4", "Data5"), ("Nova France", "Nova Belgique"), ("광장", "광주")])
def test_two_names_stay_two(one, other):
    assert fold(one) != fold(other)


@given(st.text())
def test_a_tidy_name_has_single_spaces_and_no_invisible_mark(name):
    shown = tidy(name)
    assert shown == " ".join(shown.split())
    assert "\u00ad" not in shown
    assert "\u200b" not in shown


@given(names)
def test_the_first_denomination_is_the_whole_name(name):
    assert denominations(name)[:1] == ((fold(name),) if fold(name) else ())


@given(names, st.sets(st.sampled_from(["nova", "nova-2", "ete", "sous-traitant", "sous-traitant-2"])))
def test_a_key_is_url_safe_short_and_not_taken(name, taken):
    made = register_key(name, taken)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", made)
    assert made not in taken
    assert len(made) <= KEY_LENGTH + 3


def test_a_very_long_name_gives_a_key_that_ends_on_a_word_character():
    assert register_key("x" * 59 + " yyy", ()) == "x" * 59


@given(names, st.sampled_from(FORMS.split()))
def test_a_name_before_its_form_is_its_beginning_and_never_empty(name, form):
    before = without_form(name, form)
    assert name.startswith(before)
    assert words(before) or before == name
    if words(name):
        assert without_form(f"{name} {form}", form) == name.rstrip(" ,–-")


@pytest.mark.parametrize(("name", "form"), [("Texas", "as"), ("Paie Facile", ""), ("SARL", "SARL"), ("Nova SA", "SAS")])
def test_what_is_not_that_form_apart_stays(name, form):
    assert without_form(name, form) == name


WESTERN = st.characters(max_codepoint=0x17F) | st.sampled_from("‐‑–—‘’“”„•…€")


@given(st.text(WESTERN, max_size=60))
def test_words_of_western_marks_are_read_as_beside_those_of_another_script(text):
    """A text of these marks alone takes a shorter way, to the same words."""
    assert words(text) == words(f"{text} 漢")[:-1]


@pytest.mark.parametrize("code", [*range(0x180), *range(0x2010, 0x2027), 0x20AC])
def test_each_western_mark_is_read_as_beside_another_script(code):
    assert words(f"a{chr(code)}e") == words(f"a{chr(code)}e 漢")[:-1]
