"""Lawyers' rulings on the requirements of a check: rows are only added, the last one counts."""

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound, Refused
from portal.core.language import N_, say
from portal.core.stale import StaleWrite
from portal.journal import services as journal
from portal.paper import library_lookup, queries, snapshot
from portal.paper.models import PaperReview, PaperRuling, ReviewState
from portal.paper.rules.check_result import RequirementStatus
from portal.paper.rules.rulings import final_statuses, final_verdict

LONGEST_NOTE = 2_000


@dataclass(frozen=True)
class RulingInput:
    """A ruling as typed: the status a lawyer gives to a requirement, and why."""

    status: RequirementStatus
    note: str = ""


def record_ruling(ctx: Context, review: PaperReview, requirement: str, word: RulingInput, *, seen: int) -> PaperRuling:
    """Confirm or overrule a line; `seen` is the id of the ruling the lawyer had before them, 0 for none.

    Raises NotFound for a line that the check does not have, Refused for a status changed without a reason, StaleWrite
    when a colleague spoke since.
    """
    authorize(ctx, Permission.PAPER_REVIEW, review)
    ctx.session.flush()
    ctx.session.refresh(review, ["findings", "state"], with_for_update=True)
    if review.state is not ReviewState.CHECKED:
        raise Refused(N_("Ce contrat est en cours de lecture : attendez qu'elle soit finie."))
    check = snapshot.thaw_check(review.findings)
    result = next((one for one in check.requirements if one.id == requirement), None)
    if result is None:
        raise NotFound()
    held = queries.last_rulings(ctx, review.id).get(requirement)
    if held is not None and (held.status, held.note) == (word.status, word.note):
        return held
    if (held.id if held else 0) != seen:
        raise _stale(held) if held else Refused(N_("Cette ligne a changé : relisez-la, puis recommencez."))
    if word.status is not result.status and not word.note:
        raise Refused(N_("Dites pourquoi vous corrigez cette ligne : la note reste avec l'avis."))
    if len(word.note) > LONGEST_NOTE:
        raise Refused(say("Cette note dépasse %(limit)s caractères.", limit=LONGEST_NOTE))
    ruling = PaperRuling(
        review_id=review.id,
        requirement=requirement,
        checked=result.status,
        status=word.status,
        note=word.note,
        quotes=[span.quote for span in result.spans],
        created_at=ctx.now,
        created_by_id=ctx.actor.id,
    )
    ctx.session.add(ruling)
    ctx.session.flush()
    rulings = queries.rulings_by_requirement(ctx, review.id)
    review.statuses = {name: status.value for name, status in final_statuses(check, rulings).items()}
    review.verdict = final_verdict(check, rulings, library_lookup.contract_obligations())
    review.ruled = len(rulings)
    ctx.session.flush()
    before = {"requirement": requirement, "ruled_as": held.status if held else result.status}
    after = {"requirement": requirement, "ruled_as": word.status, "ruling_note": word.note}
    journal.record(ctx, "paper.ruled", review, before=before, after=after)
    return ruling


def _stale(theirs: PaperRuling) -> StaleWrite[PaperRuling]:
    name = theirs.created_by.name if theirs.created_by else "–"
    sentence = say(
        "%(who)s s'est prononcé sur cette ligne entre-temps. Son avis est affiché ; gardez ou corrigez.", who=name
    )
    return StaleWrite(sentence, theirs, by=name)
