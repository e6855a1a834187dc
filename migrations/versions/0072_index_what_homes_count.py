"""what the homes and the portfolio count and put in order, in narrow indexes: no wide row is opened but those shown"""

from alembic import op

revision = '0072'
down_revision = '0071'
branch_labels = None
depends_on = None

INDEXES = (
    ('ix_vendor_figures', 'vendor', ['id', 'level_points', 'risk_points']),
    ('ix_contract_state_awaited', 'contract', ['state', 'awaited_on', 'expires_on']),
    ('ix_case_sample_state_measured', 'case_sample', ['state', 'measured_at', 'flagged_cases']),
)


def upgrade() -> None:
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns, unique=False)


def downgrade() -> None:
    for name, table, _columns in reversed(INDEXES):
        op.drop_index(name, table_name=table)
