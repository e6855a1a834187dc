"""A deadline is the last day in time: nothing says that it is the first day late, nor that one acts before it."""

import re
from pathlib import Path

PORTAL = Path(__file__).parents[2] / "portal"
LAST_DAYS = "due_on|due|until|last|expires_on|ends_on|notice_by"
LATE_SINCE = re.compile(rf"(?:depuis le|since) (?:\{{\{{ |%\()(?:{LAST_DAYS})\b")
ACTED_BEFORE = re.compile(r'^msgid "[^"]*\bavant le"$', re.MULTILINE)


def test_what_is_late_is_not_so_since_the_last_day_in_time():
    """« En retard depuis le 5 » of what could be given all day on the 5th is untrue by a day."""
    letters = sorted(PORTAL.glob("*/templates/**/*.txt")) + sorted(PORTAL.glob("translations/en/parts/*.po"))
    assert len(letters) > 100
    assert [path.name for path in letters if LATE_SINCE.search(path.read_text(encoding="utf-8"))] == []


def test_no_label_asks_to_act_before_a_last_day():
    """« À prouver avant le 5 » beside a day on which it still can be proved: « d'ici au », « jusqu'au »."""
    parts = sorted(PORTAL.glob("translations/en/parts/*.po"))
    assert [one for path in parts for one in ACTED_BEFORE.findall(path.read_text(encoding="utf-8"))] == []
