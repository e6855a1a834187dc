"""What administrators are told in the morning of a journal that was not found sound at night."""

from collections.abc import Mapping
from datetime import date

from portal.authz.context import Context
from portal.authz.policy import Role
from portal.core.landing import Landing
from portal.identity.queries import staff
from portal.journal.nightly_checks import CheckStanding, CheckState, standing
from portal.notices.morning import every_morning
from portal.notices.services import AddressedNews, News, note_many

TOLD = frozenset({CheckState.FAILED, CheckState.OLD, CheckState.UNKNOWN})


@every_morning("operations.journal")
def note_unsound_journal(ctx: Context, day: date) -> int:
    """Note, for the digest of administrators, what the last verification found, or that there is none to rely on."""
    found = standing(ctx.session, ctx.now)
    if found.state not in TOLD:
        return 0
    news = News(
        template="operations/emails/journal_unsound", key=f"journal.check:{day}", about="journal.check",
        values=_values(found), landing=Landing("journal.index"),
    )  # fmt: skip
    return note_many(ctx, [AddressedNews(user.id, None, news) for user in staff(ctx.session, Role.ADMIN)])


def _values(found: CheckStanding) -> Mapping[str, object]:
    return {
        "state": found.state.value, "at": found.check.at.isoformat() if found.check else "",
        "sentences": [str(one) for one in found.sentences], "kinds": list(found.kinds),
    }  # fmt: skip
