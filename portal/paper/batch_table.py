"""Contracts against requirements as one table: what lists, workbooks and commands show of a batch."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from portal.contracts.rules.model import Obligation, words
from portal.core.language import Language
from portal.core.spreadsheets import Value
from portal.core.translation import translate
from portal.paper.batch_files import CheckedFile
from portal.paper.rules.check_result import Check, RequirementResult, RequirementStatus
from portal.paper.rules.naming import SHORT_VERDICTS, STATUSES, requirement_title
from portal.paper.rules.rulebook import Rulebook

_TITLE = words("Contrats contrôlés", "Contracts checked")
_FILE, _SHA256 = words("Fichier", "File"), words("SHA-256", "SHA-256")
_LANGUAGE, _PAGES = words("Langue", "Language"), words("Pages", "Pages")
_VERDICT, _REFUSAL = words("Avis", "Verdict"), words("Refus", "Refusal")
_GAPS = words("Points à demander", "Points to ask for")


def table_title(language: Language) -> str:
    """The name of the sheet."""
    return _TITLE.said_in(language)


def count_statuses(check: Check) -> Mapping[RequirementStatus, int]:
    """How many requirements have each status, in the order of the statuses; those nobody has are left out."""
    seen = Counter(result.status for result in check.requirements)
    return {status: seen[status] for status in RequirementStatus if seen[status]}


def batch_table(
    rows: Iterable[CheckedFile], rulebook: Rulebook, obligations: Sequence[Obligation], language: Language
) -> tuple[list[str], list[list[Value]]]:
    """Header and rows: a contract a row, a requirement a column, its status in words; a refusal has its sentence."""
    blank = [
        RequirementResult(one.id, one.obligations, RequirementStatus.MISSING, one.missing)
        for one in rulebook.requirements
    ]
    header = [one.said_in(language) for one in (_FILE, _LANGUAGE, _PAGES, _VERDICT, _GAPS)]
    header += [requirement_title(result, obligations).said_in(language) for result in blank]
    header += [_REFUSAL.said_in(language), _SHA256.said_in(language)]
    return header, [_row(row, [result.id for result in blank], language) for row in rows]


def _row(row: CheckedFile, names: Sequence[str], language: Language) -> list[Value]:
    refusal = translate(row.refusal, language) if row.refusal else ""
    if row.check is None:
        return [row.name, "", None, "", None, *("" for _ in names), refusal, row.sha256]
    found = {result.id: result.status for result in row.check.requirements}
    return [
        row.name,
        row.check.language.value,
        row.document.pages if row.document else None,
        SHORT_VERDICTS[row.check.verdict].said_in(language),
        sum(not status.holds for status in found.values()),
        *(STATUSES[found[name]].said_in(language) if name in found else "" for name in names),
        refusal,
        row.sha256,
    ]
