"""what management reads is kept by the writes that make it

The newest scorecard of a vendor on its row, the version of a contract that counts, the day until which a proof in use is
good, and by month how many live vendors were measured and the sum of their levels. All of it is counted again here from
the rows that say it; the months of the past with the vendors that are live today, for nothing tells when others left.
"""

from calendar import monthrange
from collections import defaultdict
from datetime import date
from zoneinfo import ZoneInfo

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

MONTHS = {
    'code-de-conduite': 12, 'soc2-type2': 12, 'test-intrusion': 12, 'politique-vulnerabilites': 12, 'assurance-cyber': 12,
    'test-continuite': 12, 'test-restauration': 12, 'liste-sous-traitants': 12, 'registre-art30': 12, 'carte-flux': 12,
    'formation': 12, 'confidentialite': 12, 'dpf': 12, 'autre': 12, 'aitd': 24, 'certification-art42': 36,
    'iso-27001': 36, 'iso-27701': 36, 'hds': 36, 'secnumcloud': 36,
}
"""The kinds as they were shipped then; a file of one's own is counted by the job of the next night."""
LEGAL_ZONE = ZoneInfo('Europe/Paris')
LIVE = ('en_integration', 'actif', 'suspendu', 'en_sortie')
INSTANT = portal.core.db.UtcDateTime(timezone=True)
RANKED = ['folded_name', 'id', 'status', 'tier', 'inherent', 'grade']

VENDOR = sa.table(
    'vendor', sa.column('id'), sa.column('status'), sa.column('card_id'), sa.column('grade'), sa.column('level_points'),
    sa.column('residual_points'),
)
CARD = sa.table(
    'scorecard', sa.column('id'), sa.column('vendor_id'), sa.column('taken_at', INSTANT), sa.column('basis_points'),
    sa.column('grade'), sa.column('residual_points'),
)
MONTH = sa.table('portfolio_month', sa.column('month', sa.Date), sa.column('vendors'), sa.column('points'))
CONTRACT = sa.table('contract', sa.column('id'), sa.column('counting_number'), sa.column('lacking'))
VERSION = sa.table(
    'contract_version', sa.column('contract_id'), sa.column('number'), sa.column('covered'), sa.column('required'),
    sa.column('signature_id'),
)
EVIDENCE = sa.table(
    'evidence', sa.column('id'), sa.column('kind'), sa.column('issued_on', sa.Date), sa.column('expires_on', sa.Date),
    sa.column('sent_at', INSTANT), sa.column('max_age_months'), sa.column('in_use', sa.Boolean),
    sa.column('good_until', sa.Date),
)
AUDIT = sa.table(
    'audit', sa.column('id'), sa.column('vendor_id'), sa.column('state'), sa.column('questionnaire_version_id'),
)
QUESTIONNAIRE = sa.table('questionnaire_version', sa.column('id'), sa.column('key'))
SUBMISSION = sa.table('submission', sa.column('audit_id'))
LINK = sa.table('answer_evidence', sa.column('audit_id'), sa.column('evidence_id'))


