"""published terms: watched pages, their readings, what moved"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0055'
down_revision = '0054'
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = portal.core.db.UtcDateTime(timezone=True)
    json = portal.core.db.JsonValue
    op.create_table(
        'published_page',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('title', sa.String(length=200), nullable=False),
        sa.Column('page_kind', sa.String(length=40), nullable=False),
        sa.Column('address', sa.String(length=2000), nullable=False),
        sa.Column('is_fetched', sa.Boolean(), nullable=False),
        sa.Column('asked_on', sa.Date(), nullable=True),
        sa.Column('failure', json, nullable=False),
        sa.Column('failed_at', instant, nullable=True),
        sa.Column('read_at', instant, nullable=True),
        sa.Column('created_at', instant, nullable=False),
        sa.Column('created_by_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ['vendor_id'], ['vendor.id'], name=op.f('fk_published_page_vendor_id_vendor'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['created_by_id'], ['user.id'], name=op.f('fk_published_page_created_by_id_user')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_published_page')),
    )
    op.create_index('ix_published_page_vendor_id', 'published_page', ['vendor_id'])
    op.create_index('ix_published_page_fetched', 'published_page', ['is_fetched', 'asked_on'])
    op.create_table(
        'published_reading',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('page_id', sa.Integer(), nullable=False),
        sa.Column('means', sa.String(length=40), nullable=False),
        sa.Column('state', sa.String(length=40), nullable=False),
        sa.Column('refusal', json, nullable=False),
        sa.Column('stored_file_id', sa.Integer(), nullable=True),
        sa.Column('file_name', sa.String(length=300), nullable=False),
        sa.Column('text_digest', sa.String(length=64), nullable=False),
        sa.Column('document', json, nullable=False),
        sa.Column('facts', json, nullable=False),
        sa.Column('departures', json, nullable=False),
        sa.Column('beside', sa.String(length=40), nullable=True),
        sa.Column('received_at', instant, nullable=False),
        sa.Column('last_seen_at', instant, nullable=False),
        sa.Column('received_by_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ['page_id'], ['published_page.id'], name=op.f('fk_published_reading_page_id_published_page'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['stored_file_id'], ['stored_file.id'], name=op.f('fk_published_reading_stored_file_id_stored_file')
        ),
        sa.ForeignKeyConstraint(
            ['received_by_id'], ['user.id'], name=op.f('fk_published_reading_received_by_id_user')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_published_reading')),
    )
    op.create_index('ix_published_reading_page', 'published_reading', ['page_id', 'id'])
    op.create_index('ix_published_reading_stored_file_id', 'published_reading', ['stored_file_id'])
    op.create_table(
        'term_drift',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('page_id', sa.Integer(), nullable=False),
        sa.Column('reading_id', sa.Integer(), nullable=False),
        sa.Column('previous_id', sa.Integer(), nullable=True),
        sa.Column('changes', json, nullable=False),
        sa.Column('found_at', instant, nullable=False),
        sa.Column('verdict', sa.String(length=40), nullable=True),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('examined_at', instant, nullable=True),
        sa.Column('examined_by_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ['vendor_id'], ['vendor.id'], name=op.f('fk_term_drift_vendor_id_vendor'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['page_id'], ['published_page.id'], name=op.f('fk_term_drift_page_id_published_page'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['reading_id'], ['published_reading.id'], name=op.f('fk_term_drift_reading_id_published_reading'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['previous_id'], ['published_reading.id'], name=op.f('fk_term_drift_previous_id_published_reading'),
            ondelete='SET NULL',
        ),
        sa.ForeignKeyConstraint(
            ['examined_by_id'], ['user.id'], name=op.f('fk_term_drift_examined_by_id_user')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_term_drift')),
    )
    op.create_index('ix_term_drift_vendor_id', 'term_drift', ['vendor_id'])
    op.create_index('ix_term_drift_page', 'term_drift', ['page_id', 'id'])
    op.create_index('ix_term_drift_open', 'term_drift', ['verdict', 'id'])
    op.create_index('ix_term_drift_reading_id', 'term_drift', ['reading_id'])
    op.create_index('ix_term_drift_previous_id', 'term_drift', ['previous_id'])


def downgrade() -> None:
    op.drop_table('term_drift')
    op.drop_table('published_reading')
    op.drop_table('published_page')
