"""Which obligations the clauses of a contract meet, passage by passage (RGPD art. 28(3), art. 5(2))."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from portal.contracts.rules.fact_catalogue import FACTS
from portal.contracts.rules.model import Obligation, ObligationClass
from portal.core.dataclass import dataclass
from portal.core.language import Language, Sentence, say


class CoverageStatus(StrEnum):
    """How far an obligation is met; from worst to best."""

    UNCOVERED = "uncovered"
    INCOMPLETE = "incomplete"
    """A clause says it, but a fact it rests on has not been given."""
    COVERED = "covered"


@dataclass(frozen=True)
class PlacedPassage:
    """A passage as numbered and written in one contract."""

    anchor: str
    number: str
    """Its number, e.g. `14.2`."""
    obligations: tuple[str, ...]
    quote: str
    missing: tuple[str, ...] = ()
    """Keys of the facts it still waits for."""


@dataclass(frozen=True)
class PlacedClause:
    """A clause as placed in one contract, identified to the byte."""

    key: str
    version: str
    sha256: str
    number: str
    title: str
    passages: tuple[PlacedPassage, ...] = ()
    lost: tuple[str, ...] = ()
    """Obligations that one of its paragraphs said, and says no more: it was written anew, or struck out."""


@dataclass(frozen=True)
class CoverageProof:
    """Where a contract says what an obligation asks."""

    clause: str
    passage: PlacedPassage


@dataclass(frozen=True)
class CoverageLine:
    """One line of the coverage matrix."""

    obligation: Obligation
    status: CoverageStatus
    proofs: tuple[CoverageProof, ...]
    missing: tuple[str, ...]
    """Facts that would complete it; empty unless incomplete."""
    why: Sentence

    @property
    def is_gap(self) -> bool:
        """Whether it leaves the contract short of art. 28: a C item that is not fully covered."""
        return self.obligation.kind is ObligationClass.CONTRACT and self.status is not CoverageStatus.COVERED


def coverage(obligations: Sequence[Obligation], clauses: Iterable[PlacedClause]) -> tuple[CoverageLine, ...]:
    """One line per obligation, in order; a clause more never makes a line worse.

    A clause one of whose marked paragraphs is gone meets what that paragraph said no more, though others bear the same
    mark: each of them rests on words of its own (decision 33). So deleting text never makes a line better.

    >>> from portal.contracts.rules.model import BilingualWords, ObligationSeverity
    >>> words = BilingualWords("", "")
    >>> duty = Obligation("C42", ObligationClass.STATUTE, words, "33(2)", words, ObligationSeverity.MAJOR)
    >>> clause = PlacedClause("CL18", "1", "", "14", "Violations", (PlacedPassage("CL18_1", "14.1", ("C42",), "…"),))
    >>> [line.status.value for line in coverage([duty], [])], [line.status.value for line in coverage([duty], [clause])]
    (['uncovered'], ['covered'])
    """
    proofs: dict[str, list[tuple[CoverageProof, ...]]] = {}
    lost: set[str] = set()
    for clause in clauses:
        lost.update(clause.lost)
        for key in dict.fromkeys(key for passage in clause.passages for key in passage.obligations):
            if key in clause.lost:
                continue
            said = tuple(
                CoverageProof(clause.key, passage) for passage in clause.passages if key in passage.obligations
            )
            proofs.setdefault(key, []).append(said)
    return tuple(
        _line(obligation, proofs.get(obligation.key, []), is_lost=obligation.key in lost) for obligation in obligations
    )


def _line(obligation: Obligation, by_clause: Sequence[tuple[CoverageProof, ...]], *, is_lost: bool) -> CoverageLine:
    """A clause meets the obligation when all it says about it is complete; one such clause is enough."""
    proofs = tuple(proof for said in by_clause for proof in said)
    if not proofs:
        silent = say("Aucune clause du contrat ne traite ce point.")
        changed = say("Le paragraphe qui traitait ce point a été récrit ou rayé : plus rien ne le prouve.")
        return CoverageLine(obligation, CoverageStatus.UNCOVERED, (), (), changed if is_lost else silent)
    articles = ", ".join(proof.passage.number for proof in proofs)
    if any(all(not proof.passage.missing for proof in said) for said in by_clause):
        return CoverageLine(
            obligation,
            CoverageStatus.COVERED,
            proofs,
            (),
            say("Ce point est traité : %(articles)s.", articles=articles),
        )
    missing = tuple(dict.fromkeys(key for proof in proofs for key in proof.passage.missing))
    why = say("Ce point est traité (%(articles)s), mais des faits restent à donner.", articles=articles)
    return CoverageLine(obligation, CoverageStatus.INCOMPLETE, proofs, missing, why)


def uncovered_by(before: Iterable[CoverageLine], after: Iterable[CoverageLine]) -> tuple[CoverageLine, ...]:
    """The obligations that a change covers less well than before, as they stand after it."""
    ranks = {line.obligation.key: list(CoverageStatus).index(line.status) for line in before}
    return tuple(line for line in after if list(CoverageStatus).index(line.status) < ranks.get(line.obligation.key, 0))


def coverage_json(
    lines: Iterable[CoverageLine], language: Language, say_it: Callable[[Sentence], str] = str
) -> dict[str, Any]:
    """The matrix as plain values for `coverage.json`; `say_it` puts the sentences in the reader's language."""
    rows = tuple(lines)
    due = [line for line in rows if line.obligation.kind is ObligationClass.CONTRACT]
    return {
        "language": language.value,
        "required": len(due),
        "covered": sum(line.status is CoverageStatus.COVERED for line in due),
        "complete": bool(due) and not any(line.is_gap for line in rows),
        "obligations": [
            {
                "id": line.obligation.key,
                "class": line.obligation.kind.value,
                "title": line.obligation.title.said_in(language),
                "basis": line.obligation.basis,
                "severity": line.obligation.severity.value,
                "status": line.status.value,
                "clauses": list(dict.fromkeys(proof.clause for proof in line.proofs)),
                "articles": [proof.passage.number for proof in line.proofs],
                "passages": [
                    {
                        "clause": proof.clause,
                        "article": proof.passage.number,
                        "anchor": proof.passage.anchor,
                        "quote": proof.passage.quote,
                        "missing": list(proof.passage.missing),
                    }
                    for proof in line.proofs
                ],
                "missing": [{"key": key, "label": FACTS[key].label.said_in(language)} for key in line.missing],
                "why": say_it(line.why),
            }
            for line in rows
        ],
    }


def coverage_said_in(
    rows: Iterable[Mapping[str, Any]], obligations: Iterable[Obligation], language: Language
) -> list[dict[str, Any]]:
    """The frozen lines of `coverage_json` with their names in a reader's language; quotes stay in the contract's.

    An obligation or a fact that is no more keeps the name it was frozen with.
    """
    titles = {one.key: one.title.said_in(language) for one in obligations}
    return [
        {
            **row,
            "title": titles.get(row["id"], row["title"]),
            "missing": [
                {**one, "label": FACTS[one["key"]].label.said_in(language) if one["key"] in FACTS else one["label"]}
                for one in row["missing"]
            ],
        }
        for row in rows
    ]
