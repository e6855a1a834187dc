"""What the journal is told of a database that was away, a clock that leapt and messages that did not arrive, and what a
person does about it."""

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.language import N_
from portal.jobs import clock_guard, outages, schedule, undelivered
from portal.jobs.clock_guard import ClockLeap
from portal.jobs.models import Mail
from portal.jobs.outages import DatabaseOutage
from portal.journal import services as journal


def note_outage(ctx: Context, outage: DatabaseOutage) -> None:
    """Journal an outage once the database is back."""
    after = {"since": outage.since, "until": outage.until, "seconds": outage.seconds, "error": outage.error}
    journal.record(ctx, "database.away", outage, after=after)


def note_leap(ctx: Context, leap: ClockLeap) -> None:
    """Journal, at the instant that the clock says, that it is not believed."""
    journal.record(ctx, "clock.leapt", leap, after={"last": leap.last, "said": leap.said})


def note_undelivered(ctx: Context, mail: Mail) -> None:
    """Journal that a message did not arrive, with the server's own words."""
    after = {"recipient": mail.recipient, "subject": mail.subject, "delivery": mail.state.value, "reason": mail.reason}
    journal.record(ctx, "mail.undelivered", mail, after=after)


def accept_clock(ctx: Context) -> ClockLeap:
    """Believe the machine's clock, and let the schedule start what is due; raises Refused when nothing is held."""
    authorize(ctx, Permission.JOB_MANAGE)
    held = clock_guard.accept(ctx.session, ctx.now)
    if held is None:
        raise Refused(N_("L'échéancier ne retient rien : l'horloge n'a pas fait d'écart."))
    journal.record(ctx, "clock.accepted", held, after={"last": held.last, "said": ctx.now})
    return held


outages.ON_RETURN.append(note_outage)
schedule.ON_LEAP.append(note_leap)
undelivered.ON_UNDELIVERED.append(note_undelivered)
