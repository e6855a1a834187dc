"""findings opened from personal data breaches"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incident_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_incident_finding_finding_id_finding")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_incident_finding_incident_id_incident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_finding")),
        sa.UniqueConstraint("incident_id", "finding_id", name=op.f("uq_incident_finding_incident_id_finding_id")),
    )
    op.create_index(op.f("ix_incident_finding_finding_id"), "incident_finding", ["finding_id"])


def downgrade() -> None:
    op.drop_table("incident_finding")
