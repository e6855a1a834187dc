"""What can be decided of a contract whose period ends, until when that is awaited, what notice comes to; pure.

Notice given after its last day does not end the period under way: the contract is renewed and ends with the next one.
"""

from collections.abc import Iterator
from datetime import date

from portal.contracts.rules.deadlines import ContractDeadlines, ContractTerms, deadlines
from portal.core.language import N_, Sentence
from portal.vendors.rules.facts import Labelled


class DeadlineChoice(Labelled):
    """What is decided of a contract at the end of a period."""

    LET_RUN = "let_run", N_("Le laisser se reconduire")
    RENEW = "renew", N_("Le renouveler par écrit")
    RENEGOTIATE = "renegotiate", N_("Le renégocier")
    END = "end", N_("Y mettre fin")


def choices_for(terms: ContractTerms | None) -> tuple[DeadlineChoice, ...]:
    """What may be decided: a contract without tacit renewal cannot be left to run; nothing is renewed without a term.

    >>> from portal.contracts.rules.deadlines import NoticePeriod
    >>> [one.value for one in choices_for(ContractTerms(date(2026, 1, 1), 12, 0, NoticePeriod(0)))]
    ['renew', 'renegotiate', 'end']
    """
    if terms is None:
        return (DeadlineChoice.RENEGOTIATE, DeadlineChoice.END)
    return tuple(one for one in DeadlineChoice if one is not DeadlineChoice.LET_RUN or terms.renewal_months)


def periods_from(terms: ContractTerms, day: date) -> Iterator[ContractDeadlines]:
    """The period that holds a day, then those that follow; ends with a contract that is not renewed, or with 2200."""
    found = deadlines(terms, day, day)
    while not isinstance(found, Sentence):
        yield found
        if found.renews_on is None:
            return
        found = deadlines(terms, found.renews_on, found.renews_on)


def awaited_by(terms: ContractTerms, decided_until: date | None, today: date) -> date | None:
    """The day by which a decision is awaited: the last for notice of the first period not decided, else its end.

    None when nothing more can be decided: a contract not renewed is over, or its end is decided.

    >>> from portal.contracts.rules.deadlines import NoticePeriod
    >>> terms = ContractTerms(date(2026, 1, 1), 12, 12, NoticePeriod(3))
    >>> str(awaited_by(terms, None, date(2026, 5, 1))), str(awaited_by(terms, date(2026, 12, 31), date(2026, 5, 1)))
    ('2026-09-30', '2027-09-30')
    >>> str(awaited_by(terms, None, date(2026, 10, 1)))
    '2026-12-31'
    """
    for found in periods_from(terms, today):
        if found.ends_on >= today and (decided_until is None or found.ends_on > decided_until):
            in_time = found.renews_on is not None and found.notice_by >= today
            return found.notice_by if in_time else found.ends_on
    return None


def last_day_after(terms: ContractTerms, letter_on: date) -> date | None:
    """The last day of a contract of which notice is given by a letter of that day; none beyond 2200.

    >>> from portal.contracts.rules.deadlines import NoticePeriod
    >>> terms = ContractTerms(date(2026, 1, 1), 12, 12, NoticePeriod(3))
    >>> str(last_day_after(terms, date(2026, 9, 30))), str(last_day_after(terms, date(2026, 10, 1)))
    ('2026-12-31', '2027-12-31')
    """
    for found in periods_from(terms, letter_on):
        if found.renews_on is None or letter_on <= found.notice_by:
            return found.ends_on
    return None
