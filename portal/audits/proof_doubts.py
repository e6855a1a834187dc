"""What does not fit of the proofs of an audit, in the same words for its vendor before sending and for a reviewer."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from portal.audits.models import Audit
from portal.authz.context import Context
from portal.core import process
from portal.evidence.models import Evidence
from portal.evidence.piece_doubts import SaidOfPiece, doubts_on, unproved_claims
from portal.evidence.proving import answering_kinds, read_rules, rules_of
from portal.evidence.queries import facts_of, last_day
from portal.evidence.reading.doubts import CLAIMED, Doubt, ProofSetting
from portal.questionnaires.definition import GivenAnswer, Question, Questionnaire
from portal.questionnaires.rules.completing import chosen_values
from portal.vendors import queries as vendors

DoubtTeller = Callable[[Evidence, Question, GivenAnswer], list[Doubt]]
Attached = Mapping[str, Sequence[Evidence]]
"""By question, the pieces joined to its answer."""


def doubts_in(
    ctx: Context, audit: Audit, attached: Attached | None = None, questionnaire: Questionnaire | None = None
) -> DoubtTeller:
    """What tells the doubts on each proof of an audit; one statement, whatever the number of proofs.

    With all that is attached, it also tells of one file joined to many answers, and of what an answer claims and no
    file beside it proves (told of the first of them).
    """
    names, services = vendors.names_and_services(ctx, audit.vendor_id)
    rules = read_rules(process.settings().questionnaires_dir)
    beside_it = attached or {}
    spread = _spread(beside_it, questionnaire)

    def told(proof: Evidence, question: Question, answer: GivenAnswer) -> list[Doubt]:
        offered = [choice.value for choice in question.choices]
        chosen = chosen_values(answer)
        kinds = answering_kinds(rules, question.key, question.evidence_kinds)
        beside = ProofSetting(names, services, kinds, chosen, offered)
        said = said_of(proof, question.evidence_max_age_months, spread.get(proof.id, 0))
        found = doubts_on(said, proof.reading, beside, ctx.today)
        together = beside_it.get(question.key, ())
        if together and together[0].id == proof.id:
            claims = {value: CLAIMED[value] for value in chosen if value in CLAIMED and value in offered}
            labels = {choice.value: str(choice.label) for choice in question.choices}
            found += unproved_claims(claims, [kind_of(one) for one in together], labels)
        return found

    return told


def said_of(proof: Evidence, max_age_months: int | None = None, spread: int = 0) -> SaidOfPiece:
    """What its vendor says of a piece, for a question that accepts nothing older than so many months."""
    return SaidOfPiece(
        kind=proof.kind,
        scope=proof.scope,
        standard=proof.standard,
        issued_on=proof.issued_on,
        expires_on=proof.expires_on,
        until=last_day(proof, max_age_months),
        edition_until=facts_of(proof, max_age_months).edition_until,
        spread=spread,
    )


def kind_of(proof: Evidence) -> str:
    """What a piece is: what was read in it before what its vendor says of it."""
    return str(proof.reading["kind"]["value"]) if proof.reading else proof.kind


def _spread(attached: Attached, questionnaire: Questionnaire | None) -> Mapping[int, int]:
    """By piece, the answers of an audit that it is joined to without being of a kind that answers them."""
    rules = read_rules(process.settings().questionnaires_dir)
    found: dict[int, int] = defaultdict(int)
    for key, pieces in attached.items():
        question = questionnaire.question(key) if questionnaire else None
        asked = question.evidence_kinds if question else ()
        good = frozenset(asked).union(*(rule.kinds for rule in rules_of(rules, key)))
        for piece in pieces:
            found[piece.id] += kind_of(piece) not in good
    return found
