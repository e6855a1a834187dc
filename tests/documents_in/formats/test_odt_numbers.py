"""Numbers of OpenDocument lists."""

from lxml import etree

from portal.documents_in.formats.odt_numbers import ListCounters, OdtNumbering
from tests.factories import paper


def numbers(inner: str) -> OdtNumbering:
    return OdtNumbering([etree.fromstring(f"<office:styles {paper.ODF}>{inner}</office:styles>")])


def level(rank: int, form: str, **more: str) -> str:
    extra = "".join(f' {name.replace("__", ":").replace("_", "-")}="{value}"' for name, value in more.items())
    return f'<text:list-level-style-number text:level="{rank}" style:num-format="{form}"{extra}/>'


def listed(*levels: str) -> str:
    return f'<text:list-style style:name="L">{"".join(levels)}</text:list-style>'


def test_a_number_shows_as_many_levels_as_its_style_says():
    made = ListCounters(numbers(listed(level(1, "I"), level(2, "1", text__display_levels="2"))))
    assert [made.item("L", rank) for rank in (1, 2, 2, 1, 2)] == ["I", "I.1", "I.2", "II", "II.1"]


def test_a_list_restarts_or_starts_where_it_says():
    made = ListCounters(numbers(listed(level(1, "1", text__start_value="5"))))
    assert [made.item("L", 1), made.item("L", 1), made.item("L", 1, "9")] == ["5", "6", "9"]
    made.restart("L")
    assert made.item("L", 1) == "5"
    assert made.item("unknown", 1) == ""


def test_a_title_takes_the_list_of_its_style_or_the_outline_or_none():
    outline = level(1, "1").replace("list-level-style-number", "outline-level-style")
    styles = f"<text:outline-style>{outline}</text:outline-style>"
    styles += f'<text:list-style style:name="A">{level(1, "A")}</text:list-style>'
    made = numbers(
        styles + '<style:style style:name="Annexe" style:list-style-name="A"/><style:style style:name="P1"'
        ' style:parent-style-name="Annexe"/><style:style style:name="Plain" style:list-style-name=""/>'
    )
    counters = ListCounters(made)
    assert counters.outline(1, made.list_style("Heading")) == "1"
    assert counters.outline(1, made.list_style("P1")) == "A"
    assert counters.outline(1, made.list_style("Plain")) == ""
    assert made.style_name("P1") == "Annexe"
