"""The day of an instant is a day in Paris: instants are kept in UTC, whose day ends an hour or two after ours."""

import re
from pathlib import Path

PORTAL = Path(__file__).resolve().parents[2] / "portal"
DAY_OF = re.compile(r"\.date\(\)")
IN_A_ZONE = re.compile(r"(?:astimezone|strptime)\(.*\)\.date\(\)")
WRITTEN = re.compile(r"\{(?![^{}]*legal_date)[^{}:]*(?:_at|\bnow|\.at):%[YdmB](?!%m%dT)[^}]*\}")
WITHOUT_A_ZONE = {
    "campaigns/forms.py": "a moment typed, in the zone of its campaign",
    "campaigns/rules/schedule.py": "moments of the zone of the campaign",
    "core/spreadsheets/xlsx_reading.py": "a cell has no zone",
    "mystery/rules/judgement.py": "observations are given in Paris time",
    "operations/health.py": "what the machine's administrator reads is in UTC, with its hour",
    "samples/rules/day_or_time.py": "the hour of the consumer's place",
}


def faults(text: str) -> list[str]:
    """The lines that take the day of an instant where it is kept."""
    bare = IN_A_ZONE.sub("", text)
    return [line.strip() for line in bare.splitlines() if DAY_OF.search(line) or WRITTEN.search(line)]


def test_no_day_is_taken_of_an_instant_in_utc():
    found = {}
    for path in sorted(PORTAL.rglob("*.py")):
        name = path.relative_to(PORTAL).as_posix()
        if not name.startswith("seed/") and (lines := faults(path.read_text(encoding="utf-8"))):
            found[name] = lines
    assert {name: lines for name, lines in found.items() if name not in WITHOUT_A_ZONE} == {}
    assert {*WITHOUT_A_ZONE} <= {*found}, "one of these needs no leave any more"


def test_what_is_looked_for_is_seen():
    assert faults("day = matter.now.date()")
    assert faults('f"VD-{declared_at:%Y}-{number:04}"')
    assert not faults("day = at.astimezone(zone).date()")
    assert not faults('f"VD-{legal_date(declared_at):%Y}-{number:04}"')
    assert not faults('f"manual-{ctx.now:%Y%m%dT%H%M}"')
