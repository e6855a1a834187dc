"""One word, one thing: what a newcomer searches for is found once, or twice where two sides share a term."""

from collections import defaultdict

from tests.factories.sources import sources


def test_a_public_class_name_is_defined_at_most_twice():
    where: dict[str, list[str]] = defaultdict(list)
    for file in sources():
        for line, name in file.classes:
            where[name].append(f"{file.path}:{line}")
    assert len(where) > 500
    assert {name: places for name, places in where.items() if len(places) > 2 and not name.startswith("_")} == {}
