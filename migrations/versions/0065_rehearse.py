"""drills: what was rehearsed, how long each step took, who took part"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0065'
down_revision = '0064'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'drill',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=40), nullable=False),
        sa.Column('state', sa.String(length=40), nullable=False),
        sa.Column('subject', sa.String(length=40), nullable=False),
        sa.Column('subject_id', sa.Integer(), nullable=False),
        sa.Column('label', sa.String(length=300), nullable=False),
        sa.Column('as_of', sa.Date(), nullable=True),
        sa.Column('scene', sa.Text(), nullable=False),
        sa.Column('set_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('aim_minutes', sa.Integer(), nullable=True),
        sa.Column('asked_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('held_by_id', sa.Integer(), nullable=True),
        sa.Column('held_by', sa.String(length=200), nullable=False),
        sa.Column('begun_at', portal.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column('ended_at', portal.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column('ended_by', sa.String(length=200), nullable=False),
        sa.Column('erased_at', portal.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column('copied_bytes', sa.BigInteger(), nullable=False),
        sa.Column('copied_ms', sa.Integer(), nullable=False),
        sa.Column('marks', portal.core.db.JsonValue, nullable=False),
        sa.Column('limits', portal.core.db.JsonValue, nullable=False),
        sa.Column('gaps', portal.core.db.JsonValue, nullable=False),
        sa.Column('mails', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['held_by_id'], ['user.id'], name=op.f('fk_drill_held_by_id_user')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_drill')),
    )
    op.create_index('ix_drill_erased', 'drill', ['erased_at', 'state'])
    op.create_index('ix_drill_held_by_id', 'drill', ['held_by_id'])
    op.create_table(
        'drill_step',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('drill_id', sa.Integer(), nullable=False),
        sa.Column('step', sa.String(length=40), nullable=False),
        sa.Column('reached_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('reached_by', sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ['drill_id'], ['drill.id'], name=op.f('fk_drill_step_drill_id_drill'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_drill_step')),
        sa.UniqueConstraint('drill_id', 'step', name=op.f('uq_drill_step_drill_id_step')),
    )
    op.create_table(
        'drill_member',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('drill_id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['drill_id'], ['drill.id'], name=op.f('fk_drill_member_drill_id_drill'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['user_id'], ['user.id'], name=op.f('fk_drill_member_user_id_user'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_drill_member')),
        sa.UniqueConstraint('drill_id', 'user_id', name=op.f('uq_drill_member_drill_id_user_id')),
    )
    op.create_index('ix_drill_member_user_id', 'drill_member', ['user_id'])


def downgrade() -> None:
    for table in ('drill_member', 'drill_step', 'drill'):
        op.drop_table(table)
