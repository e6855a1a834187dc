"""requests of persons and breaches are listed along an index, proposed dates are found by theirs

A page of either, what waits first, is read in the order of its index, and the rest is not. The findings for which a
vendor proposes another day are few among those that are open.
"""

import sqlalchemy as sa
from alembic import op

revision = '0096'
down_revision = '0095'
branch_labels = None
depends_on = None

WAITING = sa.text("(state NOT IN ('recue', 'en_cours'))")
UNDECIDED = sa.text("(state NOT IN ('declaree', 'en_evaluation'))")


def upgrade() -> None:
    op.create_index('ix_person_request_listed', 'person_request', [WAITING, 'due_on', sa.text('id DESC')])
    op.create_index(
        'ix_incident_first_undecided', 'incident', [UNDECIDED, sa.text('declared_at DESC'), sa.text('id DESC')]
    )
    proposed = sa.text('proposed_due_on IS NOT NULL')
    op.create_index(
        'ix_finding_proposed', 'finding', ['due_on', 'id', 'state', 'vendor_id'],
        sqlite_where=proposed, postgresql_where=proposed,
    )


def downgrade() -> None:
    op.drop_index('ix_finding_proposed', table_name='finding')
    op.drop_index('ix_incident_first_undecided', table_name='incident')
    op.drop_index('ix_person_request_listed', table_name='person_request')
