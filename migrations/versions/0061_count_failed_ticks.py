"""jobs: ticks of the schedule that fail are counted"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0061'
down_revision = '0060'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'tick_failure',
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('since', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('failed_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('failures', sa.Integer(), nullable=False),
        sa.Column('error', sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint('name', name=op.f('pk_tick_failure')),
    )


def downgrade() -> None:
    op.drop_table('tick_failure')
