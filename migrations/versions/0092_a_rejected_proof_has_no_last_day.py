"""a rejected proof has no last day

It proves nothing, and is not to be renewed: lists and calendars, which read that day, said that it was.
"""

from alembic import op

revision = '0092'
down_revision = '0091'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE evidence SET good_until = NULL WHERE verdict = 'rejete' AND good_until IS NOT NULL")


def downgrade() -> None:
    """The recount of each night writes it again."""
