"""What the vendor itself has answered: measures, sub-processors, places, contacts."""

from collections.abc import Iterator, Mapping

from portal.contracts.fact_sources.languages import FreeText
from portal.contracts.fact_sources.sources import AnswerSheet, SourcedFact, Sources, one_line
from portal.contracts.rules.facts import Row
from portal.core.language import Language
from portal.questionnaires.definition import NO, YES
from portal.vendors.rules.countries import in_eea

MEASURES, CHAIN, CHAIN_LIST = "contrat.mesures", "chaine.recours", "chaine.liste"
PLACES, OUTSIDE, DPO = "transferts.lieux", "transferts.hors-eee", "gouvernance.dpo-contact"
QUESTIONS = frozenset({MEASURES, CHAIN, CHAIN_LIST, PLACES, OUTSIDE, DPO})
TOOLS = frozenset({"adequation", "dpf", "cct"})
"""Mechanisms our clauses know how to frame; another one leaves a blank rather than a promise nobody has checked."""


def facts_from_answers(sources: Sources, language: Language) -> Iterator[SourcedFact]:
    """Every fact the answers give, each from the newest questionnaire that asks for it."""
    for question, read in ((MEASURES, _measures), (PLACES, _places), (DPO, _dpo)):
        sheet = sources.asking(question)
        if sheet is not None:
            yield from read(sheet, sources, language)


def _measures(sheet: AnswerSheet, _sources: Sources, language: Language) -> Iterator[SourcedFact]:
    """The measures ticked; the files attached prove them to a reviewer, their names mean nothing in a contract."""
    chosen = sheet.given.get(MEASURES) or ()
    rows = tuple(
        {"theme": choice.group.read(language), "measure": choice.label.read(language), "evidence": None}
        for choice in sheet.questions[MEASURES].choices
        if choice.value in chosen and choice.group
    )
    yield SourcedFact("measures", rows, sheet.origin)


def _places(sheet: AnswerSheet, sources: Sources, language: Language) -> Iterator[SourcedFact]:
    rows = sheet.rows(PLACES)
    names = (row["pays"] for row in sheet.rows_in_words(PLACES, language))
    yield SourcedFact("locations", tuple(dict.fromkeys(filter(None, names))), sheet.origin)
    outside = [row for row in rows if row.get("pays") and not in_eea(row["pays"] or "", sources.atlas, sources.on)]
    yield SourcedFact("transfers.rows", tuple(_transfer(sheet, row, language) for row in outside), sheet.origin)


def _transfer(sheet: AnswerSheet, row: Row, language: Language) -> Row:
    words = sheet.row_in_words(PLACES, row, language)
    return {
        "importer": one_line(words["organisme"]),
        "country": words["pays"],
        "purpose": words["usage"] or None,
        "tool": transfer_tool(sheet, row, language),
        "assessment": FreeText(one_line(words["analyse"])) or None,
        "measures": None,
    }


def transfer_tool(sheet: AnswerSheet, row: Row, language: Language) -> str | None:
    """The transfer tool of a place in words; None for one our clauses cannot frame, or that nobody knows."""
    return sheet.row_in_words(PLACES, row, language)["mecanisme"] if row.get("mecanisme") in TOOLS else None


def _dpo(sheet: AnswerSheet, _sources: Sources, language: Language) -> Iterator[SourcedFact]:
    for row in sheet.rows(DPO)[:1]:
        reached = ", ".join(one_line(text) for key in ("nom", "email", "telephone") if (text := row.get(key)))
        yield SourcedFact("vendor.dpo_contact", reached, sheet.origin)


def subprocessors(sheet: AnswerSheet, language: Language) -> tuple[Row, ...] | None:
    """The vendor's own processors; empty when it says that it has none, None when it does not say."""
    rows = tuple(_subprocessor(sheet, row, language) for row in sheet.rows(CHAIN_LIST))
    return {NO: (), YES: rows or None}.get(sheet.given.get(CHAIN, ""))


def _subprocessor(sheet: AnswerSheet, row: Mapping[str, str | None], language: Language) -> Row:
    words = sheet.row_in_words(CHAIN_LIST, row, language)
    place = (_folded(row.get("nom")), row.get("pays"))
    tools = [transfer_tool(sheet, one, language) for one in sheet.rows(PLACES) if _of(one) == place]
    return {
        "name": one_line(words["nom"]),
        "address": one_line(words["adresse"]),
        "contact": one_line(words["contact"]),
        "service": FreeText(one_line(words["service"])),
        "country": words["pays"],
        "transfer": next(filter(None, tools), None),
    }


def _of(row: Row) -> tuple[str, str | None]:
    return _folded(row.get("organisme")), row.get("pays")


def _folded(name: str | None) -> str:
    return " ".join((name or "").casefold().split())
