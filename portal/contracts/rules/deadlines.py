"""When a contract ends, until when notice can be given, when it renews; civil time, each date explained.

Months are counted from day to same day, or to the last day of a month that has no such day, as for procedural time
limits (C. proc. civ. art. 641); a fixed term runs to its end (C. civ. art. 1212). Nothing is put off for a week-end or
a holiday: article 642 is about proceedings, not about notice between parties. What the contract itself says comes
first, and the last step says so.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from portal.core import workdays
from portal.core.calendar import months_later
from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import Sentence, say

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)
LONGEST = 1188
"""Months: ninety-nine years, beyond which an undertaking is perpetual, which is prohibited (C. civ. art. 1210)."""
_SATURDAY, _SUNDAY = 5, 6
_NOTICE = expression(r"([0-9]{1,12})(d?)")


class NoticeUnit(StrEnum):
    """What a notice is counted in."""

    MONTHS = "months"
    DAYS = "days"
    """Civil days, Saturdays, Sundays and holidays included."""


@dataclass(frozen=True)
class NoticePeriod:
    """How long before the end notice must be given, at the latest."""

    count: int
    unit: NoticeUnit = NoticeUnit.MONTHS

    def before(self, end: date) -> date:
        """The last day on which notice can be given.

        >>> NoticePeriod(3).before(date(2028, 12, 31)), NoticePeriod(90, NoticeUnit.DAYS).before(date(2028, 12, 31))
        (datetime.date(2028, 9, 30), datetime.date(2028, 10, 2))
        """
        if self.unit is NoticeUnit.DAYS:
            return end - timedelta(days=self.count)
        return months_later(end, -self.count)


@dataclass(frozen=True)
class ContractTerms:
    """What a contract says of its time; a renewal of 0 months means that it is not renewed."""

    effective_on: date
    term_months: int
    renewal_months: int
    notice: NoticePeriod


@dataclass(frozen=True)
class ContractPeriod:
    """The first period of a contract (number 0), or one of its renewals; both days are in it."""

    number: int
    starts_on: date
    ends_on: date
    months: int
    """Months from the effective date to its end."""


@dataclass(frozen=True)
class ContractDeadlines:
    """The dates that matter of one period."""

    period: ContractPeriod
    notice_by: date
    """Last day on which notice can still be given."""
    renews_on: date | None
    """First day of the next period; none when the contract is not renewed."""
    steps: tuple[Sentence, ...]
    """How each date was found, and what follows from it."""

    @property
    def ends_on(self) -> date:
        """Last day of the period."""
        return self.period.ends_on


def parse_notice(text: str) -> NoticePeriod | Sentence:
    """A notice as typed: `3` is three months, `90d` ninety civil days; else what is wrong with it.

    >>> parse_notice("90d")
    NoticePeriod(count=90, unit=<NoticeUnit.DAYS: 'days'>)
    """
    found = _NOTICE.fullmatch(text.strip())
    if found is None:
        return say(
            "« %(text)s » n'est pas un préavis : écrivez un nombre de mois (3) ou de jours suivi de d (90d).",
            text=text[:40],
        )
    return NoticePeriod(int(found[1]), NoticeUnit.DAYS if found[2] else NoticeUnit.MONTHS)


def terms_problem(terms: ContractTerms) -> Sentence | None:
    """Why terms cannot be computed with, when they cannot.

    >>> print(terms_problem(ContractTerms(date(2026, 1, 1), 0, 12, NoticePeriod(3))))
    La durée doit être de 1 à 1188 mois (99 ans).
    """
    most = LONGEST if terms.notice.unit is NoticeUnit.MONTHS else LONGEST * 31
    if not EARLIEST <= terms.effective_on <= LATEST:
        return say("La date d'effet doit être comprise entre 1900 et 2200.")
    if not 1 <= terms.term_months <= LONGEST:
        return say("La durée doit être de 1 à %(most)s mois (99 ans).", most=LONGEST)
    if not 0 <= terms.renewal_months <= LONGEST:
        return say("La reconduction doit être de 0 (aucune) à %(most)s mois (99 ans) à la fois.", most=LONGEST)
    if not 0 <= terms.notice.count <= most:
        return say("Le préavis ne peut pas dépasser 99 ans.")
    return _too_far(terms)


def _too_far(terms: ContractTerms) -> Sentence | None:
    end = _end(terms, terms.term_months)
    if end > LATEST:
        return say("Cette durée finit après 2200 : vérifiez la date d'effet et le nombre de mois.")
    if terms.notice.before(end) < EARLIEST:
        return say("Le dernier jour du préavis tombe avant 1900 : vérifiez la date d'effet et le préavis.")
    return None


def deadlines(terms: ContractTerms, at: date | None, today: date) -> ContractDeadlines | Sentence:
    """The dates of the period that holds `at`, or of the first period; else why they cannot be computed.

    Before the effective date, the period is the first; after the end of a contract that is not renewed, the last.
    Whether the day for notice is past is judged at `at`, or today without it.

    >>> found = deadlines(ContractTerms(date(2026, 1, 1), 36, 12, NoticePeriod(3)), None, date(2026, 1, 1))
    >>> str(found.ends_on), str(found.notice_by), str(found.renews_on)
    ('2028-12-31', '2028-09-30', '2029-01-01')
    """
    period = _period_of(terms, at)
    if isinstance(period, Sentence):
        return period
    renews_on = _renewal_after(terms, period)
    notice_by = terms.notice.before(period.ends_on)
    steps = tuple(_steps(terms, period, notice_by, at, today))
    return ContractDeadlines(period, notice_by, renews_on, steps)


def renewal_day(terms: ContractTerms, at: date) -> date | None:
    """The first day of the renewal after the period that holds `at`, as `deadlines` says it, without its steps.

    >>> str(renewal_day(ContractTerms(date(2026, 1, 1), 36, 12, NoticePeriod(3)), date(2029, 6, 1)))
    '2030-01-01'
    """
    period = _period_of(terms, at)
    return None if isinstance(period, Sentence) else _renewal_after(terms, period)


def _period_of(terms: ContractTerms, at: date | None) -> ContractPeriod | Sentence:
    if problem := terms_problem(terms):
        return problem
    if at is not None and not EARLIEST <= at <= LATEST:
        return say("La date à laquelle se placer doit être comprise entre 1900 et 2200.")
    period = _first(terms)
    while at is not None and at > period.ends_on and terms.renewal_months:
        period = _following(terms, period)
    if period.ends_on > LATEST:
        return say("La période qui contient ce jour finit après 2200.")
    return period


def _renewal_after(terms: ContractTerms, period: ContractPeriod) -> date | None:
    return period.ends_on + timedelta(days=1) if terms.renewal_months else None


def _end(terms: ContractTerms, months: int) -> date:
    """The day before the same day, some months after the effective date; the last day of a month without that day."""
    same = months_later(terms.effective_on, months)
    return same - timedelta(days=1) if same.day == terms.effective_on.day else same


def _first(terms: ContractTerms) -> ContractPeriod:
    return ContractPeriod(0, terms.effective_on, _end(terms, terms.term_months), terms.term_months)


def _following(terms: ContractTerms, period: ContractPeriod) -> ContractPeriod:
    """The next renewal, counted from the effective date: a short month shortens no later period."""
    months = period.months + terms.renewal_months
    return ContractPeriod(period.number + 1, period.ends_on + timedelta(days=1), _end(terms, months), months)


def _months(count: int) -> Sentence:
    return say("1 mois") if count == 1 else say("%(count)s mois", count=count)


def _days(count: int) -> Sentence:
    return say("1 jour civil") if count == 1 else say("%(count)s jours civils", count=count)


def _steps(
    terms: ContractTerms, period: ContractPeriod, notice_by: date, at: date | None, today: date
) -> Iterator[Sentence]:
    if at is not None and at < terms.effective_on:
        yield say("Le %(day)s, le contrat n'a pas encore pris effet : voici sa première période.", day=at)
    yield _duration(terms, period)
    yield _closing(terms, period)
    yield from _notice(terms, period, notice_by)
    yield _sequel(terms, period)
    if notice_by < (at or today):
        yield _too_late(terms, period, notice_by, at or today)
    if not terms.renewal_months and at is not None and at > period.ends_on:
        yield say("Le %(day)s, ce contrat a déjà pris fin.", day=at)
    yield say("Si le contrat compte autrement, ce sont ses mots qui l'emportent.")


def _duration(terms: ContractTerms, period: ContractPeriod) -> Sentence:
    if period.number == 0:
        return say(
            "Le contrat prend effet le %(start)s pour %(term)s.",
            start=terms.effective_on,
            term=_months(terms.term_months),
        )
    return say(
        "Reconduction n° %(number)s, du %(start)s au %(end)s : %(months)s depuis la date d'effet du %(effective)s.",
        number=period.number,
        start=period.starts_on,
        end=period.ends_on,
        months=_months(period.months),
        effective=terms.effective_on,
    )


def _closing(terms: ContractTerms, period: ContractPeriod) -> Sentence:
    if monthrange(period.ends_on.year, period.ends_on.month)[1] < terms.effective_on.day:
        return say(
            "Le mois d'arrivée n'a pas de %(number)s : la période finit le dernier jour de ce mois, le %(end)s.",
            number=terms.effective_on.day,
            end=period.ends_on,
        )
    return say(
        "Le même quantième revient le %(same)s : la période finit la veille, le %(end)s.",
        same=period.ends_on + timedelta(days=1),
        end=period.ends_on,
    )


def _notice(terms: ContractTerms, period: ContractPeriod, notice_by: date) -> Iterator[Sentence]:
    notice, end = terms.notice, period.ends_on
    if notice.count == 0:
        yield say("Aucun préavis : la dénonciation peut être donnée jusqu'au dernier jour, le %(day)s.", day=notice_by)
    elif notice.unit is NoticeUnit.DAYS:
        yield say(
            "Préavis de %(notice)s, comptés en arrière depuis le %(end)s : dernier jour pour le donner, le %(day)s.",
            notice=_days(notice.count),
            end=end,
            day=notice_by,
        )
    elif notice_by.day != end.day:
        yield say(
            "Préavis de %(notice)s avant le %(end)s : le mois d'arrivée n'a pas de %(number)s, le dernier jour pour le "
            "donner est la fin de ce mois, le %(day)s.",
            notice=_months(notice.count),
            end=end,
            number=end.day,
            day=notice_by,
        )
    else:
        yield say(
            "Préavis de %(notice)s avant le %(end)s : dernier jour pour le donner, le même quantième, le %(day)s.",
            notice=_months(notice.count),
            end=end,
            day=notice_by,
        )
    if notice_by < period.starts_on:
        yield say("Ce préavis est plus long que la période : il est à donner avant qu'elle commence.")
    if notice_by.weekday() == _SATURDAY:
        yield say("Ce jour est un samedi : rien n'est reporté, prévoyez de le donner avant.")
    if notice_by.weekday() == _SUNDAY:
        yield say("Ce jour est un dimanche : rien n'est reporté, prévoyez de le donner avant.")
    elif notice_by.weekday() != _SATURDAY and not workdays.is_working(notice_by):
        yield say("Ce jour est férié : rien n'est reporté, prévoyez de le donner avant.")


def _sequel(terms: ContractTerms, period: ContractPeriod) -> Sentence:
    if not terms.renewal_months:
        return say("Aucune reconduction : le contrat prend fin de lui-même le %(end)s.", end=period.ends_on)
    following = _following(terms, period)
    return say(
        "Sans préavis donné à temps, il est reconduit le %(start)s pour %(renewal)s, jusqu'au %(end)s.",
        start=following.starts_on,
        renewal=_months(terms.renewal_months),
        end=following.ends_on,
    )


def _too_late(terms: ContractTerms, period: ContractPeriod, notice_by: date, day: date) -> Sentence:
    if not terms.renewal_months:
        return say("Le %(day)s, le dernier jour du préavis (%(by)s) est passé.", day=day, by=notice_by)
    following = _following(terms, period)
    while (chance := terms.notice.before(following.ends_on)) < day:
        following = _following(terms, following)
    return say(
        "Le %(day)s, le dernier jour du préavis (%(by)s) est passé : le prochain est le %(chance)s, pour une fin le "
        "%(end)s.",
        day=day,
        by=notice_by,
        chance=chance,
        end=following.ends_on,
    )
