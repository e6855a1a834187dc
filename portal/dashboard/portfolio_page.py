"""What the portfolio says: the same figures and titles on the page, on paper and from the command line."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.language import Language, Sentence, say
from portal.core.translation import translate
from portal.dashboard import rules
from portal.dashboard.queries import Portfolio
from portal.vendors.rules.standing import ContractStanding

TrendPoint = tuple[date, float]
"""First day of a month, and the mean level of 100 of the scorecards taken in it."""


@dataclass(frozen=True)
class PortfolioFigure:
    """A number of the portfolio; the label completes it into a sentence."""

    key: str
    value: int
    label: Sentence
    tone: str | None = None


WITHOUT_CONTRACT = say("sous-traitants à risque sans contrat en vigueur")
CONTRACT_FIGURES = {
    "in_force": say("avec un contrat en vigueur"),
    "expiring": say("dont le contrat expire dans 60 jours"),
    "unread": say("dont la copie signée n'est pas lue"),
    "signed": say("avec un contrat signé, pas encore en vigueur"),
    "negotiating": say("en négociation"),
    "drafting": say("en rédaction"),
    "joint": say("accord art. 26 à conclure"),
    "none": say("sans aucun contrat"),
}
"""What the contracts of live vendors come to, in the order in which it is shown; « expiring » are in force too.

Joint controllers whose arrangement is in force ask for nothing: they are in the list, and in the figures by command.
"""


def key_figures(found: Portfolio) -> tuple[PortfolioFigure, ...]:
    """The numbers at the head of the portfolio, in the order in which they are shown."""

    def figure(key: str, value: int, label: Sentence, tone: str | None = None) -> PortfolioFigure:
        return PortfolioFigure(key, value, label, tone if value else None)

    return (
        figure("late_audits", found.late, say("audits en retard"), "warning"),
        figure("open_findings", found.findings, say("constats ouverts")),
        figure("expiring_proofs", found.expiring, say("preuves périmées ou à renouveler sous 60 jours"), "warning"),
        figure(
            "incomplete_contracts", found.incomplete, say("contrats en vigueur sans couverture complète"), "warning"
        ),
        figure(
            "without_contract", found.without_contract, say("sous-traitants à risque sans contrat en vigueur"), "danger"
        ),
    )


PASSING = frozenset({"unread", "signed", "joint"})
"""Figures shown only when there is something to say."""


def contract_counts(found: Portfolio) -> dict[str, int]:
    """Live vendors by what their contracts come to; each is counted once, but for those that expire, in force too."""
    counts = {standing.value: found.standings[standing] for standing in ContractStanding}
    return {**counts, "expiring": found.standings.expiring}


def contract_figures(found: Portfolio) -> tuple[PortfolioFigure, ...]:
    """The same as figures, in the order in which they are shown."""
    counts, tones = contract_counts(found), {"expiring": "warning", "unread": "warning", "joint": "warning"}
    return tuple(
        PortfolioFigure(key, counts[key], label, tones.get(key) if counts[key] else None)
        for key, label in CONTRACT_FIGURES.items()
        if counts[key] or key not in PASSING
    )


def trend_title(points: Sequence[TrendPoint]) -> Sentence:
    """The message of the trend: what the mean level gained or lost between the first and last months shown.

    >>> print(trend_title([(date(2025, 12, 1), 81.2), (date(2026, 11, 1), 48.0)]))
    Le niveau moyen a perdu 33 points entre 12/2025 et 11/2026
    """
    if len(points) < 2:
        return say("Pas encore assez de fiches pour une tendance")
    # Between the levels as they are printed: who subtracts them finds the same.
    change = round(points[-1][1]) - round(points[0][1])
    months = {"first": month_name(points[0][0]), "last": month_name(points[-1][0])}
    if abs(change) == 1:
        gained = say("Le niveau moyen a gagné un point entre %(first)s et %(last)s", **months)
        return gained if change > 0 else say("Le niveau moyen a perdu un point entre %(first)s et %(last)s", **months)
    if change > 0:
        return say("Le niveau moyen a gagné %(n)s points entre %(first)s et %(last)s", n=change, **months)
    if change < 0:
        return say("Le niveau moyen a perdu %(n)s points entre %(first)s et %(last)s", n=-change, **months)
    return say("Le niveau moyen est le même en %(first)s et en %(last)s", **months)


def month_name(day: date) -> str:
    """A month in figures.

    >>> month_name(date(2026, 3, 1))
    '03/2026'
    """
    return f"{day:%m/%Y}"


def figures_as_json(found: Portfolio, day: date, language: Language = Language.FR) -> dict[str, Any]:
    """Everything that the page shows above its list of vendors, as plain values."""

    def said(sentence: Sentence) -> str:
        return translate(sentence, language)

    return {
        "on": day,
        "vendors": found.heat.total,
        "unclassified": found.heat.unclassified,
        **{figure.key: figure.value for figure in key_figures(found)},
        "figures": [
            {"key": f.key, "value": f.value, "label": said(f.label)}
            for f in (*key_figures(found), *contract_figures(found))
        ],
        "contracts": contract_counts(found),
        "headline": said(rules.headline(found.heat)),
        "heat": [
            {"inherent": level, **{grade or "none": n for grade, n in zip(found.heat.grades, cells, strict=True)}}
            for level, cells in found.heat.rows
        ],
        "trend_title": said(trend_title(found.trend)),
        "trend": [{"month": f"{month:%Y-%m}", "mean": round(mean, 2)} for month, mean in found.trend],
        "decisions": [
            {
                "urgency": decision.urgency.name.lower(),
                "vendor_id": decision.vendor_id,
                "vendor": decision.vendor,
                "tier": decision.tier,
                "why": said(decision.words),
                "on": decision.on,
                "also": [
                    {"urgency": reason.urgency.name.lower(), "why": said(reason.words)} for reason in decision.also
                ],
            }
            for decision in found.decisions
        ],
        "taken": [
            {
                "vendor_id": one.vendor_id,
                "vendor": one.vendor,
                "choice": one.choice.value,
                "owner": one.owner,
                "due_on": one.due_on,
                "decided_on": one.decided_on,
                "decided_by": one.decided_by,
            }
            for one in found.taken.values()
        ],
    }
