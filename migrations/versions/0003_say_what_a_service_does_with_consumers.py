"""say what a service does with consumers"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('service', schema=None) as batch_op:
        batch_op.add_column(sa.Column('handles_withdrawals', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('calls_consumers', sa.Boolean(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('service', schema=None) as batch_op:
        batch_op.drop_column('calls_consumers')
        batch_op.drop_column('handles_withdrawals')
