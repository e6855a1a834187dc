"""What the vendor itself has answered: measures, sub-processors, places, contacts."""

from collections.abc import Iterator, Mapping
from datetime import date

from portal.contracts.gathering.sources import AnswerSheet, Said, Sources, country, day, line
from portal.contracts.rules.facts import Row
from portal.core.language import Language
from portal.questionnaires.definition import NO, YES
from portal.vendors.rules.countries import in_eea

MEASURES, CHAIN, CHAIN_LIST = "contrat.mesures", "chaine.recours", "chaine.liste"
PLACES, OUTSIDE, DPO = "transferts.lieux", "transferts.hors-eee", "gouvernance.dpo-contact"
QUESTIONS = frozenset({MEASURES, CHAIN, CHAIN_LIST, PLACES, OUTSIDE, DPO})
TOOLS = frozenset({"adequation", "dpf", "cct"})
"""Mechanisms our clauses know how to frame; another one leaves a blank rather than a promise nobody has checked."""


def said(sources: Sources, language: Language) -> Iterator[Said]:
    """Every fact the answers give, each from the newest questionnaire that asks for it."""
    for question, read in ((MEASURES, _measures), (PLACES, _places), (DPO, _dpo)):
        sheet = sources.asking(question)
        if sheet is not None:
            yield from read(sheet, sources, language)


def _measures(sheet: AnswerSheet, _sources: Sources, language: Language) -> Iterator[Said]:
    chosen = sheet.given.get(MEASURES) or ()
    proofs = ", ".join(line(name) for name in sheet.files.get(MEASURES, ()))
    rows = tuple(
        {"theme": choice.group.read(language), "measure": choice.label.read(language), "evidence": proofs or None}
        for choice in sheet.questions[MEASURES].choices
        if choice.value in chosen and choice.group
    )
    yield Said("measures", rows, sheet.origin)


def _places(sheet: AnswerSheet, sources: Sources, language: Language) -> Iterator[Said]:
    rows = sheet.rows(PLACES)
    names = (country(row.get("pays") or "", language) for row in rows)
    yield Said("locations", tuple(dict.fromkeys(filter(None, names))), sheet.origin)
    outside = [row for row in rows if row.get("pays") and not in_eea(row["pays"] or "", sources.atlas, sources.on)]
    yield Said("transfers.rows", tuple(_transfer(sheet, row, language) for row in outside), sheet.origin)


def _transfer(sheet: AnswerSheet, row: Row, language: Language) -> Row:
    return {
        "importer": line(row.get("organisme") or ""),
        "country": country(row.get("pays") or "", language),
        "purpose": _choice(sheet, "usage", row.get("usage"), language),
        "tool": tool(sheet, row, language),
        "assessment": _assessed(row.get("analyse"), language),
        "measures": None,
    }


def _assessed(written: str | None, language: Language) -> str | None:
    try:
        return day(date.fromisoformat(written), language) if written else None
    except ValueError:
        return line(written or "")


def tool(sheet: AnswerSheet, row: Row, language: Language) -> str | None:
    """The transfer tool of a place in words; None for one our clauses cannot frame, or that nobody knows."""
    mechanism = row.get("mecanisme")
    return _choice(sheet, "mecanisme", mechanism, language) if mechanism in TOOLS else None


def _choice(sheet: AnswerSheet, column: str, value: str | None, language: Language) -> str | None:
    choices = (c for one in sheet.questions[PLACES].columns if one.key == column for c in one.choices)
    return next((choice.label.read(language) for choice in choices if choice.value == value), None)


def _dpo(sheet: AnswerSheet, _sources: Sources, language: Language) -> Iterator[Said]:
    for row in sheet.rows(DPO)[:1]:
        reached = ", ".join(line(text) for key in ("nom", "email", "telephone") if (text := row.get(key)))
        yield Said("vendor.dpo_contact", reached, sheet.origin)


def subprocessors(sheet: AnswerSheet, language: Language) -> tuple[Row, ...] | None:
    """The vendor's own processors; empty when it says that it has none, None when it does not say."""
    rows = tuple(_subprocessor(sheet, row, language) for row in sheet.rows(CHAIN_LIST))
    return {NO: (), YES: rows or None}.get(sheet.given.get(CHAIN, ""))


def _subprocessor(sheet: AnswerSheet, row: Mapping[str, str | None], language: Language) -> Row:
    place = (_folded(row.get("nom")), row.get("pays"))
    tools = [tool(sheet, one, language) for one in sheet.rows(PLACES) if _of(one) == place]
    return {
        "name": line(row.get("nom") or ""),
        "address": line(row.get("adresse") or ""),
        "contact": line(row.get("contact") or ""),
        "service": line(row.get("service") or ""),
        "country": country(row.get("pays") or "", language),
        "transfer": next(filter(None, tools), None),
    }


def _of(row: Row) -> tuple[str, str | None]:
    return _folded(row.get("organisme")), row.get("pays")


def _folded(name: str | None) -> str:
    return " ".join((name or "").casefold().split())
