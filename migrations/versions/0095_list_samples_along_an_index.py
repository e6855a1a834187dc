"""samples of withdrawals are listed along an index

A page of them, those awaited first, is read in the order of its index, and the rest is not.
"""

import sqlalchemy as sa
from alembic import op

revision = '0095'
down_revision = '0094'
branch_labels = None
depends_on = None

NAME = 'ix_case_sample_listed'


def upgrade() -> None:
    op.drop_index(NAME, table_name='case_sample')
    op.create_index(NAME, 'case_sample', [sa.text('(measured_at IS NULL)'), 'due_on', 'id'], unique=False)


def downgrade() -> None:
    op.drop_index(NAME, table_name='case_sample')
    op.create_index(NAME, 'case_sample', ['measured_at', 'due_on', 'id'], unique=False)
