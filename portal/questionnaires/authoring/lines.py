"""Choices, columns and findings as lines of text: one a line, its parts between bars, read back by the same module."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from portal.core.errors import Refused
from portal.core.expressions import expression
from portal.core.language import say
from portal.findings.rules import Severity
from portal.questionnaires.importing.keys import free, slug
from portal.questionnaires.kinds.column_kind import COLUMN_KINDS

_BAR = expression(r"(?<!\\)\|")
EXPLAIN, ALONE, REQUIRED = "expliquer", "seul", "obligatoire"
SEVERITIES = {"critique": Severity.CRITICAL, "majeur": Severity.MAJOR, "mineur": Severity.MINOR}


def choice_lines(raws: Iterable[Mapping[str, Any]]) -> str:
    """One choice a line: value, French, English, mark out of 100, what it asks.

    >>> choice_lines([{"value": "oui", "label": {"fr": "Oui", "en": "Yes"}, "mark": 1, "justify": True}])
    'oui | Oui | Yes | 100 | expliquer'
    """
    return "\n".join(
        _line(
            raw["value"], *_labels(raw), "" if raw.get("mark") is None else f"{raw['mark'] * 100:g}",
            ", ".join(word for word, name in ((EXPLAIN, "justify"), (ALONE, "exclusive")) if raw.get(name)),
        )
        for raw in raws
    )  # fmt: skip


def read_choices(text: str, before: Sequence[Mapping[str, Any]], *, several: bool) -> list[dict[str, Any]]:
    """The choices of these lines; one without a value takes it from its label. What lines do not say stays.

    >>> read_choices("| Oui | Yes | 100", [], several=False)
    [{'value': 'oui', 'label': {'fr': 'Oui', 'en': 'Yes'}, 'mark': 1.0}]
    """
    held = {raw["value"]: raw for raw in before}
    found: list[dict[str, Any]] = []
    for number, (value, fr, en, mark, asks) in enumerate(_rows(text, 5), start=1):
        key = value or free(slug(fr or en, f"choix-{number}"), {one["value"] for one in found} | set(held))
        raw: dict[str, Any] = {"value": key, "label": _both(fr, en)}
        if mark:
            raw["mark"] = _share(mark, number)
        if EXPLAIN in asks:
            raw["justify"] = True
        if several and ALONE in asks:
            raw["exclusive"] = True
        if several and "group" in held.get(key, {}):
            raw["group"] = held[key]["group"]
        found.append(raw)
    return found


def column_lines(raws: Iterable[Mapping[str, Any]]) -> str:
    """One column a line: key, French, English, kind, whether it must be filled."""
    return "\n".join(
        _line(raw["key"], *_labels(raw), raw.get("kind", "text"), REQUIRED if raw.get("required") else "")
        for raw in raws
    )


def read_columns(text: str, before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The columns of these lines; the choices of a column stay.

    >>> read_columns("| Pays | Country | country | obligatoire", [])
    [{'key': 'pays', 'label': {'fr': 'Pays', 'en': 'Country'}, 'kind': 'country', 'required': True}]
    """
    held = {raw["key"]: raw for raw in before}
    found: list[dict[str, Any]] = []
    for number, (value, fr, en, kind, asks) in enumerate(_rows(text, 5), start=1):
        key = value or free(slug(fr or en, f"colonne-{number}"), {one["key"] for one in found} | set(held))
        raw: dict[str, Any] = {"key": key, "label": _both(fr, en), "kind": kind or "text"}
        if REQUIRED in asks:
            raw["required"] = True
        if COLUMN_KINDS["single"].name == kind and "choices" in held.get(key, {}):
            raw["choices"] = held[key]["choices"]
        found.append(raw)
    return found


def severity_lines(on: Mapping[str, str]) -> str:
    """One answer a line, and how grave the finding is.

    >>> severity_lines({"non": "critical"})
    'non | critique'
    """
    words = {severity.value: word for word, severity in SEVERITIES.items()}
    return "\n".join(f"{value} | {words.get(severity, severity)}" for value, severity in on.items())


def read_severities(text: str) -> dict[str, str]:
    """The answers that open a finding, and its severity as files write it."""
    return {value: SEVERITIES.get(word.lower(), word) for value, word in _rows(text, 2)}


def _rows(text: str, size: int) -> Iterable[tuple[str, ...]]:
    for line in text.split("\n"):
        parts = [part.replace("\\|", "|").strip() for part in _BAR.split(line)]
        if len(parts) > size:
            raise Refused(say("« %(line)s » : %(count)s parties au plus entre les barres.", line=line[:60], count=size))
        if any(parts):
            yield (*parts, *[""] * (size - len(parts)))


def _line(*parts: str) -> str:
    return " | ".join(part.replace("|", "\\|").replace("\n", " ") for part in parts).rstrip(" |")


def _labels(raw: Mapping[str, Any]) -> tuple[str, str]:
    label = raw.get("label") or {}
    return label.get("fr", ""), label.get("en", "")


def _both(fr: str, en: str) -> dict[str, str]:
    return {name: text for name, text in (("fr", fr), ("en", en)) if text}


def _share(text: str, line: int) -> float:
    try:
        return round(float(text.replace(",", ".").rstrip(" %")) / 100, 6)
    except ValueError:
        raise Refused(
            say("Choix %(line)s : « %(text)s » n'est pas une note de 0 à 100.", line=line, text=text[:20])
        ) from None
