"""The rows of a sample read as cases or calls; every bad cell is listed with its line, its column and what to write."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from portal.consumer_law.rules.periods import Unsupported
from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say
from portal.samples.rules import cells
from portal.samples.rules.calls import Call
from portal.samples.rules.case_law import CaseLaw
from portal.samples.rules.cases import Decision, WithdrawalCase
from portal.samples.rules.cells import BadCell
from portal.samples.rules.columns import CallField, CaseField, ColumnMapping, SampleField, SampleKind
from portal.samples.rules.day_or_time import day_of
from portal.vendors.rules.rows import RowProblem

_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"}
MOST_KEPT = 4_000
"""Cells of one column kept as read: dates and words come again and again, sums and references do not."""


@dataclass(frozen=True)
class CellProblem(RowProblem):
    """What is wrong in one cell, and the field it should fill; a correction is given by line and field."""

    field: SampleField | None = None


_READERS: Mapping[SampleKind, Mapping[SampleField, Callable[[str], Any]]] = {
    SampleKind.CASES: {
        CaseField.REFERENCE: cells.reference,
        CaseField.KIND: cells.kind,
        CaseField.CHANNEL: cells.channel,
        CaseField.ONLINE: cells.yes_or_no,
        CaseField.COUNTRY: cells.country,
        CaseField.REGION: cells.region,
        CaseField.CONCLUDED: cells.day,
        CaseField.DELIVERIES: cells.days,
        CaseField.INFORMED_ON: cells.day,
        CaseField.STATED: cells.moment,
        CaseField.STATED_BY: cells.way,
        CaseField.ARRIVED: cells.moment,
        CaseField.LOGGED: cells.moment,
        CaseField.FORWARDED: cells.moment,
        CaseField.ACKNOWLEDGED: cells.moment,
        CaseField.ACKNOWLEDGED_CONTENT: cells.yes_or_no,
        CaseField.START_CLAIMED: cells.day,
        CaseField.DEADLINE_CLAIMED: cells.day,
        CaseField.DECISION: cells.decision,
        CaseField.REFUSAL: cells.refusal,
        CaseField.AMOUNT: cells.money,
        CaseField.REFUNDED: cells.money,
        CaseField.REFUNDED_ON: cells.day,
        CaseField.RECOVERED: cells.day,
        CaseField.DISPATCHED: cells.day,
        CaseField.COLLECTED_BY_TRADER: cells.yes_or_no,
        CaseField.FUNCTION_OFFERED: cells.yes_or_no,
    },
    SampleKind.CALLS: {
        CallField.REFERENCE: cells.reference,
        CallField.CALLED: cells.moment,
        CallField.CONSENTED: cells.moment,
        CallField.CONSENT_WORDING: cells.code,
        CallField.CONSENT_BY: cells.code,
        CallField.WITHDRAWN: cells.moment,
        CallField.SUPPRESSED: cells.moment,
        CallField.IN_CONTRACT: cells.yes_or_no,
        CallField.ENERGY: cells.yes_or_no,
        CallField.HOUSING: cells.yes_or_no,
        CallField.RENOVATION: cells.yes_or_no,
        CallField.TRAINING: cells.yes_or_no,
        CallField.ANY_TIME: cells.yes_or_no,
        CallField.RECENT_CALLS: cells.count,
        CallField.REFUSED: cells.moment,
        CallField.OUTCOME: cells.code,
    },
}
"""« Informed » is read apart: it is a yes, a no, or a day."""
_NEEDED: Mapping[SampleKind, tuple[SampleField, ...]] = {
    SampleKind.CASES: (CaseField.KIND, CaseField.INFORMED, CaseField.STATED, CaseField.DECISION, CaseField.AMOUNT),
    SampleKind.CALLS: (CallField.CALLED,),
}
_NEVER_BEFORE_STATED = (
    CaseField.ARRIVED, CaseField.LOGGED, CaseField.FORWARDED, CaseField.ACKNOWLEDGED, CaseField.REFUNDED_ON,
)  # fmt: skip
_NEVER_TO_COME: Mapping[SampleKind, Sequence[SampleField]] = {
    SampleKind.CASES: (
        CaseField.CONCLUDED, CaseField.INFORMED_ON, CaseField.STATED, *_NEVER_BEFORE_STATED, CaseField.RECOVERED,
        CaseField.DISPATCHED,
    ),
    SampleKind.CALLS: (CallField.CALLED, CallField.CONSENTED, CallField.WITHDRAWN, CallField.SUPPRESSED),
}  # fmt: skip
_FIELD_OF = {"received": CaseField.DELIVERIES, **{field.value: field for field in CaseField}}


class RowReader:
    """Reads the rows of one file; knows the references it has met, so that one met twice is a problem."""

    def __init__(
        self, mapping: ColumnMapping, law: CaseLaw | None = None, seen: Mapping[str, int] | None = None,
        today: date | None = None,
    ) -> None:  # fmt: skip
        """`law` makes a problem of a period that cannot be worked out; `seen` are references by line, on resuming.

        `today` makes one of what would be done already on a day to come: a refund planned is no refund.
        """
        self.mapping = mapping
        self.seen: dict[str, int] = {**(seen or {})}
        self._law, self._today = law, today
        self._readers = {field: _Remembering(read) for field, read in _READERS[mapping.sample].items()}
        self._columns = [(f, at, self._readers[f]) for f, at in mapping.columns.items() if f in self._readers]
        self._informed = mapping.columns.get(CaseField.INFORMED) if mapping.sample is SampleKind.CASES else None
        self._width = len(mapping.header)

    def read(
        self, line: int, row: Sequence[str], corrections: Mapping[tuple[int, SampleField], str] | None = None
    ) -> WithdrawalCase | Call | tuple[CellProblem, ...]:
        """The case or the call, or everything that is wrong with the row.

        `corrections` replace cells, by line and field: a person corrects on a page what the file got wrong.
        """
        given = {field: text for (at, field), text in corrections.items() if at == line} if corrections else {}
        values: dict[str, Any] = {}
        problems: list[CellProblem] = []
        width = len(row)
        for field, at, read in self._columns_with(given):
            text = given[field] if field in given else row[at] if at < width else ""
            if text:
                value = read.kept.get(text, read)
                if value is read:
                    value = read.fresh(text)
                if value.__class__ is Sentence:
                    problems.append(self._problem(line, field, value))
                elif value is not None:
                    values[field] = value
        self._check_row(line, row, values, problems)
        if self.mapping.sample is SampleKind.CALLS:
            return tuple(problems) or Call(line, **values)
        informed = self._informed
        if informed is not None or CaseField.INFORMED in given:
            text = row[informed] if informed is not None and informed < width else ""
            self._read_informed(line, given.get(CaseField.INFORMED, text), values, problems)
        if problems:
            return tuple(problems)
        case = WithdrawalCase(line, **values)
        return tuple(self._contradictions(case)) or case

    def _columns_with(self, given: Mapping[SampleField, str]) -> list[tuple[SampleField, int, "_Remembering"]]:
        """The columns to read, and the fields that no column fills but a correction does."""
        more = [field for field in given if field not in self.mapping.columns and field in self._readers]
        return (
            [*self._columns, *((field, self._width, self._readers[field]) for field in more)] if more else self._columns
        )

    def _problem(self, line: int, field: SampleField, sentence: Sentence) -> CellProblem:
        return CellProblem(line, self.mapping.label_of(field), sentence, field)

    def _check_row(
        self, line: int, texts: Sequence[str], values: Mapping[str, Any], problems: list[CellProblem]
    ) -> None:
        """Cells beyond the header, a reference missing or met before, a cell that no row can do without."""
        if len(texts) > self._width and any(text.strip() for text in texts[self._width :]):
            problems.append(CellProblem(line, "", say("La ligne a plus de cellules que l'en-tête n'a de colonnes.")))
        known = {problem.field for problem in problems}
        at = CaseField.REFERENCE  # the same word in both samples
        reference = values.get(at)
        if reference is None and at not in known:
            problems.append(self._problem(line, at, say("La référence manque : chaque ligne en porte une.")))
        elif reference is not None and (before := self.seen.setdefault(reference, line)) != line:
            problems.append(
                self._problem(line, at, say("Cette référence est déjà celle de la ligne %(line)s.", line=before))
            )
        if self._today is not None:
            for field in _NEVER_TO_COME[self.mapping.sample]:
                if field in values and day_of(values[field]) > self._today:
                    problems.append(self._problem(line, field, say("Cette date est à venir : vérifiez-la.")))
        for field in _NEEDED[self.mapping.sample]:
            if field not in values and field not in known and field is not CaseField.INFORMED:
                problems.append(self._problem(line, field, say("Cette cellule ne peut pas être vide.")))

    def _read_informed(self, line: int, text: str, values: dict[str, Any], problems: list[CellProblem]) -> None:
        """Informed: yes, no, or the day on which the information came."""
        text = text.strip()
        if not text:
            if CaseField.INFORMED_ON not in values:
                problems.append(self._problem(line, CaseField.INFORMED, say("Cette cellule ne peut pas être vide.")))
            return
        try:
            values["informed"] = cells.yes_or_no(text)
        except BadCell:
            try:
                values.setdefault("informed_on", cells.day(text))
            except BadCell:
                sentence = say("« %(text)s » : écrivez « oui », « non » ou une date.", text=cells.shown(text))
                problems.append(self._problem(line, CaseField.INFORMED, sentence))

    def _contradictions(self, case: WithdrawalCase) -> list[CellProblem]:
        """What no single cell shows: dates in an order that cannot be, a period that cannot be worked out."""
        found = []
        sent = day_of(case.stated)
        for field in _NEVER_BEFORE_STATED:
            moment: date | None = getattr(case, field.value)
            if moment is not None and day_of(moment) < sent:
                found.append(self._problem(case.line, field, say("Cette date précède celle de la déclaration.")))
        if case.concluded is not None and sent < case.concluded:
            found.append(
                self._problem(case.line, CaseField.STATED, say("La déclaration précède la conclusion du contrat."))
            )
        if not case.is_received_known:
            found.append(
                self._problem(
                    case.line,
                    CaseField.ARRIVED if CaseField.ARRIVED in self.mapping.columns else CaseField.LOGGED,
                    say("Pour une lettre, donnez le jour de son arrivée ou de son enregistrement."),
                )
            )
        if case.refunded and case.refunded_on is None:
            found.append(self._problem(case.line, CaseField.REFUNDED_ON, say("Donnez le jour du remboursement.")))
        if case.refusal and case.decision is not Decision.REFUSED:
            found.append(
                self._problem(case.line, CaseField.REFUSAL, say("Un motif de refus accompagne une décision de refus."))
            )
        if self._law is not None:
            try:
                self._law.period_of(case)
                self._law.clock("log.same-day", sent)  # what follows is judged by the law of the statement
            except Unsupported as refused:
                field = _FIELD_OF.get(refused.field, CaseField.KIND)
                found.append(self._problem(case.line, field, refused.sentence))
        return found


class _Remembering:
    """A reader of the cells of one column, which gives a sentence instead of raising and reads no text twice."""

    __slots__ = ("_read", "kept")

    def __init__(self, read: Callable[[str], Any]) -> None:
        self._read = read
        self.kept: dict[str, Any] = {}

    def fresh(self, text: str) -> Any:
        """The value of a text not met yet: None of a blank one, a sentence of one that cannot be read."""
        bare = text.translate(_CONTROLS).strip()
        value: Any = None
        if bare:
            try:
                value = self._read(bare)
            except BadCell as bad:
                value = bad.sentence
        if len(self.kept) < MOST_KEPT:
            self.kept[text] = value
        return value
