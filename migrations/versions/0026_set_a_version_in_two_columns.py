"""the other language of a version that is set in two columns"""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

LANGUAGE = sa.Enum('fr', 'en', name='language', native_enum=False, length=40)


def upgrade() -> None:
    with op.batch_alter_table('contract_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('beside', LANGUAGE, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('contract_version', schema=None) as batch_op:
        batch_op.drop_column('beside')
