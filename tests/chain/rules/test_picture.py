"""The drawing: nothing overlaps whatever the names, a long column is grouped, the work grows as what is drawn."""

from itertools import combinations
from random import Random

import pytest

from portal.chain.rules import picture as drawing
from portal.chain.rules.picture import (
    BOX_HEIGHT,
    BOX_WIDTH,
    MOST,
    PADDING,
    PITCH,
    Drawable,
    PictureItem,
    PictureLink,
    Rank,
    draw,
    text_width,
)

NAMES = (
    "WWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "광장 클라우드 서비스 주식회사 한국",
    "i" * 200,
    "Northwind Messaging Incorporated",
    "A",
)


def made(count: int, seed: int = 1) -> tuple[list[PictureItem], list[PictureLink]]:
    """So many things over the columns, each but those of the first one led to by one of the column before."""
    draw_one = Random(seed)
    items = [
        PictureItem(f"thing:{n}", f"{draw_one.choice(NAMES)} {n}", draw_one.choice(list(Rank)),
                    draw_one.choice(("France", "Maroc", "")), n % 5 == 0)
        for n in range(count)
    ]  # fmt: skip
    links = [
        PictureLink(one.key, other.key, other.is_red)
        for one, other in zip(items, draw_one.sample(items, count), strict=True)
    ]
    return items, links


def test_nothing_overlaps_at_30_and_every_label_stands_in_its_box():
    for seed in range(20):
        found = draw(*made(30, seed))
        assert sum(box.count for box in found.boxes) == 30
        for box in found.boxes:
            begins = box.x + PADDING
            mark = ("! " if box.is_red else "") + (f"{box.count} · " if box.count > 1 else "")
            assert begins + text_width(mark + box.shown) <= box.x + BOX_WIDTH
            assert box.x >= 0
            assert box.x + BOX_WIDTH <= found.width
            assert box.y + BOX_HEIGHT <= found.height
        for one, other in combinations(found.boxes, 2):
            apart = abs(one.x - other.x) >= PITCH or abs(one.y - other.y) >= BOX_HEIGHT + 2
            assert apart, (one, other)


def test_a_label_that_was_let_run_would_leave_its_box():
    assert text_width(NAMES[0]) > BOX_WIDTH
    assert all(len(box.shown) < len(box.label) for box in draw(*made(30)).boxes if text_width(box.label) > BOX_WIDTH)


@pytest.mark.parametrize("count", [200, 2_000])
def test_a_long_column_is_grouped_and_counts_everything(count):
    items, links = made(count)
    found = draw(items, links)
    assert sum(box.count for box in found.boxes) == count
    assert len(found.boxes) <= MOST * len(Rank)
    assert found.height <= MOST * 40 + 60
    key_of = {item.key for item in items}
    kept = [link for link in links if link.start in key_of and link.end in key_of]
    assert sum(curve.count for curve in found.curves) <= len(kept)
    assert any(box.count > 1 for box in found.boxes)


def test_a_column_of_one_group_shows_its_first_ones_alone():
    items = [PictureItem(f"thing:{n}", f"Société {n}", Rank.FIRST) for n in range(300)]
    found = draw(items, [])
    assert (len(found.boxes), found.boxes[-1].count) == (MOST, 300 - MOST + 1)


def test_a_red_link_keeps_its_group_red():
    items = [PictureItem(f"thing:{n}", "x", Rank.FIRST, "Maroc" if n % 2 else "France") for n in range(100)]
    items += [PictureItem("country:MA", "Maroc", Rank.COUNTRY)]
    links = [PictureLink(f"thing:{n}", "country:MA", n == 7) for n in range(100)]
    red = {curve.start.group: curve.is_red for curve in draw(items, links).curves}
    assert red == {"Maroc": True, "France": False}


def test_what_goes_back_is_drawn_as_going_back():
    items = [PictureItem("a", "A", Rank.FIRST), PictureItem("b", "B", Rank.SECOND)]
    found = draw(items, [PictureLink("a", "b"), PictureLink("b", "a"), PictureLink("a", "gone")])
    assert [curve.is_back for curve in found.curves] == [False, True]


def test_around_a_thing_stand_what_leads_to_it_and_what_it_leads_to():
    links = [PictureLink(*pair) for pair in ("ab", "bc", "cb", "cd", "xd", "yx", "bz")]
    whole = Drawable([PictureItem(key, key, Rank.VENDOR) for key in "yxdcba"], links)
    shown = whole.around(["b"])
    assert [item.key for item in shown.items] == ["d", "c", "b", "a"], "in the order of the whole"
    assert [(one.start, one.end) for one in shown.links] == [tuple(pair) for pair in ("ab", "bc", "cb", "cd", "bz")]
    assert draw(shown.items, shown.links) == draw(shown.items, links), "a link to what is not there is left out"
    assert whole.around([]).items == []


def test_the_work_grows_as_what_is_drawn(monkeypatch):
    calls = []
    honest = drawing.text_width
    monkeypatch.setattr(drawing, "text_width", lambda text: (calls.append(1), honest(text))[1])
    counts = []
    for count in (500, 5_000):
        calls.clear()
        draw(*made(count))
        counts.append(len(calls))
    assert counts[1] < counts[0] * 3  # labels are measured for what is drawn, not for what is held
