"""The facts of a breach in words, in the language of who reads them."""

import pytest

from portal.core.language import Language
from portal.incidents.facts_page import fact_text

FR, EN = Language.FR, Language.EN


def test_what_holds_commas_is_parted_by_semicolons():
    held = ["identification", "economique"]
    assert fact_text("categories", held, {}, EN).count("; ") == 1
    assert fact_text("categories", held, {}, FR).count("\u202f; ") == 1


@pytest.mark.parametrize(("language", "said"), [(FR, "1\u202f200"), (EN, "1,200")])
def test_a_number_of_persons_is_written_as_its_reader_does(language, said):
    assert fact_text("persons", 1200, {}, language) == said
