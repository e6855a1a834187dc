"""a vendor is known by the weakest of the questionnaires that count for it, not by the last one measured

Of each vendor that was measured on more than one audit, or on one that was withdrawn or could not be graded: the newest
scorecard of each audit that counts today, and of these the lowest. The sums of this month follow.
"""

from collections import defaultdict
from datetime import date, datetime
from zoneinfo import ZoneInfo

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0080'
down_revision = '0079'
branch_labels = None
depends_on = None

LIVE = ('en_integration', 'actif', 'suspendu', 'en_sortie')
VENDOR = sa.table(
    'vendor', sa.column('id'), sa.column('status'), sa.column('card_id'), sa.column('grade'), sa.column('level_points'),
    sa.column('residual_points'),
)
CARD = sa.table(
    'scorecard', sa.column('id'), sa.column('vendor_id'), sa.column('audit_id'), sa.column('basis_points'),
    sa.column('grade'), sa.column('residual_points'),
)
AUDIT = sa.table(
    'audit', sa.column('id'), sa.column('vendor_id'), sa.column('state'), sa.column('questionnaire_version_id'),
)
QUESTIONNAIRE = sa.table('questionnaire_version', sa.column('id'), sa.column('packs', portal.core.db.JsonValue))
SUBMISSION = sa.table('submission', sa.column('audit_id'))
MONTH = sa.table('portfolio_month', sa.column('month', sa.Date), sa.column('vendors'), sa.column('points'))


def upgrade() -> None:
    _keep(op.get_bind(), _weakest)


def downgrade() -> None:
    _keep(op.get_bind(), _newest)


def _newest(connection):
    return {card.vendor_id: card for card in connection.execute(sa.select(CARD).order_by(CARD.c.id))}


def _weakest(connection):
    sent = sa.exists().where(SUBMISSION.c.audit_id == AUDIT.c.id)
    audits = connection.execute(
        sa.select(AUDIT.c.id, AUDIT.c.vendor_id, AUDIT.c.state, QUESTIONNAIRE.c.packs)
        .join_from(AUDIT, QUESTIONNAIRE, QUESTIONNAIRE.c.id == AUDIT.c.questionnaire_version_id)
        .where(AUDIT.c.state != 'annule', sent)
        .order_by(AUDIT.c.id.desc())
    )
    counting, asked, reviewed = set(), defaultdict(set), defaultdict(set)
    for audit in audits:
        later = (reviewed if audit.state == 'accepte' else asked)[audit.vendor_id]
        if not later.issuperset(audit.packs):
            counting.add(audit.id)
        asked[audit.vendor_id].update(audit.packs)
        if audit.state == 'accepte':
            reviewed[audit.vendor_id].update(audit.packs)
    newest = {}
    for card in connection.execute(sa.select(CARD).order_by(CARD.c.id)):
        if card.audit_id in counting:
            newest[card.audit_id] = card
    graded = [card for card in newest.values() if card.grade]
    return {card.vendor_id: card for card in sorted(graded, key=lambda card: (-card.basis_points, card.id))}


def _keep(connection, find) -> None:
    found, changed, number, points = find(connection), [], 0, 0
    for vendor in connection.execute(sa.select(VENDOR)):
        card = found.get(vendor.id)
        if (card.id if card else None) == vendor.card_id:
            continue
        level = card.basis_points if card else -1
        changed.append({
            'vendor': vendor.id, 'card': card.id if card else None, 'letter': card.grade if card else '',
            'level': level, 'residual': card.residual_points if card else None,
        })  # fmt: skip
        if vendor.status in LIVE:
            number += (level >= 0) - (vendor.level_points >= 0)
            points += max(level, 0) - max(vendor.level_points, 0)
    if not changed:
        return
    connection.execute(
        VENDOR.update().where(VENDOR.c.id == sa.bindparam('vendor')).values(
            card_id=sa.bindparam('card'), grade=sa.bindparam('letter'), level_points=sa.bindparam('level'),
            residual_points=sa.bindparam('residual'),
        ),
        changed,
    )
    _count(connection, number, points)


def _count(connection, number: int, points: int) -> None:
    """Carry the change into this month, which begins as the one before it ended."""
    this: date = datetime.now(ZoneInfo('Europe/Paris')).date().replace(day=1)
    last = connection.execute(sa.select(MONTH).order_by(MONTH.c.month.desc()).limit(1)).one_or_none()
    if last is None or last.month < this:
        held = {'vendors': last.vendors if last else 0, 'points': last.points if last else 0}
        connection.execute(MONTH.insert(), [{'month': this, **held}])
    connection.execute(
        MONTH.update().where(MONTH.c.month >= this).values(
            vendors=MONTH.c.vendors + number, points=MONTH.c.points + points
        )
    )
