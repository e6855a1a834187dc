"""proofs are found by the day they end and their vendor

A calendar tells together those of one vendor that end on one day: it follows the index from one such date to the next,
and stops at the last that it shows.
"""

from alembic import op

revision = '0091'
down_revision = '0090'
branch_labels = None
depends_on = None

NAME = 'ix_evidence_day_vendor'


def upgrade() -> None:
    op.create_index(NAME, 'evidence', ['good_until', 'vendor_id'], unique=False)


def downgrade() -> None:
    op.drop_index(NAME, table_name='evidence')
