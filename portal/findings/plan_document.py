"""The plan of a vendor handed out: a workbook of one line a finding, and a PDF by what presses most.

What the vendor takes away has neither how grave a finding is rated nor why it was settled: those are ours.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.dates import written
from portal.core.documents.printing import PrintingError, print_in_child
from portal.core.documents.tree import Block, Document, Inline, Note, Section, Table, Text
from portal.core.files import Unavailable
from portal.core.language import N_, Language, Sentence, say, semicolon
from portal.core.spreadsheets import Value, write_xlsx
from portal.core.translation import translate
from portal.findings.plan_page import PlanLine, VendorPlan
from portal.findings.plan_wording import settled_sentence
from portal.findings.rules import FindingState, RelationStage, Severity
from portal.findings.wording import GROUP_NAMES, SEVERITY_NAMES, STAGE_NAMES

PRINTING_SECONDS = 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLE = N_("Plan d'actions")
LONGEST_WORDS = 600
"""Characters of an action, or of why it ended, on paper."""


@dataclass(frozen=True, kw_only=True)
class PlanRow:
    """A finding as a plan on paper says it."""

    group: str
    """Where it stands, marked for translation; rows of one group follow each other."""
    title: str
    action: str
    due_on: date
    first_due_on: date
    postponements: int
    proposed_due_on: date | None
    in_charge: str
    proof_expected: str
    proofs: int
    severity: Severity | None = None
    """None in what the vendor takes away, as are the three below."""
    stage: str = ""
    settled_on: date | None = None
    is_closed: bool = False
    """Whether it was closed; what ended otherwise was accepted as it is."""
    settled: str = ""
    """How and why it ended, in our words."""


def our_rows(plan: VendorPlan, language: Language) -> list[PlanRow]:
    """The lines of a plan for our own eyes."""
    return [_our_row(line, language) for line in plan.lines]


def _our_row(line: PlanLine, language: Language) -> PlanRow:
    finding = line.finding
    return PlanRow(
        group=GROUP_NAMES[line.group],
        title=finding.title,
        action=finding.action,
        due_on=finding.due_on,
        first_due_on=finding.first_due_on,
        postponements=finding.postponements,
        proposed_due_on=finding.proposed_due_on,
        in_charge=finding.contact.name if finding.contact else finding.responsible,
        proof_expected=finding.proof_expected,
        proofs=line.proofs,
        severity=finding.severity,
        stage=line.stage,
        settled_on=legal_date(finding.closed_at) if finding.closed_at else None,
        is_closed=finding.state is FindingState.CLOSED,
        settled=translate(settled_sentence(finding, line.stale), language) if finding.state.is_settled else "",
    )


@dataclass(frozen=True)
class PlanOnPaper:
    """A plan to hand out."""

    vendor: str
    verdict: str | Sentence
    """What is said of the whole plan; the first line of the PDF."""
    rows: Sequence[PlanRow]
    is_ours: bool
    at: datetime
    today: date
    only: Sentence | None = None
    """What of the plan is here, when it is not the whole; then the verdict is not that of the lines."""

    @property
    def heading(self) -> tuple[str | Sentence, ...]:
        """What is said before the lines."""
        return (self.verdict,) if self.only is None else (self.verdict, self.only)


def plan_workbook(plan: PlanOnPaper, language: Language) -> bytes:
    """One sheet: one line a finding, or what is said of the plan alone when there is none."""
    header = [translate(name, language) for name in _header(is_ours=plan.is_ours)]
    rows = [_cells(row, language, is_ours=plan.is_ours) for row in plan.rows]
    if not rows:
        told = " ".join(translate(one, language) for one in plan.heading)
        rows = [[told, *[None] * (len(header) - 1)]]
    return write_xlsx(translate(TITLE, language), header, rows)


def _header(*, is_ours: bool) -> list[str]:
    ours = [N_("Gravité"), N_("Relation client")] if is_ours else []
    ended = [N_("Clos ou accepté le"), N_("Motif de clôture")] if is_ours else []
    return [
        N_("Constat"), N_("Où il en est"), *ours, N_("Action attendue"), N_("Échéance"), N_("Échéance d'origine"),
        N_("Repoussée (fois)"), N_("Date proposée"), N_("Responsable"), N_("Preuve attendue"), N_("Pièces remises"),
        *ended,
    ]  # fmt: skip


def _cells(row: PlanRow, language: Language, *, is_ours: bool) -> list[Value]:
    stage = translate(STAGE_NAMES[RelationStage(row.stage)], language) if row.stage else ""
    severity = translate(SEVERITY_NAMES[row.severity], language) if row.severity else ""
    return [
        row.title, translate(row.group, language), *([severity, stage] if is_ours else []), row.action, row.due_on,
        row.first_due_on, row.postponements, row.proposed_due_on, row.in_charge, row.proof_expected, row.proofs,
        *([row.settled_on, row.settled] if is_ours else []),
    ]  # fmt: skip


def plan_pdf(plan: PlanOnPaper, language: Language) -> bytes:
    """The plan on paper; raises Unavailable when the printer does not answer."""
    try:
        return print_in_child(plan_tree(plan, language), PRINTING_SECONDS)
    except PrintingError as failure:
        raise Unavailable(say("L'impression n'a pas abouti : réessayez dans quelques minutes.")) from failure


def plan_tree(plan: PlanOnPaper, language: Language) -> Document:
    """The plan as a document: what is said of it, then a table a group."""
    day = written(plan.today, language)
    blocks: list[Block] = [Note((Text(translate(one, language)),)) for one in plan.heading]
    blocks += [_part(group, rows, language) for group, rows in _grouped(plan.rows)]
    return Document(
        title=f"{translate(TITLE, language)} – {plan.vendor}",
        subtitle=day,
        language=language,
        blocks=tuple(blocks),
        reference=f"{plan.vendor} · {day}",
        contents=False,
        compact=True,
        created=plan.at.replace(microsecond=0).isoformat(),
    )


def _grouped(rows: Iterable[PlanRow]) -> list[tuple[str, list[PlanRow]]]:
    found: dict[str, list[PlanRow]] = {}
    for row in rows:
        found.setdefault(row.group, []).append(row)
    return list(found.items())


def _part(group: str, rows: Sequence[PlanRow], language: Language) -> Section:
    when = N_("Échéance") if any(row.settled_on is None for row in rows) else N_("Fin")
    header = (N_("Constat et action attendue"), when, N_("Responsable"), N_("Preuve attendue"))
    table = Table(
        caption="",  # the title of the part says it
        header=tuple(translate(name, language) for name in header),
        rows=tuple(_row(row, language) for row in rows),
        widths=(6, 3, 3, 5),
    )
    return Section(title=f"{translate(group, language)} ({len(rows)})", blocks=(table,))


def _row(row: PlanRow, language: Language) -> tuple[tuple[Inline, ...], ...]:
    marks = [translate(SEVERITY_NAMES[row.severity], language)] if row.severity else []
    if row.stage:
        marks.append(translate(STAGE_NAMES[RelationStage(row.stage)], language))
    title: list[Inline] = [Text(row.title, strong=True)]
    if marks:
        title.append(Text(f" ({', '.join(marks)})", emphasis=True))
    if words := row.settled or row.action:
        title.append(Text(f" – {_shortened(words)}"))
    return (
        tuple(title),
        (Text(_due(row, language)),),
        (Text(row.in_charge or "–"),),
        (Text(_proof(row, language)),),
    )


def _shortened(words: str) -> str:
    """A text cut where a row would be longer than its page; the workbook has it whole."""
    if len(words) <= LONGEST_WORDS:
        return words
    return (words[:LONGEST_WORDS].rpartition(" ")[0] or words[:LONGEST_WORDS]) + " […]"


def _due(row: PlanRow, language: Language) -> str:
    parts = [translate(_ended(row), language) if row.settled_on else written(row.due_on, language)]
    if row.postponements:
        told = say("repoussée une fois, prévue d'abord le %(day)s", day=row.first_due_on)
        if row.postponements > 1:
            told = say("repoussée %(n)s fois, prévue d'abord le %(day)s", n=row.postponements, day=row.first_due_on)
        parts.append(translate(told, language))
    if row.proposed_due_on:
        parts.append(translate(say("proposé : %(day)s", day=row.proposed_due_on), language))
    return semicolon(language).join(parts)


def _ended(row: PlanRow) -> Sentence:
    """When it ended: that is no deadline."""
    if row.is_closed:
        return say("clos le %(day)s", day=row.settled_on)
    return say("accepté le %(day)s", day=row.settled_on)


def _proof(row: PlanRow, language: Language) -> str:
    given = (
        translate(say("pièces remises : %(n)s", n=row.proofs), language)
        if row.proofs
        else translate(N_("aucune pièce remise"), language)
    )
    return f"{row.proof_expected or '–'} ({given})"
