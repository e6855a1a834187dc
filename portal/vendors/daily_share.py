"""How much a vendor may write to us in a day: each thing wakes somebody, and nobody outside may flood a mailbox."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.authz.context import Context
from portal.core.errors import Refused


def keep_daily_share(
    ctx: Context, at: InstrumentedAttribute[datetime], *written: ColumnElement[bool], most: int, refusal: str
) -> None:
    """Raise Refused once `most` things were written in the last twenty-four hours; one statement.

    `at` is the column of their moment, `written` what tells those of this vendor, `refusal` a sentence marked for
    translation in which `%(most)s` stands for the share.
    """
    counted = ctx.session.scalar(select(func.count()).where(*written, at > ctx.now - timedelta(days=1)))
    if (counted or 0) >= most:
        raise Refused(refusal, most=most)
