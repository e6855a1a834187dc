"""accounts are listed along an index of their names

A page of them is read in its order, and the others are not put in order to show twenty-five.
"""

from alembic import op

revision = '0094'
down_revision = '0093'
branch_labels = None
depends_on = None

NAME = 'ix_user_name'


def upgrade() -> None:
    op.create_index(NAME, 'user', ['name', 'id'], unique=False)


def downgrade() -> None:
    op.drop_index(NAME, table_name='user')
