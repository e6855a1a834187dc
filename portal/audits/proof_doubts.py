"""What does not fit of the proofs of an audit, in the same words for its vendor before sending and for a reviewer."""

from collections.abc import Callable

from portal.audits.models import Audit
from portal.authz.context import Context
from portal.evidence.models import Evidence
from portal.evidence.reading.doubts import Doubt, ProofSetting, doubts_of
from portal.questionnaires.definition import GivenAnswer, Question
from portal.questionnaires.rules.completing import chosen_values
from portal.vendors import queries as vendors

DoubtTeller = Callable[[Evidence, Question, GivenAnswer], list[Doubt]]


def doubts_in(ctx: Context, audit: Audit) -> DoubtTeller:
    """What tells the doubts on each proof of an audit; one statement, whatever the number of proofs."""
    names, services = vendors.names_and_services(ctx, audit.vendor_id)

    def told(proof: Evidence, question: Question, answer: GivenAnswer) -> list[Doubt]:
        offered = [choice.value for choice in question.choices]
        beside = ProofSetting(names, services, question.evidence_kinds, chosen_values(answer), offered)
        return doubts_of(proof.reading, beside, ctx.today)

    return told
