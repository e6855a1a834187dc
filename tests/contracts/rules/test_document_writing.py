"""What is written of the facts in each template: never the name of a file of ours, whoever left it in a cell."""

import re

import pytest

from portal.contracts import library
from portal.contracts.rules.assembly import assemble_contract
from portal.core.documents.text import tree_text
from portal.core.language import Language
from tests.factories.contracts import COMPLETE, facts

LIBRARY = library.cached()
FILE = re.compile(r"\w\.(?:pdf|docx|xlsx|png)\b")


@pytest.mark.parametrize("template", LIBRARY.templates, ids=lambda one: one.key)
@pytest.mark.parametrize("language", Language)
def test_no_file_name_is_printed_in_any_cell_of_any_template(template, language):
    tables = {
        key: tuple(dict.fromkeys(row, "politique securite (v3).pdf") for row in value)
        for key, value in COMPLETE.items()
        if key in {"measures", "subprocessors", "transfers.rows", "data.retention"}
    }
    named = facts(**{key.replace(".", "__"): rows for key, rows in tables.items()})
    made = assemble_contract(LIBRARY, template, named, language)
    assert FILE.findall(tree_text(made.document)) == []
    printed = {key for annex in template.annexes for key in annex.tables}
    assert {blank.key.rpartition(".")[0].rpartition(".")[0] for blank in made.blanks} >= printed & tables.keys()


def test_a_document_named_as_the_other_party_knows_it_is_printed():
    named = facts(
        measures=({"theme": "Accès", "measure": "revue des droits", "evidence": "Politique de sécurité, v. 3"},)
    )
    text = tree_text(assemble_contract(LIBRARY, LIBRARY.template["dpa"], named, Language.FR).document)
    assert "Politique de sécurité, v. 3" in text


@pytest.mark.parametrize(("address", "printed"), [
    ("45 boulevard Zerktouni, Casablanca, Maroc", "45 boulevard Zerktouni, Casablanca, Maroc, agissant"),
    ("45 boulevard Zerktouni, Casablanca", "45 boulevard Zerktouni, Casablanca, Maroc, agissant"),
    ("12 rue du Maroc, Casablanca", "12 rue du Maroc, Casablanca, Maroc, agissant"),
])  # fmt: skip
def test_a_country_that_ends_the_address_is_not_printed_twice(address, printed):
    named = facts(vendor__address=address, vendor__country="Maroc", vendor__established="third_country")
    assert printed in tree_text(assemble_contract(LIBRARY, LIBRARY.template["dpa"], named, Language.FR).document)
