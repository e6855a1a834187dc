"""Challenges: what one browser is asked to have signed, or to bring back, once and soon.

The browser's signed cookie holds a random token; the challenge itself is derived from it and from the portal's secret,
so that nothing is kept for whoever asks and never answers. An answered one is written down: it is good once.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from portal.authz.context import Context
from portal.core import tokens
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.insertions import insertion
from portal.core.language import N_
from portal.core.secret_keys import Secrets
from portal.identity import rules
from portal.identity.models import SpentChallenge


class ChallengePurpose(StrEnum):
    """What a challenge is answered for; one drawn for a purpose is good for no other."""

    NEW_PASSKEY = "new-passkey"
    SIGN_IN = "sign-in"
    SECOND_FACTOR = "second-factor"
    PROVIDER = "provider"


@dataclass(frozen=True)
class Challenge:
    """What was drawn for one browser; `user_id` is the account it was drawn for, None on the way in."""

    token: str
    purpose: ChallengePurpose
    drawn_at: datetime
    user_id: int | None = None

    def part(self, secrets: Secrets, name: str = "challenge") -> str:
        """A value of 64 hexadecimal digits that only this portal can make of the token; several by name."""
        return tokens.derive(secrets.tokens, f"{self.purpose.value}:{name}:{self.user_id}:{self.token}")


def spend(ctx: Context, challenge: Challenge | None, purpose: ChallengePurpose, user_id: int | None) -> Challenge:
    """Use a challenge up before its answer is looked at; raises Refused when it is none, too old or used already."""
    over = Refused(
        N_("Cette demande n'est plus valable : elle sert une fois, dans les minutes qui suivent. Recommencez.")
    )
    if challenge is None or challenge.purpose is not purpose or challenge.user_id != user_id:
        raise over
    if not timedelta(0) <= ctx.now - challenge.drawn_at <= timedelta(minutes=rules.CHALLENGE_MINUTES):
        raise over
    made = ctx.session.scalar(
        insertion(ctx.session, SpentChallenge)
        .values(token_hash=tokens.fingerprint(challenge.token), at=ctx.now)
        .on_conflict_do_nothing(index_elements=["token_hash"])
        .returning(SpentChallenge.id)
    )
    if made is None:
        raise over
    return challenge
