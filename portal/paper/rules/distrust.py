"""A text that takes back several of its promises: none of the others is held given before a lawyer has read it.

Deceits do not come alone. What one rule sees taken back, released, defined away or only shown says of the whole text
what no rule could say of the sentence it missed: each of its promises is then to be read beside the rest. One
shortcoming, or two, happen in honest agreements.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

from portal.contracts.rules.model import BilingualWords
from portal.paper.rules.check_result import RequirementResult, RequirementStatus, Span

_ENOUGH = 3
"""Promises taken back from which a text is distrusted; no honest agreement that was measured reaches it."""
_OUTRIGHT = 2
"""What a sentence that says outright that nothing is owed counts for: a promise taken back may be misread."""
_SHOWN = 2
"""Passages shown of each kind: what is promised, and what makes it doubtful."""
_DISTRUSTED = BilingualWords(
    "Ce texte reprend ailleurs plusieurs de ses promesses : celle-ci est à lire avec ces passages avant d'y croire.",
    "This text elsewhere takes back several of its promises: this one is to be read with those passages before it is "
    "believed.",
)


class Signs(NamedTuple):
    """Sentences of a text, wherever they stand, that make all of its promises doubtful."""

    outright: Sequence[Span]
    """One of them is enough."""
    unowed: Sequence[Span]
    """The processor says that it owes nothing: two are enough."""
    given_up: Sequence[Span]
    """The controller gives up what it is owed: each is a promise taken back."""


def distrusted(
    results: Sequence[RequirementResult], duties: Collection[str], losses: Collection[BilingualWords], signs: Signs
) -> tuple[RequirementResult, ...]:
    """The results, the duties held satisfied lowered to be reviewed where the text takes back enough of its promises.

    `duties` are the ids of those that promise something; `losses` the reasons that say a promise is taken back.
    """
    lost = [result for result in results if result.id in duties and result.reason in losses and result.spans]
    known = {span for result in lost for span in result.spans}
    unowed = [span for span in signs.unowed if span not in known]
    # One clause that is turned round may undo several duties: it is one promise taken back.
    taken_back = dict.fromkeys([*(result.spans[-1] for result in lost), *signs.given_up])
    if not signs.outright and len(taken_back) + _OUTRIGHT * len(unowed) < _ENOUGH:
        return tuple(results)
    against = tuple(dict.fromkeys([*signs.outright, *unowed, *taken_back]))
    return tuple(
        replace(
            result, status=RequirementStatus.WEAK, reason=_DISTRUSTED, spans=_beside(result, against), specific=None
        )
        if result.id in duties and result.status is RequirementStatus.SATISFIED
        else result
        for result in results
    )


def _beside(result: RequirementResult, against: Sequence[Span]) -> tuple[Span, ...]:
    """What a result shows, then what makes it doubtful."""
    shown = result.spans[:_SHOWN]
    return (*shown, *[span for span in against if span not in shown][:_SHOWN])
