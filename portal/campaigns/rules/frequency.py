"""How often vendors are audited, by tier, and whether a campaign keeps that rhythm: our choice, the RGPD sets none."""

from collections.abc import Iterable, Mapping
from typing import Any

from portal.campaigns.rules.audience import Audience
from portal.campaigns.rules.recurrence import Every, parse_recurrence
from portal.core.dataclass import dataclass

_WEEKS_A_MONTH = 4


@dataclass(frozen=True)
class AuditRhythm:
    """What vendors of a tier are to be asked, and how often."""

    tier: str
    months: int
    """At most this many between two audits of one vendor."""
    questionnaire: str = ""
    """Key of the light review asked between two complete audits; empty for a complete audit."""

    @property
    def key(self) -> str:
        """What designates it: its tier, and the questionnaire when it is a light review."""
        return f"{self.tier}-{self.questionnaire}" if self.questionnaire else self.tier

    def audience(self, statuses: Iterable[str], *, has_light_review: bool) -> dict[str, Any]:
        """Whom the campaign that is missing addresses.

        A light review leaves in peace those audited within the year. A complete audit is asked of each vendor as its
        own delay ends, except where light reviews come between: they would pass for it.
        """
        audience: dict[str, Any] = {"tiers": [self.tier], "statuses": list(statuses)}
        if self.questionnaire:
            audience["not_audited_months"] = max(self.months - 1, 1)
        elif not has_light_review:
            audience["not_audited_months"] = self.months
        return audience

    def every(self, *, has_light_review: bool) -> int:
        """Months between two waves of that campaign: each month where the audience waits for each vendor's delay."""
        return self.months if self.questionnaire or has_light_review else 1


def rhythms(months: Mapping[str, int], light: Iterable[AuditRhythm]) -> tuple[AuditRhythm, ...]:
    """A complete audit for each tier, the most frequent first, then the light reviews between them.

    >>> [rhythm.key for rhythm in rhythms({"faible": 36, "critique": 6}, [AuditRhythm("faible", 12, "revue")])]
    ['critique', 'faible', 'faible-revue']
    """
    full = sorted((AuditRhythm(tier, number) for tier, number in months.items()), key=lambda one: one.months)
    return (*full, *light)


def keeps_rhythm(
    rhythm: AuditRhythm, questionnaire: str, recurrence: Mapping[str, Any], audience: Audience, complete: Iterable[str]
) -> bool:
    """Whether a campaign asks often enough what a rhythm wants; `complete` are the keys of complete questionnaires.

    Whom it asks is not looked at here. One that has a last day keeps nothing for long.
    """
    wanted = {rhythm.questionnaire} if rhythm.questionnaire else set(complete)
    rule = parse_recurrence(recurrence)
    if questionnaire not in wanted or rule.last is not None:
        return False
    steps = {Every.WEEKS: rule.step / _WEEKS_A_MONTH, Every.MONTHS: rule.step, Every.YEARS: 12 * rule.step}
    return max(steps[rule.every], audience.not_audited_months or 0) <= rhythm.months
