"""What a sheet hides beside its values is found however it is written, on the bytes that are then read."""

import pytest

from portal.core.spreadsheets.sheet_scan import NotASheet, scan_sheet
from portal.core.spreadsheets.table import Limits, Unreadable

HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
TAIL = "<pageMargins/><extLst><ext><x:f xmlns:x='y'>Feuil1!A1</x:f></ext></extLst></worksheet>"


def scanned(rows, limits=None, head=HEAD):
    return scan_sheet(f"{head}<sheetData>{rows}</sheetData>{TAIL}".encode(), limits or Limits())


def found(scan):
    return [(fault.address, fault.is_formula, fault.text) for line in scan.faults.values() for fault in line.values()]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ('<row r="1"><c r="A1" t="n"><v>1</v></c><c r="B1" s="2"/></row>', []),
        ('<row r="2"><c r="B2"><f>1+1</f><v>2</v></c></row>', [("B2", True, "")]),
        ('<row r="2"><c r="B2"><f t="shared" si="0"/><v>2</v></c></row>', [("B2", True, "")]),
        ('<row r="2"><c r="B2" t="e"><v>#N/A</v></c></row>', [("B2", False, "#N/A")]),
        ('<row r="2"><c r="B2" t="e"><f>A1</f><v>#REF!</v></c></row>', [("B2", True, "#REF!")]),
        ("<row><c><v>1</v></c><c><f>A1</f></c></row><row><c><f>A1</f></c></row>", [("B1", True, ""), ("A2", True, "")]),
        ("<row r='3'><c r = 'C3' ><f>A1</f></c></row>", [("C3", True, "")]),
        ('<row r="1"><c r="A7"><f>A1</f></c></row>', [("A7", True, "")]),
        ('<row r="1"><c r="A1" t="inlineStr"><is><t>a &lt;f&gt; b:f</t></is></c></row>', []),
        ('<!-- </sheetData> --><row r="1"><c r="A1"><f>1</f></c></row>', [("A1", True, "")]),
    ],
)
def test_formulas_and_errors_are_found_by_their_cell(rows, expected):
    assert found(scanned(rows)) == expected


def test_a_prefix_or_another_encoding_hides_no_formula():
    xml = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="1">'
        '<x:c r="A1"><x:f>1</x:f></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert found(scan_sheet(xml.encode(), Limits())) == [("A1", True, "")]
    with pytest.raises(NotASheet):
        scan_sheet(xml.encode("utf-16"), Limits())


@pytest.mark.parametrize(
    "xml",
    [
        f'{HEAD}<sheetData><row r="1"><c r="A1"><v>1</v></c></row>',
        f'{HEAD}<sheetData><row r="1"><c r="A1"><f>1</v></c></row></sheetData></worksheet>',
        f'<!DOCTYPE x [<!ENTITY a "b">]>{HEAD}<sheetData></sheetData></worksheet>',
        f'{HEAD}<sheetData><row r="1"><c r="1A" ><v>1</v></c></row></sheetData></worksheet>',
    ],
)
def test_a_sheet_that_is_not_whole_or_not_what_it_seems_is_refused(xml):
    with pytest.raises(NotASheet):
        scan_sheet(xml.encode(), Limits())


@pytest.mark.parametrize("unusual", ["", "<!-- -->"], ids=["plain", "parsed"])
@pytest.mark.parametrize(
    ("cells", "match"),
    [
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="201"><c r="A201"><v>1</v></c></row>', "plus de 10 lignes"),
        ('<row r="1"><c r="K1"><v>1</v></c></row>', "plus de 10 colonnes"),
        ('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>1</v></c><c r="C1"><v>1</v></c></row>', "plus de 2 cellules"),
    ],
)
def test_the_limits_hold_before_anything_is_read(unusual, cells, match):
    with pytest.raises(Unreadable, match=match):
        scanned(unusual + cells, Limits(rows=10, cells=2, columns=10))


@pytest.mark.parametrize("unusual", ["", "<!-- -->"], ids=["plain", "parsed"])
def test_two_cells_far_apart_are_no_rectangle_to_make_room_for(unusual):
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="190000"><c r="Z190000"><v>1</v></c></row>'
    with pytest.raises(Unreadable, match="cellules"):
        scanned(unusual + far, Limits(rows=10_000))
    empty = far.replace('<c r="Z190000"><v>1</v></c>', '<c r="Z190000" s="1"/>')
    assert not scanned(unusual + empty, Limits(rows=10_000)).faults
