"""A stored test judged: its observations put before the rules; once concluded, what it came to then."""

from collections.abc import Mapping
from datetime import date

from portal.consumer_law.rules.periods import ContractKind
from portal.core.clock import LEGAL_ZONE
from portal.mystery import script_files
from portal.mystery.models import MysteryObservation, MysteryState, MysteryTest
from portal.mystery.rules.judgement import MysteryJudgement, Observation, ObservedBreach, breaches_in, judge_test
from portal.mystery.rules.script import MysteryOrder
from portal.mystery.snapshot import thaw_result, thaw_script


def order_of(test: MysteryTest) -> MysteryOrder:
    """The order a test withdraws from."""
    return MysteryOrder(
        kind=test.kind or ContractKind.GOODS,
        ordered_on=test.ordered_on or test.due_on,
        received_on=test.received_on,
        country=test.country,
        region=test.region,
        is_guest=test.is_guest,
    )


def observation_of(row: MysteryObservation) -> Observation:
    """A stored observation as the rules read it: in the civil time of the law."""
    return Observation(
        row.said, row.at.astimezone(LEGAL_ZONE) if row.at else None, has_proof=row.stored_file_id is not None
    )


def judgement_of(test: MysteryTest, last: Mapping[str, MysteryObservation], today: date) -> MysteryJudgement:
    """What a test comes to today; a concluded one came to what it came to."""
    script = thaw_script(test.script)
    if test.state is MysteryState.CONCLUDED:
        return MysteryJudgement(thaw_result(test.result, script))
    seen = {key: observation_of(row) for key, row in last.items()}
    return judge_test(script, seen, order_of(test), script_files.law(), today)


def breaches_of(test: MysteryTest) -> tuple[ObservedBreach, ...]:
    """The breaches of a concluded test, ready to become findings, gravest first; none before it is concluded."""
    if test.state is not MysteryState.CONCLUDED:
        return ()
    return breaches_in(judgement_of(test, {}, test.due_on))
