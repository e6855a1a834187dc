"""reminders of a wave that were passed over are kept apart from those that were sent

They stood together, and a board counted as sent what had only become too late: a vendor invited after the day of a
reminder, or given more time. What was noted before stays where it is: nothing says which of the two it was.
"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0089'
down_revision = '0088'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('wave_audit', sa.Column('passed_over', portal.core.db.JsonValue, server_default='[]', nullable=False))


def downgrade() -> None:
    op.drop_column('wave_audit', 'passed_over')
