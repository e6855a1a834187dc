"""What a text announces is proposed; what is not understood is left out."""

from datetime import date
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.changes.rules.life import MoveKind
from portal.changes.rules.reading import MOST_MOVES, read_moves
from portal.vendors.reference import atlas
from tests.factories.changes import TEXT


def read(text, own=("Paie Facile",)):
    return [(one.kind, one.name, one.replaces, one.country, one.starts_on) for one in read_moves(text, own, atlas())]


A, R, D = MoveKind.ADD, MoveKind.REPLACE, MoveKind.REMOVE


def test_a_letter_is_read_sentence_by_sentence():
    day = date(2027, 2, 1)
    assert read(TEXT) == [
        (A, "Nordlys Mail AS", "", "NO", day),
        (R, "Brightwave Cloud Inc", "Datacentres du Rhône", "US", day),
        (D, "Alerte Express", "", "", day),
    ]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("We will add Twine Ltd (Ireland) as a new sub-processor.", (A, "Twine Ltd", "", "IE", None)),
        (
            "Acme Hosting will be replaced by Borealis Hosting GmbH.",
            (R, "Borealis Hosting GmbH", "Acme Hosting", "", None),
        ),
        ("Le prestataire Sigma est remplacé par Omega SAS.", (R, "Omega SAS", "Sigma", "", None)),
        ("Zenith Mail replaces Azur Mail from 3 March 2027.", (R, "Zenith Mail", "Azur Mail", "", date(2027, 3, 3))),
        ("We no longer use Delta Print.", (D, "Delta Print", "", "", None)),
        ("Nous ferons appel à Hexagone Éditique, en Belgique.", (A, "Hexagone Éditique", "", "BE", None)),
        ("Paie Facile ajoute Twine Ltd.", (A, "Twine Ltd", "", "", None)),
    ],
)
def test_a_sentence_says_who_comes_and_who_goes(sentence, expected):
    assert read(sentence) == [expected]


def test_a_table_is_read_by_its_headings():
    text = (
        "New sub-processors\n"
        "Company | Country | Purpose | Effective date\n"
        "Twine Ltd | Ireland | Messaging | 2027-01-15\n"
        "Borealis GmbH | Germany | Hosting | 2027-01-20\n"
        "Removed sub-processors\n"
        "Company | Country\n"
        "Acme Hosting | France\n"
    )
    assert read(text) == [
        (A, "Twine Ltd", "", "IE", date(2027, 1, 15)), (A, "Borealis GmbH", "", "DE", date(2027, 1, 20)),
        (D, "Acme Hosting", "", "FR", None),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "Bonjour, rien de neuf ce mois-ci.", "We value your privacy.", "|||", "a | b"])
def test_a_text_that_announces_nothing_gives_nothing(text):
    assert read(text) == []


@given(st.text(max_size=2000))
def test_any_text_is_read_without_failing(text):
    assert len(read(text)) <= MOST_MOVES


@pytest.mark.parametrize("piece", ["We add A", "Remplacé par ", "A & ", "Aa1-", "| Company ", "(", "from 1 "])
def test_a_hostile_text_is_read_in_proportion(piece):
    begun = perf_counter()
    read(piece * (200_000 // len(piece)))
    assert perf_counter() - begun < 20
