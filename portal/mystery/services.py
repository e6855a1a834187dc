"""Use cases of mystery withdrawals: plan, start, observe, correct, conclude, skip; all of them the staff's alone."""

from datetime import date, datetime

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.consumer_law.rules.periods import ContractKind
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound, Refused
from portal.core.files import Blob
from portal.core.language import N_, say
from portal.core.row_lock import hold_row
from portal.core.stale import StaleWrite
from portal.core.stored import keep
from portal.journal import services as journal
from portal.mystery import queries, script_files
from portal.mystery.judgement import judgement_of, order_of
from portal.mystery.models import MysteryObservation, MysteryPlan, MysteryState, MysteryTest
from portal.mystery.rules.judgement import ObservationAnswer, StepOutcome
from portal.mystery.rules.script import ScriptStep, Way
from portal.mystery.rules.series import next_due
from portal.mystery.snapshot import digest, freeze_result, freeze_script, thaw_script
from portal.vendors.models import Vendor

LONGEST_NOTE = 2_000
PROOFS = frozenset({"png", "jpg", "pdf"})
"""What a proof may be: a screenshot, a photograph, a page."""
MOST_BYTES = 10 * 1024 * 1024
_NOT_RUNNING = N_("Ce test n'est pas en cours : rien ne peut plus y être noté.")
_NOT_PLANNED = N_("Ce test est déjà commencé, passé ou conclu.")


@dataclass(frozen=True)
class PlanInput:
    """What a plan says."""

    way: Way
    interface: str
    every: int | None
    first_on: date
    tester: str = ""


@dataclass(frozen=True)
class OrderInput:
    """The order that a tester has placed."""

    kind: ContractKind
    ordered_on: date
    received_on: date | None = None
    country: str = "FR"
    region: str = ""
    is_guest: bool = False
    reference: str = ""


@dataclass(frozen=True)
class ObservationInput:
    """What a tester says of a step; a proof already sealed in the store, if any."""

    said: ObservationAnswer
    at: datetime | None = None
    note: str = ""
    proof: Blob | None = None


def plan_tests(ctx: Context, vendor: Vendor, sheet: PlanInput) -> MysteryPlan:
    """Plan tests of a vendor's channel, once or every so many months; the first is planned at once."""
    authorize(ctx, Permission.WITHDRAWAL_AUDIT, vendor)
    if sheet.first_on < ctx.today:
        raise Refused(N_("Le premier jour est passé : choisissez aujourd'hui ou un jour à venir."))
    made = MysteryPlan(
        vendor=vendor, way=sheet.way, interface=sheet.interface, every=sheet.every, first_on=sheet.first_on,
        tester=sheet.tester or ctx.actor.name, created_at=ctx.now, created_by_id=ctx.actor.id,
    )  # fmt: skip
    ctx.session.add(made)
    ctx.session.flush()
    after = {
        "mystery_way": sheet.way, "interface": sheet.interface, "mystery_every": sheet.every,
        "mystery_first": sheet.first_on, "tester": made.tester,
    }  # fmt: skip
    journal.record(ctx, "mystery.planned", made, after=after)
    _plan_next(ctx, made, sheet.first_on)
    return made


def amend_plan(ctx: Context, made: MysteryPlan, interface: str, tester: str, every: int | None) -> None:
    """Change what a plan tests, who, or how often; tests already started keep what they were started with."""
    authorize(ctx, Permission.WITHDRAWAL_AUDIT, made)
    hold_row(ctx.session, made)
    if made.stopped_at is not None:
        raise Refused(N_("Ce plan est arrêté."))
    before, after = journal.changes(made, {"interface": interface, "tester": tester or made.tester, "every": every})
    waiting = queries.planned_of(ctx, made)
    if waiting is not None:
        waiting.interface, waiting.tester = made.interface, made.tester
    elif (due_on := next_due(made.first_on, every, ctx.today)) is not None:
        _plan_next(ctx, made, due_on)
    ctx.session.flush()
    if after:
        journal.record(ctx, "mystery.plan_amended", made, before=before, after=after)


def stop_plan(ctx: Context, made: MysteryPlan, reason: str) -> None:
    """End a plan: its planned test is skipped, none follows."""
    authorize(ctx, Permission.WITHDRAWAL_AUDIT, made)
    hold_row(ctx.session, made)
    if made.stopped_at is not None:
        raise Refused(N_("Ce plan est arrêté."))
    _must_say_why(reason)
    made.stopped_at = ctx.now
    waiting = queries.planned_of(ctx, made)
    if waiting is not None:
        waiting.state, waiting.reason = MysteryState.SKIPPED, reason
    ctx.session.flush()
    journal.record(ctx, "mystery.plan_stopped", made, after={"reason": reason})


