import pytest

from bench import code_map


def test_the_picture_draws_each_package_once_and_the_fewest_arrows():
    drawn = code_map.picture([["top"], ["left", "right"], ["core"]], {"top": {"left"}, "left": {"core"}, "right": set(),
                             "core": set()}, dict.fromkeys(("top", "left", "right", "core"), "Words"))  # fmt: skip
    assert drawn.count("<rect") == 1 + 4
    assert drawn.count("marker-end") == 2
    assert 'role="img"' in drawn


def test_every_package_stands_on_a_floor_and_imports_only_lower_ones():
    height = {name: number for number, row in enumerate(code_map.floors()) for name in row}
    for name, others in code_map.imports().items():
        assert all(height[name] < height[other] for other in others), name


def test_a_page_without_the_marks_is_an_error():
    with pytest.raises(KeyError):
        code_map.written("no mark", {"events": ""})
