"""changes: a message is read once"""

import sqlalchemy as sa
from alembic import op

revision = '0062'
down_revision = '0061'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('announced_change') as batch_op:
        batch_op.add_column(sa.Column('message_digest', sa.String(length=64), nullable=True))
        batch_op.create_unique_constraint(op.f('uq_announced_change_message_digest'), ['message_digest'])


def downgrade() -> None:
    with op.batch_alter_table('announced_change') as batch_op:
        batch_op.drop_constraint(op.f('uq_announced_change_message_digest'), type_='unique')
        batch_op.drop_column('message_digest')
