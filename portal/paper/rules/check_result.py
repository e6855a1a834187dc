"""What a check says: for each requirement a status, the passages that carry it, and why."""

from enum import StrEnum

from portal.contracts.rules.model import BilingualWords
from portal.core.dataclass import dataclass
from portal.core.language import Language


class RequirementStatus(StrEnum):
    """What a text says of a requirement."""

    SATISFIED = "satisfied"
    WEAK = "weak"
    """Addressed with a material gap: to be reviewed."""
    MISSING = "missing"
    CONTRADICTED = "contradicted"
    """The text says the contrary."""
    TO_COMPLETE = "to_complete"
    """Left blank: a placeholder, a dotted line or an empty annex stands where it is to be said."""
    DEFERRED = "deferred"
    """Left to an annex or a document that was not supplied."""
    NOT_APPLICABLE = "not_applicable"

    @property
    def holds(self) -> bool:
        """Whether nothing is to be asked for."""
        return self in (RequirementStatus.SATISFIED, RequirementStatus.NOT_APPLICABLE)


LACKING = frozenset({RequirementStatus.MISSING, RequirementStatus.CONTRADICTED, RequirementStatus.TO_COMPLETE})
"""Statuses of an item that makes a text incomplete, when art. 28 wants it in the contract."""


class ContractVerdict(StrEnum):
    """The verdict on the whole text; a missing obligation of class S or G never makes it incomplete."""

    NOT_A_CONTRACT = "not_a_contract"
    """Nothing in it binds a processor: a privacy policy, a note, an empty page."""
    INCOMPLETE = "incomplete"
    """At least one item that art. 28 wants in the contract is not found, contradicted or left blank."""
    TO_REVIEW = "to_review"
    """Nothing is missing, something is weak or deferred, or a blank stands elsewhere in the text."""
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Span:
    """A passage: `quote` stands at `[start, end[` of the document's text, in characters."""

    quote: str
    start: int
    end: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """One requirement: what the text says of it, where, and why we say so."""

    id: str
    """`breach_notification`… for the twenty main requirements, else the obligation's own id (`C22`)."""
    obligations: tuple[str, ...]
    """Ids in `clause_library/obligations.toml`."""
    status: RequirementStatus
    reason: BilingualWords
    spans: tuple[Span, ...] = ()
    specific: bool | None = None
    """Whether it says how, who or when, beyond the words of the regulation; None when not satisfied."""


class TermJudgement(StrEnum):
    """How a term compares with the positions of the controller."""

    GOOD = "good"
    ACCEPTABLE = "acceptable"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class ContractTerm:
    """A delay, frequency, amount or cost rule found in the text."""

    id: str
    """`breach_notice`, `objection_period`, `audit_notice`, `audit_frequency`, `deletion_delay`, `liability_cap`,
    `retention`, `audit_cost`, `assistance_cost`."""
    value: float | None
    """In `unit`; None when it is not a number (who pays)."""
    unit: str
    """`hours`, `days`, `months`, `per_year`, `eur`, `fees_months` or empty."""
    judgement: TermJudgement
    reason: BilingualWords
    span: Span


@dataclass(frozen=True)
class Check:
    """The result of a check; the same text always gives the same result."""

    language: Language
    verdict: ContractVerdict
    reason: BilingualWords
    requirements: tuple[RequirementResult, ...]
    terms: tuple[ContractTerm, ...] = ()
    blanks: tuple[Span, ...] = ()
    """What is still to be written, in the order of the text, each with the words before it."""

    def result_of(self, name: str) -> RequirementResult:
        """The result of a requirement; raises KeyError for an unknown one."""
        for result in self.requirements:
            if result.id == name:
                return result
        raise KeyError(name)
