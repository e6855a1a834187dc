"""What a proof is worth for a question, which accepts it up to some age."""

from datetime import date
from typing import Any

from sqlalchemy import Row

from portal.evidence.models import Evidence
from portal.evidence.queries import facts_of, last_day
from portal.evidence.rules import EvidenceVerdict, Standing, StandingKind, standing, standing_kind
from portal.questionnaires.definition import Question


def good_until_for(question: Question, proof: Evidence) -> date | None:
    """Last day a proof is good for, for a question."""
    return last_day(proof, question.evidence_max_age_months)


def standing_for(question: Question, proof: Evidence, today: date) -> Standing:
    """What a proof is worth for a question on a day, freshness at the usual decay."""
    return standing(facts_of(proof, question.evidence_max_age_months), today)


def kind_for(question: Question, proof: Evidence | Row[Any], today: date) -> StandingKind:
    """The same without freshness nor reason; `proof` may be as many columns as `evidence.queries.FACTS`."""
    return standing_kind(facts_of(proof, question.evidence_max_age_months), today)


def is_good_for(question: Question, proof: Evidence, today: date) -> bool:
    """Whether a proof still proves something for a question on a day: not set aside, and not past its last day."""
    until = good_until_for(question, proof)
    return proof.verdict is not EvidenceVerdict.REJECTED and (until is None or until >= today)