def skip_test(ctx: Context, test: MysteryTest, reason: str) -> MysteryTest | None:
    """Leave a planned test out, saying why; returns the next of its plan, if there is one."""
    authorize(ctx, Permission.WITHDRAWAL_AUDIT, test)
    _lock_planned(ctx, test)
    _must_say_why(reason)
    test.state, test.reason = MysteryState.SKIPPED, reason
    ctx.session.flush()
    journal.record(ctx, "mystery.skipped", test, after={"reason": reason})
    return _plan_following(ctx, test)


def start_test(ctx: Context, test: MysteryTest, sheet: OrderInput) -> None:
    """Start a planned test on an order: its script is frozen, and the next test of its plan is planned."""
    authorize(ctx, Permission.WITHDRAWAL_AUDIT, test)
    _lock_planned(ctx, test)
    _must_be_possible(ctx, sheet.ordered_on, sheet.received_on)
    if script_files.law().periods.rules.find(f"start.{sheet.kind}", sheet.ordered_on) is None:
        raise Refused(N_("Cette commande est antérieure au droit que le portail connaît : vérifiez sa date."))
    test.kind, test.ordered_on, test.received_on = sheet.kind, sheet.ordered_on, sheet.received_on
    test.country, test.region = sheet.country, sheet.region
    test.is_guest, test.reference = sheet.is_guest, sheet.reference
    test.script = freeze_script(script_files.steps(test.way, order_of(test)))
    test.script_sha256 = digest(test.script)
    test.state, test.started_at = MysteryState.RUNNING, ctx.now
    ctx.session.flush()
    after = {"steps": len(test.script), "sha256": test.script_sha256, "ordered_on": sheet.ordered_on}
    journal.record(ctx, "mystery.started", test, after=after)
    _plan_following(ctx, test)


def record_receipt(ctx: Context, test: MysteryTest, received_on: date, reference: str) -> None:
    """Say when the goods of a running test were received, or what its order is called."""
    authorize(ctx, Permission.WITHDRAWAL_AUDIT, test)
    _lock(ctx, test, MysteryState.RUNNING, _NOT_RUNNING)
    _must_be_possible(ctx, test.ordered_on or received_on, received_on)
    before, after = journal.changes(test, {"received_on": received_on, "reference": reference})
    ctx.session.flush()
    if after:
        journal.record(ctx, "mystery.order_described", test, before=before, after=after)


def record_observation(ctx: Context, test: MysteryTest, key: str, word: ObservationInput) -> MysteryObservation:
    """Record the first observation of a step of a running test.

    Raises NotFound for a step that its script does not have, StaleWrite when somebody recorded one meanwhile.
    """
    step, held = _step(ctx, test, key)
    if held is not None:
        raise _stale(held)
    return _note(ctx, test, step, word, held)


def correct_observation(
    ctx: Context, test: MysteryTest, key: str, word: ObservationInput, *, seen: int
) -> MysteryObservation:
    """Add a new observation of a step, with why; the one before stays, and its proof serves when none replaces it.

    `seen` is the observation the tester had before them; raises StaleWrite when another one came since.
    """
    step, held = _step(ctx, test, key)
    if held is None or held.id != seen:
        raise _stale(held) if held else NotFound()
    if not word.note or word.note == held.note:
        raise Refused(N_("Dites dans la note ce qui change : l'ancienne reste au dossier."))
    return _note(ctx, test, step, word, held)


def _stale(theirs: MysteryObservation) -> StaleWrite[MysteryObservation]:
    name = theirs.created_by.name if theirs.created_by else "–"
    told = say("%(who)s a noté ce pas entre-temps : relisez, puis corrigez s'il le faut.", who=name)
    return StaleWrite(told, theirs, by=name)


def conclude_test(ctx: Context, test: MysteryTest) -> None:
    """Judge a running test for good; raises Refused while nothing at all was observed."""
    authorize(ctx, Permission.WITHDRAWAL_AUDIT, test)
    _lock(ctx, test, MysteryState.RUNNING, _NOT_RUNNING)
    found = judgement_of(test, queries.latest_observations(queries.observations_of(ctx, test.id)), ctx.today)
    counts = {outcome: found.count(outcome) for outcome in StepOutcome}
    if not counts[StepOutcome.OK] and not counts[StepOutcome.BREACH]:
        raise Refused(N_("Rien n'a encore été observé : notez au moins un pas."))
    test.result, test.overall = freeze_result(found.lines), found.overall
    test.kept, test.breached = counts[StepOutcome.OK], counts[StepOutcome.BREACH]
    test.unobserved = counts[StepOutcome.UNOBSERVED]
    test.state, test.concluded_at = MysteryState.CONCLUDED, ctx.now
    ctx.session.flush()
    after = {"mystery_overall": found.overall, "mystery_breached": test.breached, "mystery_kept": test.kept}
    journal.record(ctx, "mystery.concluded", test, after=after)


