"""What a change of the library says, word for word: as it is proposed, or from one version of a clause to another."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.contracts import library, library_editions, services
from portal.contracts.library_models import ClauseProposal
from portal.contracts.rules.clause_writing import FIELDS, paragraph_fields
from portal.contracts.rules.model import Approver, Clause
from portal.contracts.rules.proposals import ProposalState
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.language import Language, Sentence
from portal.core.word_changes import TextRun, word_runs


@dataclass(frozen=True)
class FieldDifference:
    """One text of a paragraph that differs, word by word."""

    name: str
    """One of `FIELDS`."""
    language: str
    """Of its words; empty when it is in neither."""
    runs: tuple[TextRun, ...]


@dataclass(frozen=True)
class ParagraphChanges:
    """What differs in one paragraph."""

    number: int
    fields: tuple[FieldDifference, ...]


@dataclass(frozen=True)
class ProposalPage:
    """A proposal with its checks and who may decide of it."""

    changes: tuple[ParagraphChanges, ...]
    defects: tuple[Sentence, ...]
    mark: str
    is_open: bool
    may_decide: bool
    awaited: tuple[Approver, ...]
    """Whom the clause wants and who has not spoken: neither wrote it nor would decide."""


@dataclass(frozen=True)
class ClauseEdition:
    """A text that a clause had, or has."""

    version: str
    sha256: str
    text: str
    at: datetime | None = None
    """When it was approved; None: it came with the files."""
    by: str = ""
    written_by: str = ""
    why: str = ""
    is_retirement: bool = False


def proposal_page(ctx: Context, row: ClauseProposal) -> ProposalPage:
    """A proposal as it stands against the library of now."""
    changes = tuple(
        ParagraphChanges(int(number), tuple(_fields(fields)))
        for number, fields in sorted(row.changes.items(), key=lambda one: int(one[0]))
    )
    if row.state is not ProposalState.OPEN:
        return ProposalPage(changes, (), "", False, False, ())
    made = services.candidate(ctx, row)
    clause = library_editions.library_of(ctx).clause.get(row.clause_key)
    may_decide = services.may_decide(ctx, row)
    awaited = services.lacking_approvers(ctx, row, clause) if clause is not None else ()
    return ProposalPage(changes, made.defects, services.proposal_mark(row, made), True, may_decide, awaited)


def proposals_to_decide(ctx: Context, *, most: int) -> Sequence[ClauseProposal]:
    """Proposals that wait for this person: neither theirs, nor written with their hand; the oldest first."""
    if not ctx.can(Permission.CLAUSE_APPROVE):
        return ()
    return [row for row in library_editions.open_proposals(ctx) if services.may_decide(ctx, row)][:most]


def _fields(texts: Mapping[str, Sequence[str]]) -> Iterator[FieldDifference]:
    for name in FIELDS:
        if name in texts:
            before, after = texts[name]
            tongue = name.rpartition("_")[2]
            language = tongue if tongue in {one.value for one in Language} else ""
            yield FieldDifference(name, language, tuple(run for run in word_runs(before, after) if run.text))


def editions_of(ctx: Context, clause: Clause) -> tuple[ClauseEdition, ...]:
    """Every text of a clause that is known here, the latest first: what was approved, and what the files said."""
    found: dict[str, ClauseEdition] = {}
    for row in library_editions.approved(ctx, clause.key):
        found.setdefault(
            row.replaced_sha256, ClauseEdition(row.replaced_version, row.replaced_sha256, row.replaced_text)
        )
        if row.sha256:
            found.pop(row.sha256, None)
            found[row.sha256] = ClauseEdition(
                row.version, row.sha256, row.text, row.decided_at, row.decided_by.name if row.decided_by else "",
                ", ".join(one["name"] for one in row.writers), row.reason,
            )  # fmt: skip
    if clause.sha256 not in found:
        text = library_editions.source_of(ctx, clause)
        found[clause.sha256] = ClauseEdition(clause.version, clause.sha256, text)
    listed = list(reversed(found.values()))
    shipped = library.cached(process.settings().clauses_dir).clause.get(clause.key)
    if shipped is not None and shipped.sha256 not in found:
        text = library.source_of(process.settings().clauses_dir, shipped)
        listed.append(ClauseEdition(shipped.version, shipped.sha256, text))
    return tuple(listed)


def compared(path: str, before: ClauseEdition, after: ClauseEdition) -> tuple[ParagraphChanges, ...]:
    """Word for word, what differs between two texts of a clause, paragraph by paragraph."""
    old, new = (_paragraphs(library.clause_of(path, one.text)) for one in (before, after))
    found = []
    for number in sorted(old.keys() | new.keys()):
        was, now = old.get(number, {}), new.get(number, {})
        differing = {
            name: (was.get(name, ""), now.get(name, "")) for name in FIELDS if was.get(name, "") != now.get(name, "")
        }
        if differing:
            found.append(ParagraphChanges(number, tuple(_fields(differing))))
    return tuple(found)


def _paragraphs(clause: Clause | None) -> dict[int, dict[str, str]]:
    if clause is None:
        return {}
    shortest = min((len(passages) for passages in clause.prose.values()), default=0)
    return {number: paragraph_fields(clause, number) for number in range(1, shortest + 1)}
