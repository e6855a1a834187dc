from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.consumer_law.rules.periods import Unsupported
from portal.samples.rules.sampling import QUANTILES, compare_with_draw, discovery_size, draw, sample_size

confidences = st.sampled_from([*QUANTILES])
margins = st.sampled_from([Decimal("0.01"), Decimal("0.05"), Decimal("0.1")])
references = st.lists(st.from_regex(r"[A-Z]{2}-[0-9]{1,6}", fullmatch=True), min_size=1, max_size=40, unique=True)


@pytest.mark.parametrize(
    ("population", "margin", "size"), [(10**7, "0.05", 385), (1000, "0.05", 278), (100, "0.05", 80)]
)
def test_the_usual_sizes_are_those_of_the_tables(population, margin, size):
    assert sample_size(population, confidence=Decimal("0.95"), margin=Decimal(margin)) == size


@given(st.integers(1, 10**6), confidences, margins)
def test_a_size_is_within_the_list_and_grows_with_the_list_and_the_confidence(population, confidence, margin):
    size = sample_size(population, confidence=confidence, margin=margin)
    assert 1 <= size <= population
    assert size <= sample_size(population + 1, confidence=confidence, margin=margin)
    assert size <= sample_size(population, confidence=Decimal("0.99"), margin=margin)
    assert size >= sample_size(population, confidence=confidence, margin=margin, expected=Decimal("0.05"))


def unseen(population, failing, drawn):
    return Fraction(comb(population - failing, drawn), comb(population, drawn))


@given(st.integers(1, 400), confidences, st.sampled_from(["0.01", "0.05", "0.1", "0.3", "0.5"]))
def test_a_discovery_size_is_the_smallest_that_bounds_the_rate_exactly(population, confidence, tolerated):
    size = discovery_size(population, confidence=confidence, tolerated=Decimal(tolerated))
    failing = max(1, -(-Fraction(tolerated) * population // 1))
    risk = 1 - Fraction(confidence)
    assert unseen(population, failing, size) <= risk
    assert size == 0 or unseen(population, failing, size - 1) > risk


@given(references, st.data())
def test_a_draw_depends_on_its_seed_and_not_on_the_order_of_the_file(listed, data):
    size = data.draw(st.integers(1, len(listed)))
    drawn = draw(listed, size, "2026-11")
    assert len(set(drawn)) == size
    assert set(drawn) <= set(listed)
    assert drawn == draw(sorted(listed), size, " 2026-11 ")
    assert draw(listed, len(listed), "2026-11")[:size] == drawn


def test_a_draw_is_the_same_on_every_machine_and_in_every_year():
    listed = [f"VIG-{number:04}" for number in range(1000)]
    assert draw(listed, 5, "graine") == ("VIG-0957", "VIG-0951", "VIG-0441", "VIG-0173", "VIG-0722")
    assert draw(listed, 5, "autre") != draw(listed, 5, "graine")


def test_each_reference_is_drawn_about_as_often_as_another():
    listed = [f"A{number}" for number in range(20)]
    met = dict.fromkeys(listed, 0)
    for seed in range(2000):
        for reference in draw(listed, 5, f"s{seed}"):
            met[reference] += 1
    assert all(420 <= times <= 580 for times in met.values()), met


@pytest.mark.parametrize(
    ("call", "field", "said"),
    [
        (lambda: draw(["A1"], 1, " "), "seed", "graine"),
        (lambda: draw(["A1"], 2, "s"), "size", "1 à 1"),
        (lambda: draw([], 1, "s"), "size", "1 à 0"),
        (lambda: draw(["A1", "B2", "A1"], 2, "s"), "references", "A1"),
        (lambda: sample_size(0, confidence=Decimal("0.95"), margin=Decimal("0.05")), "population", "1 à"),
        (lambda: sample_size(9, confidence=Decimal("0.8"), margin=Decimal("0.05")), "confidence", "90 %"),
        (lambda: sample_size(9, confidence=Decimal("0.9"), margin=Decimal(0)), "margin", "marge"),
        (
            lambda: sample_size(9, confidence=Decimal("0.9"), margin=Decimal("0.1"), expected=Decimal(1)),
            "expected", "entre 0 et 1",
        ),
        (lambda: discovery_size(9, confidence=Decimal("0.9"), tolerated=Decimal("0.6")), "tolerated", "toléré"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_its_field(call, field, said):
    with pytest.raises(Unsupported) as refused:
        call()
    assert refused.value.field == field
    assert said in str(refused.value.sentence).replace("\u202f", " ")


def test_what_was_handed_in_is_compared_with_what_was_drawn():
    found = compare_with_draw(("A1", "A2", "A3"), ["A3", "B1", "A1"])
    assert (found.missing, found.extra) == (("A2",), ("B1",))