def upgrade() -> None:
    op.create_table(
        'portfolio_month',
        sa.Column('month', sa.Date(), nullable=False),
        sa.Column('vendors', sa.Integer(), nullable=False),
        sa.Column('points', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('month', name=op.f('pk_portfolio_month')),
    )
    rank = sa.Computed('coalesce(residual_points, inherent * 10000, -1)', persisted=True)
    with op.batch_alter_table('vendor', schema=None) as batch_op:
        batch_op.add_column(sa.Column('card_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('grade', sa.String(length=2), server_default='', nullable=False))
        batch_op.add_column(sa.Column('level_points', sa.Integer(), server_default='-1', nullable=False))
        batch_op.add_column(sa.Column('residual_points', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('risk_points', sa.Integer(), rank, nullable=False))
    op.create_index('ix_vendor_risk', 'vendor', ['risk_points', *RANKED, 'level_points'], unique=False)
    op.create_index('ix_vendor_level', 'vendor', ['level_points', *RANKED], unique=False)
    op.create_index(
        'ix_vendor_portfolio', 'vendor', ['status', 'inherent', 'grade', 'level_points', 'tier', 'signed_on'], unique=False
    )
    op.add_column('contract', sa.Column('counting_number', sa.Integer(), nullable=True))
    op.add_column('contract', sa.Column('lacking', sa.Integer(), server_default='0', nullable=False))
    op.create_index('ix_contract_lacking', 'contract', ['lacking', 'id'], unique=False)
    op.add_column('evidence', sa.Column('in_use', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('evidence', sa.Column('good_until', sa.Date(), nullable=True))
    op.drop_index('ix_evidence_vendor_id', table_name='evidence')
    op.drop_index('ix_evidence_expires_on', table_name='evidence')
    op.create_index('ix_evidence_vendor_good_until', 'evidence', ['vendor_id', 'good_until'], unique=False)
    op.create_index('ix_evidence_good_until', 'evidence', ['good_until', 'id', 'vendor_id'], unique=False)
    op.create_index(
        'ix_finding_state_severity', 'finding', ['state', 'severity', 'due_on', 'id', 'vendor_id'], unique=False
    )
    connection = op.get_bind()
    _keep_levels(connection)
    _keep_counting_versions(connection)
    _keep_proofs(connection)


def _keep_levels(connection) -> None:
    live = set(connection.scalars(sa.select(VENDOR.c.id).where(VENDOR.c.status.in_(LIVE))))
    newest, changes = {}, defaultdict(lambda: [0, 0])
    columns = (CARD.c.id, CARD.c.vendor_id, CARD.c.taken_at, CARD.c.basis_points, CARD.c.grade, CARD.c.residual_points)
    for card in connection.execute(sa.select(*columns).order_by(CARD.c.id)):
        if card.vendor_id in live:
            month = card.taken_at.astimezone(LEGAL_ZONE).date().replace(day=1)
            was = newest.get(card.vendor_id)
            changes[month][0] += was is None
            changes[month][1] += card.basis_points - (was.basis_points if was else 0)
        newest[card.vendor_id] = card
    if newest:
        connection.execute(
            VENDOR.update().where(VENDOR.c.id == sa.bindparam('number')).values(
                card_id=sa.bindparam('card'), grade=sa.bindparam('letter'), level_points=sa.bindparam('level'),
                residual_points=sa.bindparam('residual'),
            ),
            [
                {'number': number, 'card': card.id, 'letter': card.grade, 'level': card.basis_points,
                 'residual': card.residual_points}
                for number, card in newest.items()
            ],
        )
    vendors = points = 0
    rows = []
    for month in sorted(changes):
        vendors, points = vendors + changes[month][0], points + changes[month][1]
        rows.append({'month': month, 'vendors': vendors, 'points': points})
    if rows:
        connection.execute(MONTH.insert(), rows)


def _keep_counting_versions(connection) -> None:
    counting = {}
    columns = (VERSION.c.contract_id, VERSION.c.number, VERSION.c.covered, VERSION.c.required)
    ordered = sa.select(*columns).order_by(VERSION.c.signature_id.is_not(None), VERSION.c.number)
    for row in connection.execute(ordered):
        counting[row.contract_id] = row
    if counting:
        connection.execute(
            CONTRACT.update().where(CONTRACT.c.id == sa.bindparam('contract')).values(
                counting_number=sa.bindparam('counting'), lacking=sa.bindparam('missing')
            ),
            [
                {'contract': row.contract_id, 'counting': row.number, 'missing': max(0, row.required - row.covered)}
                for row in counting.values()
            ],
        )


def _keep_proofs(connection) -> None:
    """A proof is in use while the newest audit of a questionnaire that its vendor has sent answers to rests on it."""
    speaking = {}
    sent = sa.exists().where(SUBMISSION.c.audit_id == AUDIT.c.id)
    audits = (
        sa.select(AUDIT.c.id, AUDIT.c.vendor_id, QUESTIONNAIRE.c.key)
        .join_from(AUDIT, QUESTIONNAIRE, QUESTIONNAIRE.c.id == AUDIT.c.questionnaire_version_id)
        .where(AUDIT.c.state != 'annule', sent)
        .order_by(AUDIT.c.id)
    )
    for row in connection.execute(audits):
        speaking[row.vendor_id, row.key] = row.id
    speaking = set(speaking.values())
    used = {row.evidence_id for row in connection.execute(sa.select(LINK)) if row.audit_id in speaking}
    found = [
        {'number': row.id, 'until': _good_until(row, MONTHS.get(row.kind))}
        for row in connection.execute(sa.select(EVIDENCE).where(EVIDENCE.c.sent_at.is_not(None)))
        if row.id in used
    ]
    if found:
        connection.execute(
            EVIDENCE.update().where(EVIDENCE.c.id == sa.bindparam('number')).values(
                in_use=True, good_until=sa.bindparam('until')
            ),
            found,
        )


def _good_until(row, validity):
    ages = [row.max_age_months, validity if row.expires_on is None else None]
    months = min((age for age in ages if age), default=None)
    limits = [row.expires_on] if row.expires_on else []
    if row.issued_on and months is not None:
        year, month = divmod(row.issued_on.year * 12 + row.issued_on.month - 1 + months, 12)
        limits.append(date(year, month + 1, min(row.issued_on.day, monthrange(year, month + 1)[1])))
    return min(limits, default=None)


def downgrade() -> None:
    op.drop_index('ix_finding_state_severity', table_name='finding')
    op.drop_index('ix_evidence_good_until', table_name='evidence')
    op.drop_index('ix_evidence_vendor_good_until', table_name='evidence')
    op.create_index('ix_evidence_expires_on', 'evidence', ['expires_on'], unique=False)
    op.create_index('ix_evidence_vendor_id', 'evidence', ['vendor_id'], unique=False)
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.drop_column('good_until')
        batch_op.drop_column('in_use')
    op.drop_index('ix_contract_lacking', table_name='contract')
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.drop_column('lacking')
        batch_op.drop_column('counting_number')
    for name in ('ix_vendor_portfolio', 'ix_vendor_level', 'ix_vendor_risk'):
        op.drop_index(name, table_name='vendor')
    with op.batch_alter_table('vendor', schema=None) as batch_op:
        for name in ('risk_points', 'residual_points', 'level_points', 'grade', 'card_id'):
            batch_op.drop_column(name)
    op.drop_table('portfolio_month')
