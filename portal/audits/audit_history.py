"""The history of an audit, from the journal: the verdicts one person gave in a row on one day are one line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from portal.audits.rules import ReviewVerdict
from portal.audits.wording import VERDICT_NAMES
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.journal.entry_text import shown_entry
from portal.journal.models import JournalEntry
from portal.web.formats import long_date
from portal.web.text import _, ngettext, said

_JUDGED = "answer.reviewed"
_TONES = {"audit.submitted": "info", "audit.returned": "warning", "audit.accepted": "ok", "audit.cancelled": "danger"}


@dataclass(frozen=True)
class HistoryLine:
    """One line of the history, as the macro `timeline` shows it."""

    at: datetime
    actor: str
    text: str
    detail: str
    tone: str


def history_lines(entries: Iterable[JournalEntry], numbers: Mapping[str, str]) -> list[HistoryLine]:
    """The entries of an audit, newest first; what one person judges in a row on one day becomes one line."""
    return list(_lines(entries, numbers))


def _lines(entries: Iterable[JournalEntry], numbers: Mapping[str, str]) -> Iterator[HistoryLine]:
    for _key, run in groupby(entries, key=_kind):
        together = list(run)
        yield _reviewed(together, numbers) if together[0].action == _JUDGED else _told(together[0], numbers)


def _kind(entry: JournalEntry) -> tuple[object, ...]:
    if entry.action != _JUDGED:
        return entry.action, entry.id
    return entry.action, entry.actor_id, legal_date(entry.at)


def _reviewed(entries: Sequence[JournalEntry], numbers: Mapping[str, str]) -> HistoryLine:
    newest = entries[0]
    last = {entry.after["question"]: entry.after["verdict"] for entry in reversed(entries)}
    if len(last) == 1:
        key, verdict = next(iter(last.items()))
        name = said(VERDICT_NAMES[ReviewVerdict(verdict)])
        text = _("Réponse %(number)s jugée : %(verdict)s", number=numbers.get(key, key), verdict=name.lower())
        return _line(newest, text, "")
    bad = [numbers.get(key, key) for key, verdict in last.items() if verdict != ReviewVerdict.ACCEPTABLE]
    text = ngettext("%(num)s réponse examinée", "%(num)s réponses examinées", len(last))
    return _line(newest, text, _("Améliorables ou à corriger : %(numbers)s", numbers=_ordered(bad)) if bad else "")


def _told(entry: JournalEntry, numbers: Mapping[str, str]) -> HistoryLine:
    return _line(entry, _text(entry), " ".join(_details(entry.action, entry.after, numbers)))


def _text(entry: JournalEntry) -> str:
    after = entry.after
    match entry.action:
        case "answers.accepted_together":
            count = len(after["questions"])
            return str(ngettext("%(num)s réponse jugée acceptable", "%(num)s réponses jugées acceptables", count))
        case "audit.returned":
            count = len(after["questions"])
            return str(ngettext("%(num)s question renvoyée", "%(num)s questions renvoyées", count))
        case _:
            return shown_entry(entry).text


def _details(action: str, after: Mapping[str, Any], numbers: Mapping[str, str]) -> Iterator[str]:
    if action == "audit.returned":
        yield _("Questions %(numbers)s.", numbers=_ordered(numbers.get(key, key) for key in after["questions"]))
    if action == "audit.submitted":
        yield _("Tour %(round)s, empreinte %(hash)s.", round=after["round"], hash=after["sha256"][:12])
    if action == "audit.accepted" and after["findings"]:
        yield ngettext("%(num)s constat ouvert.", "%(num)s constats ouverts.", after["findings"])
    if after.get("wanted_on"):
        yield _("Demandé jusqu'au %(day)s.", day=long_date(date.fromisoformat(after["wanted_on"])))
    if after.get("due_on"):
        yield _("Échéance le %(day)s.", day=long_date(date.fromisoformat(after["due_on"])))
    if after.get("reason"):
        yield str(after["reason"])


def _ordered(numbers: Iterable[str]) -> str:
    return ", ".join(sorted(numbers, key=lambda number: [int(part) for part in number.split(".") if part.isdigit()]))


def _line(entry: JournalEntry, text: str, detail: str) -> HistoryLine:
    return HistoryLine(entry.at, entry.actor_name, text, detail, _TONES.get(entry.action, "neutral"))
