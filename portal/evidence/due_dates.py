"""Until when proofs are good, as calendars show it."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any

from flask import url_for
from sqlalchemy import BindParameter, Integer, Row, and_, bindparam, select

from portal.authz.context import Context, reach
from portal.authz.policy import Permission, Reach
from portal.core import process
from portal.core.statements import days_counted, one_by_one, written_once
from portal.evidence.kinds import read_kinds
from portal.evidence.models import Evidence
from portal.vendors.models import Vendor
from portal.vendors.rules.status import GONE
from portal.web.manifest import DatedThing, DatedWords
from portal.web.text import current_language, ngettext


def evidence_dates(ctx: Context, since: date, until: date, at_most: int) -> Sequence[DatedThing]:
    """Proofs in use at vendors that have not left, by their last good day: so many vendors and days, whole."""
    asked = _dated(reach(ctx, Permission.EVIDENCE_VIEW), since, until)
    rows = ctx.session.execute(asked, {"most": at_most}).all()
    together = groupby(sorted(rows, key=_place), key=_place)
    return [_thing(day, list(proofs)) for (day, _vendor), proofs in together]


def evidence_days(ctx: Context, since: date, until: date, at_most: int) -> Sequence[date]:
    """The day of each of them."""
    asked = _days(reach(ctx, Permission.EVIDENCE_VIEW), since, until)
    return one_by_one(ctx.session.execute(asked, {"most": at_most}))


def _first(within: Reach, since: date, until: date) -> Any:
    # What is counted is what is shown: the proofs of a vendor that end on one day are one date.
    most: BindParameter[int] = bindparam("most", type_=Integer)
    where = within.over(Evidence), Vendor.status.not_in(GONE), Evidence.good_until.between(since, until)
    return (
        select(Evidence.good_until, Evidence.vendor_id)
        .join(Vendor, Vendor.id == Evidence.vendor_id)
        .where(*where)
        .distinct()
        .order_by(Evidence.good_until, Evidence.vendor_id)
        .limit(most)
    )


@written_once
def _days(within: Reach, since: date, until: date) -> Any:
    return days_counted(_first(within, since, until))


@written_once
def _dated(within: Reach, since: date, until: date) -> Any:
    first = _first(within, since, until).subquery()
    return (
        select(Evidence.id, Evidence.good_until, Evidence.vendor_id, Evidence.kind, Vendor.name)
        .join(Vendor, Vendor.id == Evidence.vendor_id)
        .join(first, and_(first.c.good_until == Evidence.good_until, first.c.vendor_id == Evidence.vendor_id))
        .where(within.over(Evidence))
        .order_by(Evidence.good_until, Evidence.id)
    )


def _place(row: Row[Any]) -> tuple[date, int]:
    return row.good_until, row.vendor_id


def _thing(day: date, proofs: Sequence[Row[Any]]) -> DatedThing:
    """The proofs of one vendor that end on one day."""
    return DatedThing(f"evidence-{proofs[0].id}", day, partial(_words, proofs))


def _words(proofs: Sequence[Row[Any]]) -> DatedWords:
    kinds = read_kinds(process.settings().questionnaires_dir)
    named = (kinds[proof.kind] for proof in proofs if proof.kind in kinds)
    title = ngettext(
        "%(vendor)s : une preuve à renouveler", "%(vendor)s : %(num)s preuves à renouveler", len(proofs),
        vendor=proofs[0].name,
    )  # fmt: skip
    detail = " · ".join(dict.fromkeys(str(getattr(kind, current_language().value)) for kind in named))
    return DatedWords(title, detail, url_for("vendors.show", vendor_id=proofs[0].vendor_id))
