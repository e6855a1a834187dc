"""What the portfolio says: the same figures and titles on the page, on paper and from the command line."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.language import Language, Sentence, say, say_count
from portal.core.translation import translate
from portal.dashboard import rules
from portal.dashboard.queries import Portfolio
from portal.scorecards.overview import MonthLevel
from portal.vendors.rules.standing import ContractStanding


@dataclass(frozen=True)
class PortfolioFigure:
    """A number of the portfolio; the label completes it into a sentence."""

    key: str
    value: int
    label: Sentence
    tone: str | None = None


FOLLOWED = say_count(0, "sous-traitant suivi", "sous-traitants suivis")
LATE_AUDITS = say_count(0, "audit en retard", "audits en retard")
EXPIRING_PROOFS = say_count(
    0, "preuve périmée ou à renouveler sous 60 jours", "preuves périmées ou à renouveler sous 60 jours"
)  # fmt: skip
INCOMPLETE_CONTRACTS = say_count(
    0, "contrat en vigueur sans couverture complète", "contrats en vigueur sans couverture complète"
)  # fmt: skip
WITHOUT_CONTRACT = say_count(
    0, "sous-traitant à risque sans contrat en vigueur", "sous-traitants à risque sans contrat en vigueur"
)  # fmt: skip


def for_number(number: int, label: Sentence) -> Sentence:
    """What completes a number into a sentence, in the form that the number asks of the reader's language.

    >>> print(*(for_number(number, FOLLOWED) for number in (0, 1, 2)), sep=", ")
    sous-traitant suivi, sous-traitant suivi, sous-traitants suivis
    """
    return Sentence(label.text, {"num": number}, label.plural)


CONTRACT_FIGURES = {
    "in_force": say("avec un contrat en vigueur"),
    "expiring": say("dont le contrat expire dans 60 jours"),
    "partial": say("avec un contrat pour une partie seulement"),
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
        return PortfolioFigure(key, value, for_number(value, label), tone if value else None)

    return (
        figure("late_audits", found.late, LATE_AUDITS, "warning"),
        figure("open_findings", found.findings, say_count(0, "constat ouvert", "constats ouverts")),
        figure("expiring_proofs", found.expiring, EXPIRING_PROOFS, "warning"),
        figure("incomplete_contracts", found.incomplete, INCOMPLETE_CONTRACTS, "warning"),
        figure("without_contract", found.without_contract, WITHOUT_CONTRACT, "danger"),
    )


PASSING = frozenset({"partial", "unread", "signed", "joint"})
"""Figures shown only when there is something to say."""


def contract_counts(found: Portfolio) -> dict[str, int]:
    """Live vendors by what their contracts come to; each is counted once, but for those that expire, in force too."""
    counts = {standing.value: found.standings[standing] for standing in ContractStanding}
    return {**counts, "expiring": found.standings.expiring}


def contract_figures(found: Portfolio) -> tuple[PortfolioFigure, ...]:
    """The same as figures, in the order in which they are shown."""
    counts, tones = contract_counts(found), dict.fromkeys(("expiring", "partial", "unread", "joint"), "warning")
    return tuple(
        PortfolioFigure(key, counts[key], label, tones.get(key) if counts[key] else None)
        for key, label in CONTRACT_FIGURES.items()
        if counts[key] or key not in PASSING
    )


def trend_title(points: Sequence[MonthLevel]) -> Sentence:
    """The message of the trend: what the mean level gained or lost between the first and last months shown.

    With how many vendors were measured then and now, when they are not as many: a mean also moves with who is in it.

    >>> then, now = MonthLevel(date(2025, 12, 1), 10, 81_200), MonthLevel(date(2026, 11, 1), 10, 48_000)
    >>> print(trend_title([then, now]))
    Le niveau moyen a perdu 33 points entre 12/2025 et 11/2026
    """
    if len(points) < 2:
        return say("Pas encore assez de fiches pour une tendance")
    first, last = points[0], points[-1]
    told = _moved(first, last)
    if first.vendors == last.vendors:
        return told
    if first.vendors == 1:
        return say("%(told)s ; 1 sous-traitant mesuré alors, %(now)s à la fin", told=told, now=last.vendors)
    return say(
        "%(told)s ; %(then)s sous-traitants mesurés alors, %(now)s à la fin",
        told=told, then=first.vendors, now=last.vendors,
    )  # fmt: skip


def _moved(first: MonthLevel, last: MonthLevel) -> Sentence:
    # Between the levels as they are printed: who subtracts them finds the same.
    change = round(last.mean) - round(first.mean)
    months = {"first": month_name(first.month), "last": month_name(last.month)}
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
        "trend": [
            {"month": f"{one.month:%Y-%m}", "mean": round(one.mean, 2), "measured": one.vendors} for one in found.trend
        ],
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
