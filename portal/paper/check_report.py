"""The report of a check as a document tree: what was found and where, what a lawyer said, how far to trust it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime

from portal.contracts.rules.model import BilingualWords, Obligation, ObligationClass
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.dates import DateStyle, written, written_time
from portal.core.documents import tree
from portal.core.documents.tree import Block, Inline, Items, Note, Paragraph, Section, Table, Text
from portal.core.language import Language
from portal.core.translation import translate
from portal.documents_in.document import SourceDocument
from portal.paper import report_wording as wording
from portal.paper.rules.check_result import Check, ContractTerm, RequirementResult, RequirementStatus, Span
from portal.paper.rules.citations import legal_basis, quote_passage
from portal.paper.rules.naming import (
    JUDGEMENTS,
    REQUIREMENTS,
    RULED,
    SPECIFIC,
    STATUSES,
    VERDICTS,
    requirement_title,
    term_quantity,
    term_title,
)
from portal.paper.rules.rulings import Ruling, final_status, final_verdict

SHOWN_SPANS = 2
"""Passages cited for a main requirement; a finer one has its first."""
_EPOCH = "2000-01-01T00:00:00+00:00"


@dataclass(frozen=True)
class ReportedContract:
    """A contract as it was read and checked, with what lawyers said of it."""

    name: str
    sha256: str
    document: SourceDocument
    check: Check
    readings: str
    """Digest of the readings (`freezing.digest`)."""
    rulings: Mapping[str, Ruling] = field(default_factory=dict)
    vendor: str = ""
    at: datetime | None = None
    """When the report is written."""
    read_at: datetime | None = None
    """When the contract was read and checked, if that was before."""


def build_report(checked: ReportedContract, obligations: Sequence[Obligation], language: Language) -> tree.Document:
    """The report; the same input always gives the same tree, hence the same files."""
    writer = _ReportWriter(checked, obligations, language)
    main = [one for one in checked.check.requirements if one.id in REQUIREMENTS]
    finer = [one for one in checked.check.requirements if one.id not in REQUIREMENTS]
    sections = [
        writer.verdict(),
        writer.requirements(wording.MAIN, main),
        *([writer.requirements(wording.FINER, finer)] if finer else []),
        *writer.blanks(),
        *writer.terms(),
        *writer.rulings(),
        *writer.annexes(),
        Section(
            writer.text(wording.METHOD), tuple(Paragraph(_text(writer.text(text))) for text in wording.METHOD_TEXT)
        ),
    ]
    numbered = tuple(
        Section(one.title, one.blocks, str(number), f"part_{number}") for number, one in enumerate(sections, start=1)
    )
    return tree.Document(
        title=writer.text(wording.TITLE),
        subtitle=writer.text(wording.SUBTITLE),
        language=language,
        blocks=(Note(_text(writer.text(wording.AUTOMATIC)), kind="warning"), *numbered),
        reference=f"{checked.name[:40]} · {checked.sha256[:16]}",
        contents=False,
        cover=tuple(writer.cover()),
        created=checked.at.isoformat() if checked.at else _EPOCH,
        keywords=(writer.text(wording.TITLE),),
    )


@dataclass(frozen=True)
class _ReportWriter:
    """Writes the parts of one report."""

    checked: ReportedContract
    obligations: Sequence[Obligation]
    language: Language

    def text(self, both: BilingualWords) -> str:
        return both.said_in(self.language)

    def cover(self) -> Iterator[tuple[str, str]]:
        document, checked = self.checked.document, self.checked
        pages = ""
        if document.pages:
            pages = f", {document.pages} {self.text(wording.PAGE if document.pages == 1 else wording.PAGES)}"
        read_at = checked.read_at or checked.at
        values = {
            "name": checked.name,
            "vendor": checked.vendor,
            "language": self.text(wording.LANGUAGES[document.language]) + pages,
            "at": written_time(read_at, self.language, join=", ") if read_at else "",
            "sha256": _grouped(checked.sha256),
            "readings": _grouped(checked.readings),
        }
        yield from ((self.text(wording.COVER[key]), value) for key, value in values.items() if value)

    def status(self, result: RequirementResult) -> RequirementStatus:
        return final_status(result, self.checked.rulings.get(result.id))

    def _status_said(self, result: RequirementResult) -> str:
        named = RULED if result.id in self.checked.rulings else STATUSES
        return self.text(named[self.status(result)])

    def title(self, result: RequirementResult) -> str:
        return self.text(requirement_title(result, self.obligations))

    def verdict(self) -> Section:
        check = self.checked.check
        contract = {one.key for one in self.obligations if one.kind is ObligationClass.CONTRACT}
        reached = final_verdict(check, self.checked.rulings, contract)
        said = filter(None, (self.text(VERDICTS[reached]), self.text(check.reason)))
        blocks: list[Block] = [Paragraph((Text(" ".join(said), strong=True),))]
        blocks += [Note(_text(translate(remark, self.language))) for remark in self.checked.document.remarks]
        statuses = [self.status(one) for one in check.requirements]
        rows = tuple(
            (_text(self.text(STATUSES[one])), _text(str(statuses.count(one))))
            for one in RequirementStatus
            if one in statuses
        )
        header = (self.text(wording.STATUS), self.text(wording.NUMBER))
        blocks.append(Table(self.text(wording.COUNTS), header, rows, (4, 1)))
        open_points = [one for one in check.requirements if not self.status(one).holds]
        due = [one for one in open_points if one.id in REQUIREMENTS or not contract.isdisjoint(one.obligations)]
        blocks += self._listed(wording.TO_ASK, due)
        blocks += self._listed(wording.BESIDES, [one for one in open_points if one not in due])
        return Section(self.text(wording.VERDICT), tuple(blocks))

    def _listed(self, opening: BilingualWords, findings: Sequence[RequirementResult]) -> Iterator[Block]:
        if findings:
            yield Paragraph(_text(self.text(opening)))
            yield Items(
                tuple(
                    (Text(self.title(one), strong=True), Text(f" – {self._status_said(one).lower()}"))
                    for one in findings
                )
            )

    def requirements(self, title: BilingualWords, findings: Iterable[RequirementResult]) -> Section:
        header = (self.text(wording.REQUIREMENT), self.text(wording.STATUS), self.text(wording.PROOF))
        rows = tuple((self._what(one), self._status(one), self._proof(one)) for one in findings)
        return Section(self.text(title), (Table(self.text(wording.FOUND), header, rows, (3, 2, 6)),))

    def _what(self, result: RequirementResult) -> tuple[Inline, ...]:
        articles = legal_basis(result, self.obligations)
        return (Text(self.title(result), strong=True), *(_text(f"\nart. {articles}") if articles else ()))

    def _status(self, result: RequirementResult) -> tuple[Inline, ...]:
        ruling = self.checked.rulings.get(result.id)
        said: list[Inline] = [Text(self._status_said(result), strong=True)]
        if ruling and ruling.status is result.status:
            said.append(Text(f"\n{self.text(wording.CONFIRMED)}"))
        elif ruling:
            said.append(Text(f"\n{self.text(wording.SAID_BY_CHECK)}{self.text(STATUSES[result.status]).lower()}"))
        if result.specific is not None:
            said.append(Text(f"\n{self.text(SPECIFIC[result.specific]).lower()}"))
        return tuple(said)

    def _proof(self, result: RequirementResult) -> tuple[Inline, ...]:
        inlines: list[Inline] = [Text(self.text(result.reason))]
        for span in result.spans[: SHOWN_SPANS if result.id in REQUIREMENTS else 1]:
            inlines.append(Text("\n" + quote_passage(span, self.language), emphasis=True))
        return tuple(inlines)

    def blanks(self) -> Iterator[Section]:
        if self.checked.check.blanks:
            yield Section(self.text(wording.BLANKS), (Items(tuple(map(self._quoted, self.checked.check.blanks))),))

    def terms(self) -> Iterator[Section]:
        if self.checked.check.terms:
            header = tuple(map(self.text, wording.TERM_HEADER))
            rows = tuple(map(self._term, self.checked.check.terms))
            yield Section(
                self.text(wording.TERMS), (Table(self.text(wording.FOUND_TERMS), header, rows, (3, 2, 3, 5)),)
            )

    def _term(self, term: ContractTerm) -> tuple[tuple[Inline, ...], ...]:
        opinion: tuple[Inline, ...] = (Text(self.text(JUDGEMENTS[term.judgement]), strong=True),)
        reason = self.text(term.reason)
        return (
            _text(self.text(term_title(term))),
            _text(term_quantity(term, self.language) or "—"),
            (*opinion, *(_text(f"\n{reason}") if reason else ())),
            self._quoted(term.span),
        )

    def _quoted(self, span: Span) -> tuple[Inline, ...]:
        return (Text(quote_passage(span, self.language), emphasis=True),)

    def rulings(self) -> Iterator[Section]:
        given = self.checked.rulings
        ruled = [one for one in self.checked.check.requirements if one.id in given]
        if ruled:
            header = tuple(map(self.text, wording.RULING_HEADER))
            rows = tuple(self._ruling(one, given[one.id]) for one in ruled)
            yield Section(
                self.text(wording.RULINGS), (Table(self.text(wording.FOUND_RULINGS), header, rows, (4, 2, 3, 4)),)
            )

    def _ruling(self, result: RequirementResult, ruling: Ruling) -> tuple[tuple[Inline, ...], ...]:
        day = written(legal_date(ruling.at), self.language, DateStyle.SHORT) if ruling.at else ""
        signed = ", ".join(filter(None, (ruling.by, day)))
        decision = (Text(self.text(RULED[ruling.status]), strong=True), *(_text(f"\n{signed}") if signed else ()))
        return (
            _text(self.title(result)),
            _text(self.text(STATUSES[result.status])),
            decision,
            _text(ruling.note or "—"),
        )

    def annexes(self) -> Iterator[Section]:
        if self.checked.document.annexes:
            rows = tuple(
                (_text(one.label), _text(self.text(wording.SUPPLIED if one.supplied else wording.ABSENT)))
                for one in self.checked.document.annexes
            )
            header = tuple(map(self.text, wording.ANNEX_HEADER))
            yield Section(self.text(wording.ANNEXES), (Table(self.text(wording.FOUND_ANNEXES), header, rows, (3, 2)),))


def _text(text: str) -> tuple[Inline, ...]:
    return (Text(text),)


def _grouped(digest: str) -> str:
    """A digest in blocks of eight, so that two can be compared by eye.

    >>> _grouped("0123456789abcdef")
    '01234567 89abcdef'
    """
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
