"""How far a wave has come."""

from collections.abc import Mapping

from portal.audits.rules import AuditState
from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say

STAGES = (
    AuditState.OPENED,
    AuditState.IN_PROGRESS,
    AuditState.RETURNED,
    AuditState.SUBMITTED,
    AuditState.ACCEPTED,
)
"""States of an audit in the order in which it goes through them."""

LEFT_OUT = (AuditState.CANCELLED,)
"""States that no longer count in a wave."""


@dataclass(frozen=True)
class WaveProgress:
    """A wave as a funnel: how many of its audits have reached each stage, the first being all of them."""

    total: int
    reached: Mapping[str, int]
    """Audits in this stage or beyond, by stage."""
    left_out: int
    headline: Sentence

    @property
    def basis_points(self) -> int:
        """Share of audits that have reached the last stage, out of 10,000, rounded down: full only when all have."""
        return 10_000 * self.reached[STAGES[-1]] // self.total if self.total else 0


def wave_progress(counts: Mapping[str, int]) -> WaveProgress:
    """The funnel of a wave, from the number of its audits in each state.

    >>> board = wave_progress({"ouvert": 5, "en_cours": 3, "soumis": 1, "accepte": 1, "annule": 2})
    >>> board.total, list(board.reached.values()), board.basis_points
    (10, [10, 5, 2, 2, 1], 1000)

    :raises ValueError: a state is unknown; counting without it would lose audits.
    """
    if strays := sorted(set(counts) - set(STAGES) - set(LEFT_OUT)):
        raise ValueError(f"unknown states of an audit: {', '.join(strays)}")
    numbers = [counts.get(stage, 0) for stage in STAGES]
    reached: dict[str, int] = {stage: sum(numbers[place:]) for place, stage in enumerate(STAGES)}
    headline = say(
        "Réponses reçues : %(received)s sur %(total)s ; acceptées : %(accepted)s",
        received=reached[AuditState.SUBMITTED],
        total=reached[AuditState.OPENED],
        accepted=reached[AuditState.ACCEPTED],
    )
    return WaveProgress(reached[AuditState.OPENED], reached, sum(counts.get(state, 0) for state in LEFT_OUT), headline)
