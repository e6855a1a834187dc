"""audits say which wave opened them, so that how far a wave has come is counted along one index"""

import sqlalchemy as sa
from alembic import op

revision = '0077'
down_revision = '0076'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('audit', sa.Column('wave_id', sa.Integer(), nullable=True))
    op.execute(
        'UPDATE audit SET wave_id = (SELECT wave_id FROM wave_audit WHERE audit_id = audit.id) '
        'WHERE id IN (SELECT audit_id FROM wave_audit)'
    )
    op.create_index('ix_audit_wave_state', 'audit', ['wave_id', 'state', 'due_on'])


def downgrade() -> None:
    op.drop_index('ix_audit_wave_state', table_name='audit')
    op.drop_column('audit', 'wave_id')
