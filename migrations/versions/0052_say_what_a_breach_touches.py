"""breaches: the lines of the register of processing that each touches, as they were when somebody ticked them"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("incident") as table:
        table.add_column(sa.Column("affected", JSON, nullable=False, server_default="{}"))


def downgrade() -> None:
    with op.batch_alter_table("incident") as table:
        table.drop_column("affected")
