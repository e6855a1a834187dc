"""What the child itself does; it is run apart, for it limits its own process."""

import json
import math
import resource
import subprocess
import sys

import pytest

from portal.core.config import ROOT
from portal.documents_in.pdf_child import pages
from tests.factories import paper

CHILD = """
import json, os, sys
from portal.documents_in.pdf_child import pages
answer = json.loads(pages.extract(sys.stdin.buffer.read()))
try:
    os.write(os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY), b"x")
    answer["wrote"] = True
except OSError:
    answer["wrote"] = False
print(json.dumps(answer))
"""


def run(data: bytes, target, before: str = "") -> dict:
    ignoring = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    done = subprocess.run(
        [sys.executable, "-c", ignoring + before + CHILD, str(target)],
        input=data,
        capture_output=True,
        cwd=ROOT,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


def test_pieces_are_placed_from_the_top_left_and_nothing_can_be_written(tmp_path):
    answer = run(paper.pdf([(72, 700, "Objet"), (300, 700, "Lyon")], rules=((70, 690, 400),)), tmp_path / "x")
    assert not answer["wrote"]
    (one, other), (rule,) = answer["pages"][0], answer["rules"][0]
    assert (one[6], other[6]) == ("Objet", "Lyon")
    assert (one[0], (one[1] + one[3]) / 2) == pytest.approx((72, 842 - 704), abs=4)
    assert rule == pytest.approx([70, 152, 400], abs=1.5)


def test_a_page_set_on_its_side_is_turned_and_a_watermark_left_out(tmp_path):
    page = [(100.0, 700.0, "Article 1 Objet"), (100.0, 680.0, "Le client informe.")]
    upright = paper.pdf(page)
    slanted = upright.replace(b"stream\n", b"stream\nBT /F1 30 Tf 0.7 0.7 -0.7 0.7 200 200 Tm (PROJET) Tj ET ", 1)
    slanted = slanted.replace(b"/Length ", b"/Length 9", 1)
    assert [piece[6] for piece in run(slanted, tmp_path / "x")["pages"][0]] == [text for _, _, text in page]


def test_refusals_are_words_of_one_kind(tmp_path):
    assert run(b"nothing", tmp_path / "x")["refused"] == "damaged"
    assert run(paper.pdf(*[[]] * 1001), tmp_path / "x") | {"wrote": 0} == {
        "refused": "pages",
        "pages": 1001,
        "wrote": 0,
    }


def test_limits_only_go_down(monkeypatch):
    asked = []
    monkeypatch.setattr(resource, "getrlimit", lambda limit: (resource.RLIM_INFINITY, 1000))
    monkeypatch.setattr(resource, "setrlimit", lambda limit, both: asked.append(both))
    pages.confine()
    assert asked == [(1000, 1000), (0, 1000)]


NOWHERE = """
from portal.documents_in.pdf_child import pages
placed = pages.pdfium.FPDFText_GetLooseCharBox
def nowhere(page, rank, rect):
    placed(page, rank, rect)
    setattr(rect, SIDE, float("nan"))
pages.pdfium.FPDFText_GetLooseCharBox = nowhere
"""


@pytest.mark.parametrize("side", ["left", "bottom", "right", "top"])
def test_letters_that_a_damaged_font_places_nowhere_are_kept_at_the_edge_of_the_page(tmp_path, side):
    pieces = run(paper.pdf([(100.0, 700.0, "Objet")]), tmp_path / "x", NOWHERE.replace("SIDE", repr(side)))["pages"][0]
    assert "".join(piece[6] for piece in pieces) == "Objet"
    for left, top, right, bottom, size, *_ in pieces:
        assert all(math.isfinite(place) for place in (left, top, right, bottom))
        assert left <= right
        assert top <= bottom
        assert size > 0
