"""What a text shows, recalls or quotes."""

import pytest

from portal.documents_in.reader import read_document
from portal.paper.rules.folding import fold
from portal.paper.rules.sentences import split_sentences
from portal.paper.rules.specimens import shown_places

DUTY = "The Supplier tells the Client of every breach."


def shown(text):
    units = split_sentences(read_document(text.encode(), "a.txt"))
    lines = [fold(unit.text).replace("supplier", "@p").replace("client", "@c") for unit in units]
    return {units[place].text for place in shown_places(units, lines)}


@pytest.mark.parametrize(
    "text",
    [
        f"1. Words\n\nThe specimen below forms no part of the agreement.\n\n{DUTY}\n",
        f"1. Words\n\nThis part tells what is done. It is not a term of the contract.\n\n{DUTY}\n",
        f"1. Charte\n\nLes lignes qui suivent n'engagent personne.\n\n{DUTY}\n",
        f"1. Our values\n\n{DUTY}\n",
    ],
)
def test_what_is_only_shown_is_found(text):
    assert DUTY in shown(text)


@pytest.mark.parametrize(
    "text",
    [
        f"1. Words\n\nTitles bind nobody.\n\n{DUTY}\n",
        f"1. Words\n\nNothing here binds nobody until it is signed.\n\n{DUTY}\n",
        f"1. Words\n\nThe table below is binding.\n\n{DUTY}\n",
        f"1. Words\n\nThe specimen below forms no part of it.\n\n2. Breaches\n\n{DUTY}\n",
    ],
)
def test_what_is_promised_is_not(text):
    assert DUTY not in shown(text)


def test_the_law_quoted_is_not_promised():
    quoted = "Vu l'article 28 du RGPD, aux termes duquel le sous-traitant informe le responsable ;"
    assert quoted in shown(f"{quoted}\n\n1. Objet\n\n{DUTY}\n")
