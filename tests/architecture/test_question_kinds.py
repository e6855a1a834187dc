"""A kind of question is one file: the rest of the portal asks the kind and never compares it with one by name."""

import re
from pathlib import Path

from portal.questionnaires.kinds import QUESTION_KINDS
from portal.questionnaires.kinds.column_kind import COLUMN_KINDS

PORTAL = Path(__file__).resolve().parents[2] / "portal"
KINDS = PORTAL / "questionnaires" / "kinds"
NAMES = "|".join(sorted({*QUESTION_KINDS, *COLUMN_KINDS}))
NAMED = re.compile(
    rf"questionnaires\.kinds\.(?:{'|'.join(QUESTION_KINDS)})\b"
    rf"|(?:question|column)\.kind(?:\.name)? *(?:==|!=|is|is not|in|not in) *[\[({{]*[\"'](?:{NAMES})[\"']"
)


def test_nothing_outside_the_folder_of_kinds_names_one():
    found = []
    for path in [*PORTAL.rglob("*.py"), *PORTAL.rglob("*.html")]:
        if path.parent != KINDS:
            text = path.read_text(encoding="utf-8")
            found += [f"{path.relative_to(PORTAL)}: {match[0]}" for match in NAMED.finditer(text)]
    assert not found


def test_a_kind_has_its_module_and_its_control_under_its_name():
    controls = PORTAL / "questionnaires" / "templates" / "controls"
    for name in QUESTION_KINDS:
        assert (KINDS / f"{name}.py").is_file()
        assert (controls / f"{name}.html").is_file()
