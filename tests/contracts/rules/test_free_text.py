import pytest

from portal.contracts import library as files
from portal.contracts.rules.free_text import (
    LONGEST_TEXT,
    filled_in,
    read_text,
    reference_targets,
    text_problems,
    typed_source,
)
from portal.contracts.rules.model import ProseList
from portal.core.language import Language

LIBRARY = files.cached()
TARGETS = frozenset().union(*map(reference_targets, LIBRARY.templates))


@pytest.mark.parametrize("language", Language)
def test_every_paragraph_of_the_library_can_be_typed_and_reads_the_same(language):
    """Whoever starts from our text and changes nothing has changed nothing."""
    for clause in LIBRARY.clauses:
        fallbacks = [passage for point in clause.negotiation for passage in point.fallback[language]]
        for passage in (*clause.prose[language], *fallbacks):
            typed = typed_source(passage)
            assert read_text(typed, language, TARGETS) == passage.blocks, typed
            assert not list(text_problems(typed, TARGETS)), typed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" \n ", "vide"),
        ("Selon [à compléter], il avertit.", "« [à compléter] »"),
        ("Selon [CL99].", "« [CL99] »"),
        ("Selon [measures].", "tableau"),
        ("Selon {{ vendor.name }}.", "accolades"),
        ("x" * (LONGEST_TEXT + 1), "10000"),
    ],
)
def test_what_would_print_a_blank_that_nobody_counts_is_refused(text, said):
    assert said in " ".join(str(one) for one in text_problems(text, TARGETS)).replace("\u202f", " ")


def test_what_is_filled_in_is_listed_once_and_lists_are_read():
    text = "Selon [CL18] et [annex.measures] :\n- [vendor.name] ;\n- [CL18]."
    assert filled_in(text, TARGETS) == ("CL18", "annex.measures", "vendor.name")
    assert isinstance(read_text(text, Language.FR, TARGETS)[1], ProseList)
