"""What a reading of a document is worth, field by field, against what its writer says of it."""

from typing import Any

FIELDS = ("kind", "issuer", "holder", "standard", "issued_on", "period_from", "period_to", "expires_on")
LISTS = ("scope", "sites", "exceptions")


def _same(text: str) -> str:
    return " ".join(text.replace("’", "'").split()).casefold()


def judge(expected: dict[str, Any], found: dict[str, Any], printed: str) -> list[tuple[str, bool, bool]]:
    """Each field with whether its value is right and whether its passage is, word for word in the document."""
    told, page = [], _same(printed)
    for name in FIELDS:
        wanted, got = expected.get(name), found[name]
        value, passage = (wanted, wanted) if isinstance(wanted, str) else wanted or (None, None)
        if value is None or got is None:
            told.append((name, value is None and got is None, value is None and got is None))
            continue
        right = _same(got["value"]) == _same(value)
        quoted = _same(got["quote"]) in page and (name == "kind" or _same(passage) in _same(got["quote"]))
        told.append((name, right, right and quoted))
    for name in LISTS:
        wanted, got = expected.get(name, []), found[name] or []
        held = all(any(_same(one) in _same(each["value"]) for each in got) for one in wanted)
        extra = len(got) > len(wanted) if wanted or expected["kind"] == "none" else bool(got)
        quoted = all(_same(each["quote"]) in page for each in got)
        told.append((name, held and not extra, held and quoted))
    return told


def page_of(body: str) -> str:
    """The words of a document as a reader of the page sees them, without the marks they are written with."""
    plain = body.replace("**", "").replace("|", " ")
    return "\n".join(line.strip().lstrip("#>^- ") for line in plain.splitlines())
