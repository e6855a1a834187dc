"""What became of messages: for a board that shows each person, and for whoever has to act on those that did not go."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session

from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.core.pages import PAGE_SIZE, Page, page_of
from portal.jobs.models import Mail, MailState

STATE_NAMES: Mapping[MailState, str] = {
    MailState.PROMISED: N_("À envoyer"),
    MailState.SENT: N_("Envoyé"),
    MailState.REFUSED: N_("Adresse refusée"),
    MailState.UNCERTAIN: N_("Envoi incertain"),
    MailState.GIVEN_UP: N_("Envoi abandonné"),
}
STATE_ADVICE: Mapping[MailState, str] = {
    MailState.REFUSED: N_("Le serveur de messagerie refuse cette adresse : corrigez-la, puis renvoyez le message."),
    MailState.UNCERTAIN: N_(
        "Le serveur a pris le message deux fois sans répondre : demandez à la personne si elle l'a reçu, puis renvoyez."
    ),
    MailState.GIVEN_UP: N_("Essayé plusieurs jours sans succès : renvoyez quand la messagerie marche de nouveau."),
}
TONES: Mapping[MailState, str] = {
    MailState.PROMISED: "neutral",
    MailState.SENT: "ok",
    MailState.REFUSED: "danger",
    MailState.UNCERTAIN: "warning",
    MailState.GIVEN_UP: "danger",
}
TO_ACT_ON = (MailState.REFUSED, MailState.UNCERTAIN, MailState.GIVEN_UP)
"""States that wait for a person."""


@dataclass(frozen=True)
class Delivery:
    """A message to one person, and where it stands; `reason` is the server's own text, never markup."""

    mail_id: int
    about: str
    template: str
    recipient: str
    subject: str
    state: MailState
    reason: str
    at: datetime
    """When it was sent or came to its state; when it was promised, while it waits."""
    tries: int
    vendor_id: int | None

    @property
    def label(self) -> str:
        """The state in words."""
        return STATE_NAMES[self.state]

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return TONES[self.state]

    @property
    def advice(self) -> str:
        """What a person can do about it; nothing when it goes well."""
        return STATE_ADVICE.get(self.state, "")

    @property
    def waits_for_a_person(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.state in TO_ACT_ON


def deliveries(session: Session, abouts: Sequence[str], *, series: str = "") -> Mapping[str, list[Delivery]]:
    """The messages about each of these (`audit:12`), of a series if one is named, the oldest first; one statement.

    None for an `about` nothing was written of. The caller has checked that each may be seen.
    """
    found: dict[str, list[Delivery]] = defaultdict(list)
    if abouts:
        for row in session.execute(_written_about(is_of_series=bool(series)), {"abouts": abouts, "series": series}):
            one = Delivery(*row)
            found[one.about].append(one)
    return dict(found)


@cache
def _written_about(*, is_of_series: bool) -> Any:
    found = _columns().where(Mail.about.in_(bindparam("abouts", expanding=True))).order_by(Mail.id)
    # A series is what was sent by the thousand: SQLite would read all of it for the few that are asked about.
    about_first = found.with_hint(Mail, "INDEXED BY ix_mail_about", "sqlite")
    return about_first.where(Mail.series == bindparam("series")) if is_of_series else found


def delivery_of(mail: Mail) -> Delivery:
    """A message already read, as it is shown."""
    at = mail.settled_at or mail.sent_at or mail.queued_at
    return Delivery(
        mail.id, mail.about, mail.template, mail.recipient, mail.subject, mail.state, mail.reason, at, mail.tries,
        mail.vendor_id,
    )  # fmt: skip


def page_of_deliveries(
    session: Session, *, within: ColumnElement[bool], states: Sequence[MailState], page: int = 1, size: int = PAGE_SIZE
) -> Page[Delivery]:
    """A page of the messages in these states within a reach, the newest first."""
    ids = select(Mail.id).where(within, Mail.state.in_(states)).order_by(Mail.id.desc())
    found = page_of(session, ids, page, size=size)
    rows = session.execute(_columns().where(Mail.id.in_(found.rows)).order_by(Mail.id.desc()))
    return found.showing([Delivery(*row) for row in rows])


def count_by_state(session: Session, within: ColumnElement[bool]) -> Mapping[MailState, int]:
    """How many messages within a reach stand in each state."""
    rows = session.execute(select(Mail.state, func.count()).where(within).group_by(Mail.state))
    return dict.fromkeys(MailState, 0) | dict(rows.all())


def last_refusals(session: Session, addresses: Sequence[str]) -> Mapping[str, Delivery]:
    """Of the addresses whose newest message that came to an end did not arrive, that message; one statement."""
    if not addresses:
        return {}
    newest = (
        select(func.max(Mail.id))
        .where(Mail.recipient.in_(addresses), Mail.state != MailState.PROMISED)
        .group_by(Mail.recipient)
    )
    rows = session.execute(_columns().where(Mail.id.in_(newest), Mail.state.in_(TO_ACT_ON)))
    return {found.recipient: found for found in (Delivery(*row) for row in rows)}


def _columns() -> Select[int, str, str, str, str, MailState, str, datetime, int, int | None]:
    at = func.coalesce(Mail.settled_at, Mail.sent_at, Mail.queued_at).label("at")
    return select(
        Mail.id, Mail.about, Mail.template, Mail.recipient, Mail.subject, Mail.state, Mail.reason, at, Mail.tries,
        Mail.vendor_id,
    )  # fmt: skip
