"""the register of processing (RGPD art. 30): lines, their versions, the services they rest on, confirmations"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "processing_activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("legal_entity_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("responsable", "sous_traitant", name="activityrole", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sought", sa.String(length=600), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["legal_entity_id"], ["legal_entity.id"], name=op.f("fk_processing_activity_legal_entity_id_legal_entity")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_processing_activity_owner_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_processing_activity")),
        sa.UniqueConstraint("key", name=op.f("uq_processing_activity_key")),
    )
    op.create_index("ix_processing_activity_entity", "processing_activity", ["legal_entity_id", "ended_on"])
    op.create_index(op.f("ix_processing_activity_owner_id"), "processing_activity", ["owner_id"])
    op.create_table(
        "activity_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "content", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "need",
            sa.Enum("inconnue", "non_requise", "requise", "faite", name="impactneed", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("gaps", sa.Integer(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("written_by", sa.String(length=200), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["processing_activity.id"],
            name=op.f("fk_activity_version_activity_id_processing_activity"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["written_by_id"], ["user.id"], name=op.f("fk_activity_version_written_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_version")),
        sa.UniqueConstraint("activity_id", "number", name=op.f("uq_activity_version_activity_id_number")),
    )
    op.create_index("ix_activity_version_standing", "activity_version", ["activity_id", "valid_until"])
    op.create_table(
        "activity_confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user.id"], name=op.f("fk_activity_confirmation_confirmed_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["activity_version.id"],
            name=op.f("fk_activity_confirmation_version_id_activity_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_confirmation")),
    )
    op.create_index(op.f("ix_activity_confirmation_version_id"), "activity_confirmation", ["version_id"])
    op.create_table(
        "activity_service",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_activity_service_service_id_service"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["activity_version.id"],
            name=op.f("fk_activity_service_version_id_activity_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "service_id", name=op.f("pk_activity_service")),
    )
    op.create_index(op.f("ix_activity_service_service_id"), "activity_service", ["service_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_activity_service_service_id"), "activity_service")
    op.drop_table("activity_service")
    op.drop_index(op.f("ix_activity_confirmation_version_id"), "activity_confirmation")
    op.drop_table("activity_confirmation")
    op.drop_index("ix_activity_version_standing", "activity_version")
    op.drop_table("activity_version")
    op.drop_index(op.f("ix_processing_activity_owner_id"), "processing_activity")
    op.drop_index("ix_processing_activity_entity", "processing_activity")
    op.drop_table("processing_activity")
