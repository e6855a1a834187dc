"""by when each line of the register is confirmed, and what was dismissed of what vendors propose to it"""

from calendar import monthrange
from datetime import date, datetime, timedelta

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("processing_activity") as table:
        table.add_column(sa.Column("review_by", sa.Date(), nullable=True))
        table.add_column(sa.Column("review_months", sa.Integer(), nullable=False, server_default="12"))
        table.add_column(sa.Column("review_month", sa.Integer(), nullable=True))
    lines = sa.table(
        "processing_activity", sa.column("id", sa.Integer), sa.column("confirmed_on", sa.Date),
        sa.column("created_at", portal.core.db.UtcDateTime(timezone=True)), sa.column("review_by", sa.Date),
    )  # fmt: skip
    connection = op.get_bind()
    for number, confirmed_on, created_at in connection.execute(
        sa.select(lines.c.id, lines.c.confirmed_on, lines.c.created_at)
    ).all():
        connection.execute(
            lines.update().where(lines.c.id == number).values(review_by=_review_by(confirmed_on, created_at))
        )
    with op.batch_alter_table("processing_activity") as table:
        table.alter_column("review_by", existing_type=sa.Date(), nullable=False)
        table.alter_column("review_months", existing_type=sa.Integer(), server_default=None)
    op.create_table(
        "proposal_dismissal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("dismissed_on", sa.Date(), nullable=False),
        sa.Column("dismissed_by_id", sa.Integer(), nullable=True),
        sa.Column("dismissed_by", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["processing_activity.id"],
            name=op.f("fk_proposal_dismissal_activity_id_processing_activity"), ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_proposal_dismissal_service_id_service"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["dismissed_by_id"], ["user.id"], name=op.f("fk_proposal_dismissal_dismissed_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_dismissal")),
    )  # fmt: skip
    op.create_index("ix_proposal_dismissal_activity", "proposal_dismissal", ["activity_id"])
    op.create_index(op.f("ix_proposal_dismissal_service_id"), "proposal_dismissal", ["service_id"])


def _review_by(confirmed_on: date | None, created_at: datetime) -> date:
    """A year after a line was confirmed, or a month after it was entered when nobody did."""
    if confirmed_on is None:
        return created_at.date() + timedelta(days=30)
    last = monthrange(confirmed_on.year + 1, confirmed_on.month)[1]
    return date(confirmed_on.year + 1, confirmed_on.month, min(confirmed_on.day, last))


def downgrade() -> None:
    op.drop_table("proposal_dismissal")
    with op.batch_alter_table("processing_activity") as table:
        table.drop_column("review_month")
        table.drop_column("review_months")
        table.drop_column("review_by")
