"""Tables of contents."""

from portal.documents_in.document import ParagraphKind
from portal.documents_in.structure.blocks import Block
from portal.documents_in.structure.table_of_contents import mark_contents


def kinds(*blocks: Block) -> list[str]:
    return [(block.kind or ParagraphKind.TEXT).value for block in mark_contents(list(blocks))]


def test_titles_announced_after_the_word_contents_are_contents_until_the_first_that_is_not():
    body = [Block("1. Objet"), Block("Le contrat a un objet."), Block("2. Durée"), Block("Un an.")]
    assert (
        kinds(Block("Table des matières"), Block("1. Objet"), Block("2. Durée"), *body)
        == ["contents"] * 3 + ["text"] * 4
    )


def test_lines_with_leaders_are_contents_anywhere_and_lose_them():
    found = mark_contents([Block("Sécurité . . . . . . 12"), Block("Le prestataire chiffre.")])
    assert [(block.kind, block.text) for block in found] == [
        (ParagraphKind.CONTENTS, "Sécurité"),
        (None, "Le prestataire chiffre."),
    ]


def test_a_list_under_the_word_contents_is_contents_even_when_titles_differ():
    listed = [Block("* Schedule A: Description", apart=rank == 0) for rank in range(3)]
    assert kinds(Block("Table of Contents"), *listed, Block("This agreement binds.")) == ["contents"] * 4 + ["text"]


def test_the_word_alone_is_a_title_like_any_other():
    assert (
        kinds(Block("Sommaire"), Block("Le prestataire notifie toute violation au client, sans délai, par écrit."))
        == ["text"] * 2
    )
