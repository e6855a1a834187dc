"""requests of persons: a line of the register each, and what vendors are asked to do for it"""

import portal.core.db
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    moment = portal.core.db.UtcDateTime(timezone=True)
    op.create_table(
        "person_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vendor_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("entered_at", moment, nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("from_vendor", sa.Boolean(), nullable=False),
        sa.Column("vendor_received_on", sa.Date(), nullable=True),
        sa.Column("reached_us_on", sa.Date(), nullable=False),
        sa.Column("counts_from_vendor", sa.Boolean(), nullable=False),
        sa.Column("dates_reason", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("erase_on", sa.Date(), nullable=True),
        sa.Column("erased_at", moment, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("pauses", JSON, nullable=False),
        sa.Column("extended_on", sa.Date(), nullable=True),
        sa.Column("extension_reason", sa.Text(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("refusal", sa.String(length=40), nullable=True),
        sa.Column("refusal_reason", sa.Text(), nullable=False),
        sa.Column("proof_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decided_at", moment, nullable=True),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("closed_at", moment, nullable=True),
        sa.Column("closed_by", sa.String(length=200), nullable=False),
        sa.Column("drop_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user.id"], name=op.f("fk_person_request_entered_by_id_user")),
        sa.ForeignKeyConstraint(["proof_id"], ["stored_file.id"], name=op.f("fk_person_request_proof_id_stored_file")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_person_request_service_id_service"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendor.id"], name=op.f("fk_person_request_vendor_id_vendor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_request")),
    )
    op.create_index("ix_person_request_state_due", "person_request", ["state", "due_on", "id"])
    op.create_index("ix_person_request_vendor", "person_request", ["vendor_id", "id"])
    op.create_index("ix_person_request_erase", "person_request", ["erased_at", "erase_on", "id"])
    op.create_index(op.f("ix_person_request_service_id"), "person_request", ["service_id"])
    op.create_index(op.f("ix_person_request_entered_by_id"), "person_request", ["entered_by_id"])
    op.create_index(op.f("ix_person_request_proof_id"), "person_request", ["proof_id"])
    op.create_table(
        "request_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("vendor_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("ask", sa.Text(), nullable=False),
        sa.Column("with_identity", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("answered_at", moment, nullable=True),
        sa.Column("answered_by", sa.String(length=200), nullable=False),
        sa.Column("proof_id", sa.Integer(), nullable=True),
        sa.Column("returned_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["proof_id"], ["stored_file.id"], name=op.f("fk_request_task_proof_id_stored_file")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["person_request.id"], name=op.f("fk_request_task_request_id_person_request")
        ),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendor.id"], name=op.f("fk_request_task_vendor_id_vendor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_task")),
    )
    op.create_index("ix_request_task_vendor", "request_task", ["vendor_id", "state", "due_on"])
    op.create_index("ix_request_task_state_due", "request_task", ["state", "due_on", "id"])
    op.create_index(op.f("ix_request_task_request_id"), "request_task", ["request_id"])
    op.create_index(op.f("ix_request_task_proof_id"), "request_task", ["proof_id"])


def downgrade() -> None:
    op.drop_table("request_task")
    op.drop_table("person_request")
