"""vendors, contracts, findings: indexes hold all that homes and the portfolio count"""

from alembic import op

revision = '0059'
down_revision = '0058'
branch_labels = None
depends_on = None

BEFORE_AND_NOW = (
    (
        'ix_vendor_portfolio', 'vendor',
        ['status', 'inherent', 'grade', 'level_points', 'tier', 'standing'],
        ['status', 'inherent', 'grade', 'standing', 'covered_until', 'level_points', 'tier'],
    ),
    (
        'ix_contract_lacking', 'contract',
        ['lacking', 'id'],
        ['state', 'kind', 'lacking', 'id', 'parent_id', 'copy_reading', 'required', 'vendor_id', 'covered'],
    ),
    (
        'ix_finding_state_due', 'finding',
        ['state', 'due_on'],
        ['state', 'due_on', 'id', 'proposed_due_on', 'waived_until', 'waived_level', 'vendor_id'],
    ),
)  # fmt: skip


def upgrade() -> None:
    for name, table, _before, now in BEFORE_AND_NOW:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, now)
    op.drop_index('ix_service_vendor_id', table_name='service')
    op.create_index('ix_service_vendor_ended', 'service', ['vendor_id', 'ended_on'])


def downgrade() -> None:
    op.drop_index('ix_service_vendor_ended', table_name='service')
    op.create_index('ix_service_vendor_id', 'service', ['vendor_id'])
    for name, table, before, _now in BEFORE_AND_NOW:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, before)
