"""What every use case of breaches does: keep the row, take an act of the table, leave a trace."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.authz.context import Context
from portal.consumer_law.legislation import metropolitan_france
from portal.core.clock import LEGAL_ZONE, legal_date
from portal.core.errors import Refused
from portal.core.language import N_, say
from portal.incidents.legislation import breach_law
from portal.incidents.models import Incident, IncidentStatement
from portal.incidents.rules.clocks import BreachClock, authority_clock
from portal.incidents.rules.life import ACTS, IncidentAct, leads_to, refusal_of
from portal.incidents.rules.sense import FEWEST_WORDS, says_something
from portal.journal import services as journal

FUTURE = N_("Ce moment est à venir : donnez-en un qui est passé.")
LONGEST_TEXT = 5_000


def check_awareness(ctx: Context, at: datetime) -> None:
    """Raise Refused for a moment to come, or before the law of breaches was."""
    if at > ctx.now:
        raise Refused(FUTURE)
    if breach_law().find("authority.hours", legal_date(at)) is None:
        raise Refused(N_("Ce moment est antérieur au RGPD (25 mai 2018) : vérifiez la date."))


def clock_of(aware_at: datetime) -> BreachClock:
    """The 72 hours from our awareness, by the law in force that day."""
    return authority_clock(aware_at, breach_law(), metropolitan_france(), LEGAL_ZONE)


def take(
    ctx: Context,
    incident: Incident,
    act: IncidentAct,
    changes: Mapping[str, Any],
    noted: Mapping[str, Any] | None = None,
    former: Mapping[str, Any] | None = None,
) -> None:
    """Take an act of the table with what it writes, and journal it; raises Refused when the table has no such act.

    `noted` is what the journal says besides, `former` what stood in its place.
    """
    state = leads_to(act, incident.state)
    if state is None:
        raise Refused(refusal_of(act, incident.state))
    wanted = {**changes, "state": state}
    if not ACTS[act].by_vendor:
        wanted["unread_since"] = None
    before, after = journal.changes(incident, wanted)
    ctx.session.flush()
    told = {"affected", "facts", "vendor_facts", "contract_terms", "notify_by", "unread_since"}
    journal.record(
        ctx,
        ACTS[act].noted,
        incident,
        before={**{name: value for name, value in before.items() if name not in told}, **(former or {})},
        after={**{name: value for name, value in after.items() if name not in told}, **(noted or {})},
    )


def speak(
    ctx: Context, incident: Incident, *, from_vendor: bool, text: str = "", said: Mapping[str, Any] | None = None,
    internal: bool = False,
) -> IncidentStatement:  # fmt: skip
    """Add what one side says; statements are never changed."""
    statement = IncidentStatement(
        incident_id=incident.id, at=ctx.now, author_id=ctx.actor.id, author_name=ctx.actor.name,
        from_vendor=from_vendor, internal=internal, text=text, said=dict(said or {}),
    )  # fmt: skip
    ctx.session.add(statement)
    ctx.session.flush()
    return statement


def check_told(what: str) -> None:
    """Raise Refused when what happened is not told, or in words too few for the authority to understand it."""
    if not what.strip():
        raise Refused(N_("Dites ce qui s'est passé, en une phrase : le reste peut attendre."))
    if not says_something(what):
        raise Refused(
            say(
                "Dites un peu plus de ce qui s'est passé : une phrase de %(words)s mots au moins, que la CNIL pourra "
                "lire.",
                words=FEWEST_WORDS,
            )
        )


def explained(text: str) -> str:
    """Words that say why; raises Refused for words that say nothing: they are read by the authority."""
    if not says_something(text):
        raise Refused(N_("Écrivez pourquoi, en une phrase : ce motif reste au registre et la CNIL peut le lire."))
    return text
