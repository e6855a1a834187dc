"""A stored test judged: its observations put before the rules; once concluded, what it came to then."""

from collections.abc import Mapping
from datetime import date

from portal.consumer_law.rules.periods import ContractKind
from portal.core.clock import LEGAL_ZONE
from portal.mystery import script_files
from portal.mystery.models import MysteryObservation, MysteryState, MysteryTest
from portal.mystery.rules.judgement import Judgement, Observation, Order, Proposal, judge, proposals
from portal.mystery.snapshot import thaw_result, thaw_script


def order_of(test: MysteryTest) -> Order:
    """The order a test withdraws from."""
    return Order(
        kind=test.kind or ContractKind.GOODS,
        ordered_on=test.ordered_on or test.due_on,
        received_on=test.received_on,
        country=test.country,
        region=test.region,
        is_guest=test.is_guest,
    )


def as_rule(row: MysteryObservation) -> Observation:
    """A stored observation as the rules read it: in the civil time of the law."""
    return Observation(
        row.said, row.at.astimezone(LEGAL_ZONE) if row.at else None, has_proof=row.stored_file_id is not None
    )


def judgement_of(test: MysteryTest, last: Mapping[str, MysteryObservation], today: date) -> Judgement:
    """What a test comes to today; a concluded one came to what it came to."""
    script = thaw_script(test.script)
    if test.state is MysteryState.CONCLUDED:
        return Judgement(thaw_result(test.result, script))
    seen = {key: as_rule(row) for key, row in last.items()}
    return judge(script, seen, order_of(test), script_files.law(), today)


def breaches_of(test: MysteryTest) -> tuple[Proposal, ...]:
    """The breaches of a concluded test, ready to become findings, gravest first; none before it is concluded."""
    if test.state is not MysteryState.CONCLUDED:
        return ()
    return proposals(judgement_of(test, {}, test.due_on))
