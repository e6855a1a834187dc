"""One sheet of what a contract lacks: each fact once, why, where it is typed, and whether the vendor can give it."""

from collections.abc import Iterator, Sequence

from portal.authz.context import Context
from portal.contracts import facts_queries
from portal.contracts.draft_page import DraftPage, is_table
from portal.contracts.models import Contract, ContractFactsRequest
from portal.contracts.rules.fact_catalogue import FACTS, FROM_VENDOR
from portal.contracts.rules.model import headed
from portal.contracts.version_comparison import fact_words
from portal.core.dataclass import dataclass
from portal.core.language import Language, Sentence, say


@dataclass(frozen=True)
class MissingLine:
    """A fact that keeps the contract from being whole, with every reason."""

    key: str
    label: str
    reasons: tuple[Sentence | str, ...]
    is_table: bool
    from_vendor: bool
    is_blocking: bool
    """Whether no version is drafted while it lasts, or none without a written reason."""


@dataclass(frozen=True)
class ProposedFact:
    """A fact that the vendor proposes, in words, beside what the contract would say now."""

    key: str
    label: str
    words: str


@dataclass(frozen=True)
class VendorProposal:
    """What the vendor answered by a link, waiting for whoever drafts the contract."""

    request: ContractFactsRequest
    facts: tuple[ProposedFact, ...]


def missing_lines(page: DraftPage) -> tuple[MissingLine, ...]:
    """The sheet, what blocks first; a fact with several reasons stands once."""
    reasons: dict[str, list[Sentence | str]] = {}
    blocking: set[str] = set()
    labels: dict[str, str] = {}
    for key, label, reason, blocks in _reasons(page):
        labels.setdefault(key, label)
        if reason not in reasons.setdefault(key, []):
            reasons[key].append(reason)
        if blocks:
            blocking.add(key)
    lines = [
        MissingLine(key, labels[key], tuple(why), is_table(key), key in FROM_VENDOR, key in blocking)
        for key, why in reasons.items()
    ]
    return tuple(sorted(lines, key=lambda line: not line.is_blocking))


def _reasons(page: DraftPage) -> Iterator[tuple[str, str, Sentence | str, bool]]:
    if page.excluded is not None:
        yield page.excluded.fact, page.labels[page.excluded.fact], page.excluded.why, True
    for one in (*page.untranslated, *page.problems):
        yield one.key, one.label, one.message, True
    for doubt in page.doubts:
        yield doubt.key, page.labels[doubt.key], doubt.sentence, False
    for fact in page.to_give:
        if not fact.elsewhere:
            yield fact.key, fact.label, say("Personne ne l'a donné."), False
    for table in page.tables:
        if not table.is_known:
            yield table.key, table.label, say("Personne ne l'a donné."), False
        elif table.cells_to_fill:
            sentence = say("Des cases sont vides : %(count)s.", count=table.cells_to_fill)
            yield table.key, table.label, sentence, False


def proposals(ctx: Context, contract: Contract, reader: Language) -> Sequence[VendorProposal]:
    """What the vendor proposed and nobody has settled, the oldest first."""
    return [
        VendorProposal(
            request,
            tuple(
                ProposedFact(key, headed(FACTS[key].label.said_in(reader)), _words(key, value, request.language))
                for key, value in request.answers.items()
                if key in FACTS
            ),
        )
        for request in facts_queries.facts_proposed(ctx, contract)
    ]


def _words(key: str, value: object, language: Language) -> str:
    """Everything that was proposed, to be read before it is accepted: of a table, every cell."""
    if not is_table(key) or not isinstance(value, list):
        return fact_words(key, value, language)
    columns = FACTS[key].columns
    rows = [[_cell(row.get(column.key)) for column in columns] for row in value]
    return "\n".join(" · ".join(filter(None, row)) for row in rows)


def _cell(cell: object) -> str:
    if isinstance(cell, dict):
        return " / ".join(str(text) for text in cell.values())
    return str(cell or "")
