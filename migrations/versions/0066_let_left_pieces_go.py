"""proofs: when a piece was last taken off an answer before any sending"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0066'
down_revision = '0065'
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = portal.core.db.UtcDateTime(timezone=True)
    with op.batch_alter_table("evidence") as table:
        table.add_column(sa.Column("left_at", instant, nullable=True))
        table.create_index("ix_evidence_left_at", ["left_at"])


def downgrade() -> None:
    with op.batch_alter_table("evidence") as table:
        table.drop_index("ix_evidence_left_at")
        table.drop_column("left_at")
