"""The portfolio on paper: one page whatever it says, and all that the page on screen says."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from portal.core.documents.printing import print_in_child
from portal.core.documents.tree import Table
from portal.core.language import Language, say
from portal.dashboard.portfolio_report import SHOWN_DECISIONS, SHOWN_VENDORS, document
from portal.dashboard.queries import Portfolio, RiskRow
from portal.dashboard.rules import PendingDecision, Urgency, heat_map
from portal.scorecards.overview import MonthLevel
from portal.vendors.queries import StandingCounts
from portal.vendors.rules.standing import ContractStanding
from portal.vendors.rules.tier import Tier

LONG = "Wattenmeerwirtschaftsgesellschaft " * 8
MONTHS = [
    MonthLevel(date(2025, 12, 1) + timedelta(days=31 * n), 12_345 + n, (8100 - 300 * n) * (12_345 + n))
    for n in range(12)
]


def portfolio_of(name="Acme", **facts):
    decision = PendingDecision(Urgency.OVERDUE_FINDING, 1, name, Tier.HIGH, say("%(t)s", t=name), date(2026, 9, 30))
    counted = dict.fromkeys(("late", "expiring", "incomplete", "findings"), 12_345)
    found = {
        "heat": heat_map({(5, "E"): 2, (4, ""): 3, (1, "A"): 7, (None, ""): 1}, tuple("ABCDE")), "without_contract": 4,
        "decisions": [decision] * 10,
        "standings": StandingCounts(dict.fromkeys(ContractStanding, 12_345), 12_345, 4, {}),
        "taken": {}, "trend": MONTHS, **counted, **facts,
    }  # fmt: skip
    worst = [RiskRow(n, name, Tier.HIGH, 4, "E", 1200, 35_200, n, None) for n in range(10)]
    return Portfolio(**found), worst


@pytest.mark.pdf
@pytest.mark.parametrize("language", Language)
def test_the_longest_page_is_one_page(ctx, language):
    made = document(ctx, *portfolio_of(LONG), language, LONG)
    read = PdfReader(BytesIO(print_in_child(made, 60)))
    assert len(read.pages) == 1


def test_the_picture_says_in_colour_and_in_words_what_the_screen_says(ctx):
    made = document(ctx, *portfolio_of(), Language.FR, "Mutuelle Horizon")
    assert made.subtitle.startswith("Mutuelle Horizon · ")
    picture, contracts, decisions, worst = made.blocks
    assert "12345 dont le contrat expire dans 60 jours" in contracts.inlines[0].text
    assert {f'fill="{shade}"' in picture.svg for shade in ("#d3e5da", "#fae6b8", "#efa6a0")} == {True}
    assert picture.svg.count("<circle") == len(MONTHS)
    for words in (
        "4 sous-traitants à risque sans contrat en vigueur", "5 / 5\u00a0: E 2", "4 / 5\u00a0: non mesuré 3",
        "Le niveau moyen a perdu 33 points entre 12/2025 et 11/2026",
    ):  # fmt: skip
        assert words in picture.alternative.replace(" : ", "\u00a0: ")
    assert (len(decisions.rows), len(worst.rows)) == (SHOWN_DECISIONS, SHOWN_VENDORS)


def test_without_measures_the_trend_says_so(ctx):
    made = document(ctx, *portfolio_of(trend=[], decisions=[]), Language.FR, "Mutuelle Horizon")
    assert "Pas encore assez de fiches" in made.blocks[0].alternative
    assert "Rien n’attend de décision" in made.blocks[2].inlines[0].text


def test_the_page_says_that_others_wait_when_it_shows_a_few(ctx):
    [one] = portfolio_of()[0].decisions[:1]
    pages = [portfolio_of(decisions=[one] * n) for n in (SHOWN_DECISIONS, SHOWN_DECISIONS + 1)]
    captions = [document(ctx, *page, Language.FR, "Acme").blocks[2].caption for page in pages]
    assert captions == ["À décider", "À décider\u202f: les 6 plus pressants, d’autres attendent"]


def test_whom_the_map_lacks_is_said_as_on_the_screen(ctx):
    """Thirteen are followed, and the cells of the map come to twelve."""
    _picture, contracts, *_rest = document(ctx, *portfolio_of(), Language.FR, "Mutuelle Horizon").blocks
    assert contracts.inlines[0].text.endswith("1 sous-traitant sans risque décrit n’est pas dans la carte.")
    whole = {"heat": heat_map({(5, "E"): 2}, tuple("ABCDE"))}
    _picture, contracts, *_rest = document(ctx, *portfolio_of(**whole), Language.FR, "Mutuelle Horizon").blocks
    assert "la carte" not in contracts.inlines[0].text


def test_nothing_stands_under_the_greatest_risks_of_an_empty_register(ctx):
    nobody = {"heat": heat_map({}, tuple("ABCDE")), "decisions": [], "trend": [], "findings": 0, "late": 0}
    made = document(ctx, portfolio_of(**nobody)[0], [], Language.FR, "Mutuelle Horizon")
    assert not [block for block in made.blocks if isinstance(block, Table)]
    assert "Aucun sous-traitant n’est suivi" in str(made.blocks[0])


def test_what_the_greatest_risks_are_ordered_by_is_shown(ctx):
    worst = document(ctx, *portfolio_of(), Language.FR, "Mutuelle Horizon").blocks[-1]
    assert worst.header[-1] == "Résiduel"
    assert [row[-1][0].text for row in worst.rows] == ["3,5 sur 5"] * SHOWN_VENDORS
