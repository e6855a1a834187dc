"""a notice may be about no vendor: what our people hear of the register of processing"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notice") as table:
        table.alter_column("vendor_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM notice WHERE vendor_id IS NULL")
    with op.batch_alter_table("notice") as table:
        table.alter_column("vendor_id", existing_type=sa.Integer(), nullable=False)
