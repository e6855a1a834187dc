"""The last page: after the annexes, naming them, with what is known of the signing and lines for the pen."""

import pytest

from portal.contracts import library
from portal.contracts.rules.assembly import assemble_contract
from portal.contracts.rules.signature_page import signed_electronically
from portal.core.documents.text import tree_text
from portal.core.documents.tree import Reference, Section, Signatures
from portal.core.language import Language
from tests.factories.contracts import facts

FR, EN = Language.FR, Language.EN
LIBRARY = library.cached()
UNKNOWN = {"signature__place": None, "signature__date": None, "signature__copies": None}


def contract(language=FR, **changes):
    return assemble_contract(LIBRARY, LIBRARY.template["dpa"], facts(**changes), language)


def last_page(language=FR, **changes):
    return contract(language, **changes).document.blocks[-1]


def said(section):
    """Its lines, with plain spaces."""
    document = contract().document
    text = tree_text(type(document)("", document.language, (section,), contents=False))
    return text.replace("\u202f", " ").replace("\xa0", " ")


def test_the_parties_sign_after_the_annexes():
    *_, annex, closing = contract().document.blocks
    assert annex.kind == "annex"
    assert closing.anchor == "signatures"
    assert isinstance(closing.blocks[-1], Signatures)


@pytest.mark.parametrize("regime", [("none",), ("adequacy", "scc")])
def test_the_page_names_every_annex_of_the_contract_and_no_other(regime):
    blocks = contract(transfers__mechanism=regime).document.blocks
    annexes = [block for block in blocks if isinstance(block, Section) and block.kind == "annex"]
    (listed,) = (block for block in blocks[-1].blocks if hasattr(block, "items"))
    assert [item[0].target for item in listed.items] == [annex.anchor for annex in annexes]
    assert [item[1].text for item in listed.items] == [f" – {annex.title}" for annex in annexes]
    assert all(isinstance(item[0], Reference) for item in listed.items)


def test_what_nobody_knows_of_the_signing_is_left_to_the_pen_and_makes_no_draft():
    made = contract(**UNKNOWN)
    assert not made.blanks
    assert not made.document.draft
    left = "Fait à ________________________, en autant d’exemplaires originaux que de parties."
    assert left in said(last_page(**UNKNOWN))


def test_a_number_of_originals_is_in_words_and_one_annex_alone_is_singular():
    known = {"signature__place": "Nantes", "signature__copies": "2"}
    assert "en deux (2) exemplaires originaux." in said(last_page(**known))
    assert "in two (2) originals." in said(last_page(EN, **known))
    listed = assemble_contract(LIBRARY, LIBRARY.template["liste-annexes"], facts(), FR).document
    assert "L’annexe suivante fait partie intégrante du présent document" in tree_text(listed)


@pytest.mark.parametrize("language", [FR, EN])
def test_a_copy_signed_electronically_leaves_nothing_to_the_pen_and_keeps_every_other_word(language):
    paper = contract(language).document
    signed = signed_electronically(paper)
    assert (paper.initials, signed.initials) == (True, False)
    before, after = (made.blocks[-1].blocks[-1] for made in (paper, signed))
    assert (before.by_hand, after.by_hand) == (True, False)
    gone = set(tree_text(paper).split("\n")) - set(tree_text(signed).split("\n"))
    assert {line.replace("\u202f", " ").strip() for line in gone} == (
        {"Date :", "Signature :"} if language is FR else {"Date:", "Signature:"}
    )
    assert [party for party, _ in after.parties] == [party for party, _ in before.parties]
    assert all(len(lines) == 2 and "certificat" in lines[-1] for _, lines in after.parties)


def test_place_day_and_number_of_originals_are_printed_once_known():
    known = {"signature__place": "Nantes", "signature__date": "2 décembre 2026", "signature__copies": "deux (2)"}
    assert "Fait à Nantes, le 2 décembre 2026, en deux (2) exemplaires originaux." in said(last_page(**known))
    known |= {"signature__date": "2 December 2026", "signature__copies": "two (2)"}
    assert "Signed at Nantes, on 2 December 2026, in two (2) originals." in said(last_page(EN, **known))


def test_a_signatory_nobody_named_is_still_a_blank_of_the_contract():
    assert [one.key for one in contract(vendor__representative=None).blanks] == ["vendor.representative"]
