"""Reading the scale's file: every defect with its place, then the scale itself."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from portal.core.language import Sentence, say
from portal.evidence.rules import Decay
from portal.scorecards.rules.scale import PROOFS, AnswerVerdict, Grade, Scale

_TOP = {
    "valid_from", "source", "note", "critical_cap", "grade", "evidence", "verdict", "freshness", "sample",
    "review_months",
}  # fmt: skip


def scale_problems(raw: Mapping[str, Any]) -> list[Sentence]:
    """Every defect of a scale's file, each with the place it is in; an empty list means `parse_scale` accepts it.

    >>> print(scale_problems({"valid_from": "demain"})[0])
    valid_from\u202f: une date est attendue (2026-11-01).
    """
    return [
        *(say("%(where)s : ce réglage est inconnu.", where=name) for name in sorted(set(raw) - _TOP)),
        *_header_problems(raw),
        *_grade_problems(raw.get("grade")),
        *_factor_problems("", raw, ("critical_cap",)),
        *_table_problems(raw, "evidence", ("not_requested", *PROOFS), rising=PROOFS),
        *_table_problems(raw, "verdict", tuple(AnswerVerdict), rising=tuple(reversed(AnswerVerdict))),
        *_table_problems(raw, "freshness", ("floor",), others=("grace_months",)),
        *_table_problems(raw, "sample", ("tolerated",)),
        *_month_problems(raw),
    ]


def _header_problems(raw: Mapping[str, Any]) -> Iterator[Sentence]:
    if type(raw.get("valid_from")) is not date:
        yield say("%(where)s : une date est attendue (2026-11-01).", where="valid_from")
    for name in ("source", "note"):
        yield from _bilingual_problems(name, raw.get(name))


def _bilingual_problems(where: str, texts: object) -> Iterator[Sentence]:
    for language in ("fr", "en"):
        if not isinstance(texts, Mapping) or not isinstance(texts.get(language), str) or not texts[language].strip():
            yield say("%(where)s : le texte « %(language)s » manque.", where=where, language=language)


def _grade_problems(rows: object) -> Iterator[Sentence]:
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        yield say("grade : au moins une note « [[grade]] » est attendue.")
        return
    for place, row in enumerate(rows, start=1):
        where = f"grade[{place}]"
        if not isinstance(row.get("key"), str) or not row["key"]:
            yield say("%(where)s : « %(name)s » manque.", where=where, name="key")
        for stray in sorted(set(row) - {"key", "from", "fr", "en"}):
            yield say("%(where)s : ce réglage est inconnu.", where=f"{where}.{stray}")
        yield from _bilingual_problems(where, row)
        yield from _factor_problems(where, row, ("from",))
    if len({row.get("key") for row in rows}) < len(rows):
        yield say("grade : une même note est décrite deux fois.")
    thresholds = [_decimal(row.get("from")) for row in rows]
    if None in thresholds:
        return
    if any(worse >= better for better, worse in pairwise(thresholds)):  # type: ignore[operator]
        yield say("grade : les seuils doivent aller du plus haut au plus bas, sans égalité.")
    if thresholds[-1] != 0:
        yield say("grade : la dernière note doit commencer à 0, sinon un niveau n'aurait pas de note.")


def _factor_problems(where: str, table: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[Sentence]:
    for name in names:
        factor = _decimal(table.get(name))
        if factor is None or not 0 <= factor <= 1:
            place = f"{where}.{name}" if where else name
            yield say("%(where)s : un nombre de 0 à 1 est attendu.", where=place)


def _table_problems(
    raw: Mapping[str, Any],
    name: str,
    factors: tuple[str, ...],
    *,
    rising: tuple[str, ...] = (),
    others: tuple[str, ...] = (),
) -> Iterator[Sentence]:
    table = raw.get(name)
    if not isinstance(table, Mapping):
        yield say("%(where)s : une table « [%(where)s] » est attendue.", where=name)
        return
    for stray in sorted(set(table) - set(factors) - set(others)):
        yield say("%(where)s : ce réglage est inconnu.", where=f"{name}.{stray}")
    yield from _factor_problems(name, table, factors)
    values = [_decimal(table.get(step)) for step in rising]
    if None not in values and any(low > high for low, high in pairwise(values)):  # type: ignore[operator]
        yield say(
            "%(where)s : les valeurs doivent croître dans l'ordre %(order)s.", where=name, order=" ≤ ".join(rising)
        )


def _month_problems(raw: Mapping[str, Any]) -> Iterator[Sentence]:
    freshness, review = raw.get("freshness"), raw.get("review_months")
    if isinstance(freshness, Mapping) and not _is_months(freshness.get("grace_months"), least=0):
        yield say("%(where)s : un nombre entier de mois est attendu.", where="freshness.grace_months")
    if not isinstance(review, Mapping) or not review:
        yield say("%(where)s : une table « [%(where)s] » est attendue.", where="review_months")
        return
    for tier, months in review.items():
        if not _is_months(months, least=1):
            yield say("%(where)s : un nombre entier de mois est attendu.", where=f"review_months.{tier}")


def _is_months(value: object, *, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _decimal(value: object) -> Decimal | None:
    """The number as it is written in the file: 0.85 is 85/100, not the float nearest to it."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = Decimal(str(value))
    return number if number.is_finite() else None


def parse_scale(raw: Mapping[str, Any]) -> Scale:
    """Read a sound scale from parsed TOML.

    :raises ValueError: the file has problems (see `scale_problems`); the message lists them all.
    """
    if problems := scale_problems(raw):
        raise ValueError("\n".join(map(str, problems)))
    return Scale(
        valid_from=raw["valid_from"],
        source=raw["source"],
        note=raw["note"],
        grades=tuple(Grade(row["key"], Decimal(str(row["from"])), row["fr"], row["en"]) for row in raw["grade"]),
        critical_cap=Decimal(str(raw["critical_cap"])),
        verdicts={AnswerVerdict(name): Decimal(str(mark)) for name, mark in raw["verdict"].items()},
        decay=Decay(Decimal(str(raw["freshness"]["floor"])), raw["freshness"]["grace_months"]),
        tolerated=Decimal(str(raw["sample"]["tolerated"])),
        review_months=raw["review_months"],
        **{name: Decimal(str(factor)) for name, factor in raw["evidence"].items()},
    )