def _lock(ctx: Context, test: MysteryTest, state: MysteryState, otherwise: str) -> None:
    """Two people at once: the second sees what the first has done."""
    hold_row(ctx.session, test)
    if test.state is not state:
        raise Refused(otherwise)


def _lock_planned(ctx: Context, test: MysteryTest) -> None:
    """A test still to be started, its plan first, as whoever stops the plan does: none follows one that is."""
    hold_row(ctx.session, test.plan)
    _lock(ctx, test, MysteryState.PLANNED, _NOT_PLANNED)


def _must_say_why(reason: str) -> None:
    if not reason:
        raise Refused(N_("Dites pourquoi : le motif reste au journal."))


def _must_be_possible(ctx: Context, ordered_on: date, received_on: date | None) -> None:
    if max(ordered_on, received_on or ordered_on) > ctx.today:
        raise Refused(N_("Cette date est à venir."))
    if received_on is not None and received_on < ordered_on:
        raise Refused(N_("Le bien ne peut pas avoir été reçu avant la commande."))


def _plan_next(ctx: Context, made: MysteryPlan, due_on: date) -> MysteryTest:
    test = MysteryTest(
        plan=made, vendor=made.vendor, way=made.way, interface=made.interface, tester=made.tester,
        state=MysteryState.PLANNED, due_on=due_on,
    )  # fmt: skip
    ctx.session.add(test)
    ctx.session.flush()
    return test


def _plan_following(ctx: Context, test: MysteryTest) -> MysteryTest | None:
    """Late or early, the rhythm keeps its days: the next is the first one after both its day and today."""
    made = test.plan
    due_on = next_due(made.first_on, made.every, max(test.due_on, ctx.today))
    if due_on is None or made.stopped_at is not None or queries.planned_of(ctx, made) is not None:
        return None
    return _plan_next(ctx, made, due_on)


def _step(ctx: Context, test: MysteryTest, key: str) -> tuple[ScriptStep, MysteryObservation | None]:
    authorize(ctx, Permission.WITHDRAWAL_AUDIT, test)
    _lock(ctx, test, MysteryState.RUNNING, _NOT_RUNNING)
    step = next((one for one in thaw_script(test.script) if one.key == key), None)
    if step is None:
        raise NotFound()
    return step, queries.latest_observations(queries.observations_of(ctx, test.id)).get(key)


def _note(
    ctx: Context, test: MysteryTest, step: ScriptStep, word: ObservationInput, held: MysteryObservation | None
) -> MysteryObservation:
    _must_hold(ctx, test, step, word)
    proof = keep(ctx.session, word.proof, at=ctx.now) if word.proof else held.stored_file if held else None
    said = MysteryObservation(
        test_id=test.id, step=step.key, said=word.said, at=None if word.said is ObservationAnswer.UNSEEN else word.at,
        note=word.note, stored_file=proof, created_at=ctx.now, created_by_id=ctx.actor.id,
    )  # fmt: skip
    ctx.session.add(said)
    ctx.session.flush()
    before = {"mystery_said": held.said} if held else {}
    after = {"mystery_step": step.title.fr, "mystery_said": word.said, "mystery_at": word.at, "mystery_note": word.note}
    if word.proof is not None:
        after |= {"file": word.proof.filename, "sha256": word.proof.sha256}
    journal.record(ctx, "mystery.corrected" if held else "mystery.observed", test, before=before, after=after)
    return said


def _must_hold(ctx: Context, test: MysteryTest, step: ScriptStep, word: ObservationInput) -> None:
    if len(word.note) > LONGEST_NOTE:
        raise Refused(say("Cette note dépasse %(limit)s caractères.", limit=LONGEST_NOTE))
    if word.said is ObservationAnswer.DIFFERENT and not word.note:
        raise Refused(N_("Dites ce que vous avez vu : un écart sans récit ne se discute pas."))
    if word.said is ObservationAnswer.UNSEEN:
        return
    if step.needs_time and word.at is None:
        raise Refused(N_("Donnez la date et l'heure : ce pas se juge dessus."))
    if word.at is not None and word.at > ctx.now:
        raise Refused(N_("Cet instant est à venir."))
    if word.at is not None and test.ordered_on and legal_date(word.at) < test.ordered_on:
        raise Refused(N_("Cet instant précède la commande."))
