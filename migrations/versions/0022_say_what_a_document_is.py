"""what each document of the register is, and whether what was signed is a contract: a letter never counts as one"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

KIND = sa.Enum('processing', 'arrangement', 'letter', 'assessment', name='documentkind', native_enum=False, length=40)


def upgrade() -> None:
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', KIND, nullable=False, server_default='processing'))
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.alter_column('kind', server_default=None)
    with op.batch_alter_table('signed_contract', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_contract', sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table('signed_contract', schema=None) as batch_op:
        batch_op.alter_column('is_contract', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('signed_contract', schema=None) as batch_op:
        batch_op.drop_column('is_contract')
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.drop_column('kind')
