"""personal data breaches: what is retained and decided of each, and what each side said of it"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vendor_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "declaree",
                "en_evaluation",
                "notifiee",
                "non_notifiee",
                "close",
                "erreur",
                name="incidentstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("vendor_facts", JSON, nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=True),
        sa.Column("declared_by", sa.String(length=200), nullable=False),
        sa.Column("from_vendor", sa.Boolean(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("aware_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("aware_reason", sa.Text(), nullable=False),
        sa.Column("notify_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contract_terms", JSON, nullable=False),
        sa.Column("unread_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answers", JSON, nullable=False),
        sa.Column(
            "proposed",
            sa.Enum("improbable", "risque", "eleve", name="risklevel", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column(
            "risk",
            sa.Enum("improbable", "risque", "eleve", name="risklevel", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("risk_reason", sa.Text(), nullable=False),
        sa.Column("assessed_by", sa.String(length=200), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notified_reference", sa.String(length=120), nullable=False),
        sa.Column("delay_reason", sa.Text(), nullable=False),
        sa.Column("spared_reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("persons_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("persons_told_how", sa.Text(), nullable=False),
        sa.Column(
            "exemption",
            sa.Enum("illisibles", "ecarte", "public", name="exemption", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("exemption_reason", sa.Text(), nullable=False),
        sa.Column("effects", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("lessons", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=200), nullable=False),
        sa.Column("mistake_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["declared_by_id"], ["user.id"], name=op.f("fk_incident_declared_by_id_user")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendor.id"], name=op.f("fk_incident_vendor_id_vendor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(op.f("ix_incident_declared_by_id"), "incident", ["declared_by_id"])
    op.create_index("ix_incident_state_due", "incident", ["state", "notify_by", "id"])
    op.create_index("ix_incident_unread", "incident", ["unread_since", "id"])
    op.create_index("ix_incident_vendor", "incident", ["vendor_id", "id"])

    op.create_table(
        "incident_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("from_vendor", sa.Boolean(), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said", JSON, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_incident_statement_author_id_user")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_incident_statement_incident_id_incident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_statement")),
    )
    op.create_index(op.f("ix_incident_statement_author_id"), "incident_statement", ["author_id"])
    op.create_index("ix_incident_statement_incident", "incident_statement", ["incident_id", "id"])


def downgrade() -> None:
    op.drop_table("incident_statement")
    op.drop_table("incident")
