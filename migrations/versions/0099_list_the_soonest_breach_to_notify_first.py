"""breaches are listed along an index with the soonest to notify first

Among those of which nobody has decided, the one whose 72 hours end next stands first (RGPD art. 33(1)), those that are
notified already after them; the latest declared stood first.
"""

import sqlalchemy as sa
from alembic import op

revision = '0099'
down_revision = '0098'
branch_labels = None
depends_on = None

RANK = sa.text(
    "(CASE WHEN state NOT IN ('declaree', 'en_evaluation') THEN 2 WHEN notified_at IS NOT NULL THEN 1 ELSE 0 END)"
)
CLOCK = sa.text("(CASE WHEN state IN ('declaree', 'en_evaluation') AND notified_at IS NULL THEN notify_by END)")
DECIDED = sa.text("(state NOT IN ('declaree', 'en_evaluation'))")
LATEST = [sa.text('declared_at DESC'), sa.text('id DESC')]


def upgrade() -> None:
    _drop()
    op.create_index('ix_incident_listed', 'incident', ['state', RANK, CLOCK, *LATEST])
    op.create_index('ix_incident_first_undecided', 'incident', [RANK, CLOCK, *LATEST])


def downgrade() -> None:
    _drop()
    op.create_index('ix_incident_listed', 'incident', ['state', 'declared_at', 'id'])
    op.create_index('ix_incident_first_undecided', 'incident', [DECIDED, *LATEST])


def _drop() -> None:
    op.drop_index('ix_incident_first_undecided', table_name='incident')
    op.drop_index('ix_incident_listed', table_name='incident')
