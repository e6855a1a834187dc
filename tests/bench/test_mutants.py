from dataclasses import replace
from pathlib import Path

from bench import mutants

SOURCE = """\
LIMIT = 3


def late(day, due, grace=0):
    if not day or day > due + 1:
        return True
    return day in (1, 2)
"""


def tree(folder: Path, source: str = SOURCE) -> Path:
    """A checkout of one rule."""
    place = folder / "portal" / "audits" / "rules.py"
    place.parent.mkdir(parents=True)
    place.write_text(source, encoding="utf-8")
    return folder


def found(root: Path) -> list[tuple[str, str, str]]:
    return [(one.kind, one.before, one.after) for one in mutants.points(mutants.rule_files(root)[0], root)]


def test_each_kind_of_fault_is_found_where_a_function_decides(tmp_path):
    assert found(tree(tmp_path)) == [
        ("not", "not ", ""),
        ("condition", "not day or day > due + 1", "(not (not day or day > due + 1))"),
        ("and-or", " or ", " and "),
        ("compare", " > ", " >= "),
        ("sign", " + ", " - "),
        ("number", "1", "2"),
        ("truth", "True", "False"),
        ("compare", " in ", " not in "),
        ("number", "1", "2"),
        ("number", "2", "3"),
    ]


def test_what_runs_at_import_is_left_alone(tmp_path):
    assert not [one for one in mutants.points(mutants.rule_files(tree(tmp_path))[0], tmp_path) if one.line == 1]


def test_the_same_seed_draws_the_same_and_every_one_parses(tmp_path):
    root = tree(tmp_path)
    first, second = mutants.draw(6, 1, root), mutants.draw(6, 1, root)
    assert first == second
    assert len(first) == 6
    assert all(mutants.sound(one, root) for one in first)


def test_a_mutant_is_found_again_in_a_file_moved_and_renamed_inside(tmp_path):
    old = tree(tmp_path / "old")
    new = tmp_path / "new"
    moved = new / "portal" / "findings" / "rules.py"
    moved.parent.mkdir(parents=True)
    moved.write_text("FIRST = 1\n\n" + SOURCE.replace("day", "date").replace("late", "is_late"), encoding="utf-8")
    for mutant in mutants.points(old / "portal" / "audits" / "rules.py", old):
        again = mutants.found_again(mutant, old, {mutant.path: ["portal/findings/rules.py"]}, new)
        assert again is not None
        assert (again.kind, again.line) == (mutant.kind, mutant.line + 2)


def test_a_mutant_whose_rule_is_gone_is_said_gone(tmp_path):
    old, new = tree(tmp_path / "old"), tree(tmp_path / "new", "def late(day):\n    return day\n")
    mutant = mutants.points(mutants.rule_files(old)[0], old)[3]
    assert mutants.found_again(mutant, old, {}, new) is None


def test_a_fault_that_changes_nothing_is_not_drawn(tmp_path):
    root = tree(tmp_path)
    mutant = mutants.points(mutants.rule_files(root)[0], root)[0]
    assert not mutants.sound(replace(mutant, after=mutant.before), root)
    assert not mutants.sound(replace(mutant, after="if if"), root)
