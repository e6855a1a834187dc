"""stored files: what they hold beside their text, and the vendor that handed them in"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("stored_file") as table:
        table.add_column(sa.Column("embedded", JSON, nullable=True))
        table.add_column(sa.Column("vendor_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_stored_file_vendor_id_vendor"), "vendor", ["vendor_id"], ["id"])
        table.create_index("ix_stored_file_vendor_id", ["vendor_id"])
    # What vendors gave as proof was theirs already: it counts in their share from the first day.
    op.execute(
        "UPDATE stored_file SET vendor_id = (SELECT min(evidence.vendor_id) FROM evidence "
        "WHERE evidence.stored_file_id = stored_file.id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("stored_file") as table:
        table.drop_index("ix_stored_file_vendor_id")
        table.drop_constraint(op.f("fk_stored_file_vendor_id_vendor"), type_="foreignkey")
        table.drop_column("vendor_id")
        table.drop_column("embedded")
