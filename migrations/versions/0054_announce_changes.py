"""changes: announced changes of sub-processors, their lines, the opinions on them"""

import portal.core.db
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0054'
down_revision = '0053'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')
LONGEST = 220
TEXT = sa.String(length=LONGEST).with_variant(sa.String(length=LONGEST, collation='C'), 'postgresql')
UTC = portal.core.db.UtcDateTime


def upgrade() -> None:
    op.create_table(
        'announced_change',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(length=40), nullable=False),
        sa.Column('title', sa.String(length=300), nullable=False),
        sa.Column('sought', sa.String(length=600), nullable=False),
        sa.Column('source', sa.String(length=40), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('stored_file_id', sa.Integer(), nullable=True),
        sa.Column('received_at', UTC(timezone=True), nullable=False),
        sa.Column('recorded_at', UTC(timezone=True), nullable=False),
        sa.Column('recorded_by_id', sa.Integer(), nullable=True),
        sa.Column('recorded_by', sa.String(length=200), nullable=False),
        sa.Column('object_before', UTC(timezone=True), nullable=True),
        sa.Column('deadline', JSON, nullable=False),
        sa.Column('decision', sa.String(length=40), nullable=True),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('letter_reason', sa.Text(), nullable=False),
        sa.Column('conditions', sa.Text(), nullable=False),
        sa.Column('decided_at', UTC(timezone=True), nullable=True),
        sa.Column('decided_by', sa.String(length=200), nullable=False),
        sa.Column('answered_at', UTC(timezone=True), nullable=True),
        sa.Column('answered_how', sa.String(length=300), nullable=False),
        sa.Column('answered_by', sa.String(length=200), nullable=False),
        sa.Column('letter', JSON, nullable=False),
        sa.Column('dismissed_reason', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_announced_change_vendor_id_vendor')),
        sa.ForeignKeyConstraint(
            ['stored_file_id'], ['stored_file.id'], name=op.f('fk_announced_change_stored_file_id_stored_file')
        ),
        sa.ForeignKeyConstraint(
            ['recorded_by_id'], ['user.id'], name=op.f('fk_announced_change_recorded_by_id_user')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_announced_change')),
    )
    op.create_index('ix_announced_change_state', 'announced_change', ['state', 'object_before', 'id'])
    op.create_index('ix_announced_change_vendor', 'announced_change', ['vendor_id', 'id'])
    op.create_index('ix_announced_change_recorded_by_id', 'announced_change', ['recorded_by_id'])
    op.create_table(
        'announced_change_word',
        sa.Column('text', TEXT, nullable=False),
        sa.Column('change_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['change_id'], ['announced_change.id'], name=op.f('fk_announced_change_word_change_id_announced_change'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('text', 'change_id', name=op.f('pk_announced_change_word')),
        sqlite_with_rowid=False,
    )
    op.create_index('ix_announced_change_word_change_id', 'announced_change_word', ['change_id'])
    op.create_table(
        'change_move',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('change_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=40), nullable=False),
        sa.Column('name', sa.String(length=300), nullable=False),
        sa.Column('replaces', sa.String(length=300), nullable=False),
        sa.Column('country', sa.String(length=5), nullable=False),
        sa.Column('processing', sa.Text(), nullable=False),
        sa.Column('tool', sa.String(length=40), nullable=False),
        sa.Column('starts_on', sa.Date(), nullable=True),
        sa.Column('quote', sa.Text(), nullable=False),
        sa.Column('is_declared', sa.Boolean(), nullable=False),
        sa.Column('standing', sa.String(length=40), nullable=False),
        sa.Column('settled_by', sa.String(length=200), nullable=False),
        sa.Column('settled_at', UTC(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ['change_id'], ['announced_change.id'], name=op.f('fk_change_move_change_id_announced_change'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_change_move')),
    )
    op.create_index('ix_change_move_change', 'change_move', ['change_id', 'id'])
    op.create_table(
        'change_opinion',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('change_id', sa.Integer(), nullable=False),
        sa.Column('adviser_id', sa.Integer(), nullable=False),
        sa.Column('asked_by', sa.String(length=200), nullable=False),
        sa.Column('asked_at', UTC(timezone=True), nullable=False),
        sa.Column('opinion', sa.String(length=40), nullable=True),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('given_at', UTC(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ['change_id'], ['announced_change.id'], name=op.f('fk_change_opinion_change_id_announced_change'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(['adviser_id'], ['user.id'], name=op.f('fk_change_opinion_adviser_id_user')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_change_opinion')),
        sa.UniqueConstraint('change_id', 'adviser_id', name=op.f('uq_change_opinion_change_id_adviser_id')),
    )
    op.create_index('ix_change_opinion_adviser', 'change_opinion', ['adviser_id', 'given_at'])


def downgrade() -> None:
    op.drop_table('change_opinion')
    op.drop_table('change_move')
    op.drop_table('announced_change_word')
    op.drop_table('announced_change')
