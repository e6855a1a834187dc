"""Until when proofs are good, as calendars show it."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core import process
from portal.evidence.kinds import read_kinds
from portal.evidence.models import Evidence
from portal.vendors.models import Vendor
from portal.vendors.rules.status import GONE
from portal.web.manifest import DatedThing
from portal.web.text import current_language, ngettext


def evidence_dates(ctx: Context, since: date, until: date, at_most: int) -> Sequence[DatedThing]:
    """Proofs in use at vendors that have not left, by their last good day."""
    found = ctx.session.scalars(
        select(Evidence)
        .join(Vendor, Vendor.id == Evidence.vendor_id)
        .options(joinedload(Evidence.vendor))
        .where(
            visible(ctx, Permission.EVIDENCE_VIEW, Evidence), Vendor.status.not_in(GONE),
            Evidence.good_until.between(since, until),
        )
        .order_by(Evidence.good_until, Evidence.id)
        .limit(at_most)
    )  # fmt: skip
    together = groupby(sorted(found, key=_place), key=_place)
    return [_dated(day, list(proofs)) for (day, _vendor), proofs in together if day is not None]


def _place(proof: Evidence) -> tuple[date | None, int]:
    return proof.good_until, proof.vendor_id


def _dated(day: date, proofs: Sequence[Evidence]) -> DatedThing:
    """The proofs of one vendor that end on one day."""
    kinds = read_kinds(process.settings().questionnaires_dir)
    named = (kinds[proof.kind] for proof in proofs if proof.kind in kinds)
    return DatedThing(
        key=f"evidence-{proofs[0].id}", day=day,
        title=ngettext(
            "%(vendor)s : une preuve à renouveler", "%(vendor)s : %(num)s preuves à renouveler", len(proofs),
            vendor=proofs[0].vendor.name,
        ),
        detail=" · ".join(dict.fromkeys(str(getattr(kind, current_language().value)) for kind in named)),
        url=url_for("vendors.show", vendor_id=proofs[0].vendor_id),
    )  # fmt: skip
