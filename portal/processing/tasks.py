"""What the register of processing tells each morning: lines that wait to be confirmed, once a month to each person; and
what is proposed to it, kept as it stands.
"""

from datetime import date

from portal.authz.context import Context
from portal.authz.policy import GRANTS, Permission, Role
from portal.core.landing import Landing
from portal.identity import queries as identity
from portal.jobs.ledger import Record, enqueue, task
from portal.jobs.schedule import every_tick
from portal.notices.morning import every_morning
from portal.notices.services import AddressedNews, News, note_many
from portal.processing import keeping, queries


@every_tick("processing.proposals")
def keep_proposals_soon(ctx: Context) -> int:
    """Promise to keep what is proposed, once a minute at most, when something moved."""
    if not keeping.must_keep(ctx):
        return 0
    made = enqueue(ctx, "processing.proposals", {}, dedup=f"processing.proposals:{int(ctx.now.timestamp()) // 60}")
    return 0 if made is None else 1


@task("processing.proposals", outside=True, lease_seconds=300)
def keep_proposals(ctx: Context, *, job_id: int) -> Record:
    """Work out what is proposed to the register, and keep it; running it twice changes nothing more."""
    return keeping.work_out_proposals(ctx)


@every_morning("processing.review")
def note_reviews(ctx: Context, day: date) -> int:
    """Note how many lines each person has to confirm; those of nobody are told to whoever edits the register."""
    waiting = queries.waiting_by_owner(ctx)
    open_accounts = {one.id for one in queries.reviewers(ctx)}
    told = [_own(user_id, count, day) for user_id, count in waiting.items() if user_id in open_accounts]
    # Of somebody who left, nobody would be told: their lines are told as those of nobody.
    if nobodys := sum(count for user_id, count in waiting.items() if user_id not in open_accounts):
        editors = [
            role for role, grants in GRANTS.items() if Permission.REGISTER_EDIT in grants and role is not Role.SYSTEM
        ]
        told += [_nobodys(user.id, nobodys, day) for user in identity.staff(ctx.session, *editors)]
    return note_many(ctx, told)


# Each is told with the list of exactly the lines that it counts.
def _own(user_id: int, count: int, day: date) -> AddressedNews:
    news = News(
        template="processing/emails/notice_review", key=f"register:{user_id}:{day:%Y-%m}",
        about=f"register:{user_id}", values={"count": count},
        landing=Landing("processing.index", vue="a-confirmer", pour="moi"),
    )  # fmt: skip
    return AddressedNews(user_id, None, news)


def _nobodys(user_id: int, count: int, day: date) -> AddressedNews:
    news = News(
        template="processing/emails/notice_review_nobody", key=f"register-nobody:{user_id}:{day:%Y-%m}",
        about=f"register-nobody:{user_id}", values={"count": count},
        landing=Landing("processing.index", vue="a-confirmer", pour="personne"),
    )  # fmt: skip
    return AddressedNews(user_id, None, news)
