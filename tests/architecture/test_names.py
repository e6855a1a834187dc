"""One word, one thing: what a newcomer searches for is found once, or twice where two sides share a term."""

from bench import code_figures


def test_a_public_class_name_is_defined_at_most_twice():
    names = code_figures.class_names(code_figures.sources(code_figures.ROOT))
    assert not {name: number for name, number in names.items() if number > 2}
