"""lists of staff walk an index and stop, however many vendors there are

Plans of mystery tests by the day of the next one, contracts by their last day, findings by subject, links of the chain
by the days that they hold.
"""

from alembic import op

revision = '0082'
down_revision = '0081'
branch_labels = None
depends_on = None

INDEXES = (
    ('ix_chain_link_days', 'chain_link', ['valid_until', 'valid_from']),
    ('ix_contract_state_expires', 'contract', ['state', 'expires_on', 'id']),
    ('ix_finding_state_subject', 'finding', ['state', 'subject', 'severity', 'due_on']),
    ('ix_mystery_test_plan_state', 'mystery_test', ['plan_id', 'state', 'due_on', 'id']),
    ('ix_mystery_test_planned', 'mystery_test', ['state', 'due_on', 'plan_id', 'id']),
)


def upgrade() -> None:
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)
    op.drop_index('ix_mystery_test_plan_id', table_name='mystery_test')


def downgrade() -> None:
    op.create_index('ix_mystery_test_plan_id', 'mystery_test', ['plan_id'])
    for name, table, _columns in INDEXES:
        op.drop_index(name, table_name=table)
