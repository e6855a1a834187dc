"""The portfolio on one page, as a document tree that a director may hand out."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from portal.authz.context import Context
from portal.core.dates import written
from portal.core.documents.tree import Block, Document, Inline, Note, Table, Text
from portal.core.language import Language, Sentence, say
from portal.core.translation import translate
from portal.dashboard import rules
from portal.dashboard.portfolio_page import FOLLOWED, PortfolioFigure, contract_figures, for_number, key_figures
from portal.dashboard.portfolio_picture import Say, portfolio_picture
from portal.dashboard.queries import Portfolio, RiskRow
from portal.dashboard.rules import PendingDecision

SHOWN_VENDORS = 5
SHOWN_DECISIONS = 6
LONGEST_NAME, LONGEST_REASON = 40, 100
"""Letters shown of a name and of a reason: with them, the longest page is still one page."""


def document(
    ctx: Context, found: Portfolio, worst: Sequence[RiskRow], language: Language, organisation: str
) -> Document:
    """The page as it stands now, in a language."""

    def said(sentence: object) -> str:
        return translate(sentence, language)  # type: ignore[arg-type]

    day = written(ctx.today, language)
    followed = PortfolioFigure("vendors", found.heat.total, for_number(found.heat.total, FOLLOWED))
    return Document(
        title=said(say("Portefeuille des sous-traitants")),
        subtitle=f"{shortened(organisation, 60)} · {day}",
        language=language,
        blocks=(
            portfolio_picture([followed, *key_figures(found)], found.heat, found.trend, said),
            _contracts(found, said),
            _decisions(found, said, language),
            *_worst(worst, said),
        ),
        reference=f"{shortened(organisation, 60)} · {day}",
        contents=False,
        compact=True,
        created=ctx.now.replace(microsecond=0).isoformat(),
    )


def shortened(text: str, letters: int) -> str:
    """A text cut at a word when it is too long, with an ellipsis.

    >>> shortened("Hébergeur Provence", 40), shortened("Hébergeur de Provence et d'ailleurs", 20)
    ('Hébergeur Provence', 'Hébergeur de…')
    """
    if len(text) <= letters:
        return text
    kept = text[:letters].rpartition(" ")[0].rstrip(" ,;:") or text[: letters - 1]
    return f"{kept}…"


def _cell(text: object, *, strong: bool = False) -> tuple[Inline, ...]:
    return (Text(str(text), strong=strong),)


def _reason(decision: PendingDecision, said: Say) -> str:
    """The most pressing reason, cut where the page is too narrow, with how many others there are."""
    if not decision.also:
        return shortened(said(decision.words), LONGEST_REASON)
    n = len(decision.also)
    more = said(say("et un autre motif") if n == 1 else say("et %(n)s autres motifs", n=n))
    return f"{shortened(said(decision.words), LONGEST_REASON - len(more) - 3)} ; {more}"


def _contracts(found: Portfolio, said: Say) -> Note:
    """What the vendors' contracts come to, in one line; what there is none of is left out. Then whom the map lacks."""
    counted = [f"{one.value} {said(one.label)}" for one in contract_figures(found) if one.value]
    told = said(say("Contrats des sous-traitants suivis :")) + " " + ", ".join(counted or ["–"]) + "."
    unmapped = rules.left_out(found.heat)
    return Note((Text(told if unmapped is None else f"{told} {said(unmapped)}"),))


def _decisions(found: Portfolio, said: Say, language: Language) -> Block:
    if not found.decisions:
        return Note((Text(said(say("Rien n'attend de décision."))),))
    return Table(
        caption=said(_to_decide(len(found.decisions))),
        header=tuple(said(s) for s in (say("Sous-traitant"), say("Pourquoi"), say("Échéance"))),
        rows=tuple(
            (
                _cell(shortened(decision.vendor, LONGEST_NAME), strong=True),
                _cell(_reason(decision, said)),
                _cell(written(decision.on, language) if decision.on else "–"),
            )
            for decision in found.decisions[:SHOWN_DECISIONS]
        ),
        widths=(5, 9, 3),
    )


def _to_decide(waiting: int) -> Sentence:
    """What the table of decisions is; that others wait is said, for the page shows a few."""
    if waiting <= SHOWN_DECISIONS:
        return say("À décider")
    return say("À décider : les %(n)s plus pressants, d'autres attendent", n=SHOWN_DECISIONS)


def _tenth(points: int) -> Decimal:
    """Of basis points, to one digit after the point, as on the page."""
    return round(Decimal(points) / 10_000, 1)


def _residual(row: RiskRow, said: Say) -> str:
    """What the vendors are ordered by; of one that was never measured, the inherent risk stands whole."""
    if row.residual is None:
        return said(say("non mesuré"))
    return said(say("%(n)s sur 5", n=_tenth(row.residual)))


_WORST_HEADER = (say("Sous-traitant"), say("Risque inhérent"), say("Niveau"), say("Sur 100"), say("Résiduel"))


def _worst(worst: Sequence[RiskRow], said: Say) -> Iterator[Table]:
    if not worst:
        return
    caption = say(
        "Risque résiduel le plus élevé ; niveau de garanties démontrées (RGPD art. 28(1)) : échelle interne, pas une "
        "certification"
    )
    yield Table(
        caption=said(caption),
        header=tuple(map(said, _WORST_HEADER)),
        rows=tuple(
            (
                _cell(shortened(row.name, LONGEST_NAME)),
                _cell(row.inherent or "–"),
                _cell(row.grade or "–"),
                _cell(row.points // 100 if row.points is not None else "–"),
                _cell(_residual(row, said)),
            )
            for row in worst[:SHOWN_VENDORS]
        ),
        widths=(10, 3, 2, 2, 3),
    )
