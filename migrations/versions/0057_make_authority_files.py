"""authority: files made for the authority"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0057'
down_revision = '0056'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'authority_file',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('subject', sa.String(length=40), nullable=False),
        sa.Column('subject_id', sa.Integer(), nullable=False),
        sa.Column('label', sa.String(length=300), nullable=False),
        sa.Column('as_of', sa.Date(), nullable=False),
        sa.Column('language', sa.String(length=40), nullable=False),
        sa.Column('asked_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('asked_by_id', sa.Integer(), nullable=True),
        sa.Column('asked_by', sa.String(length=200), nullable=False),
        sa.Column('gaps', sa.Integer(), nullable=False),
        sa.Column('content', portal.core.db.JsonValue, nullable=False),
        sa.Column('stored_file_id', sa.Integer(), nullable=True),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('erase_on', sa.Date(), nullable=False),
        sa.Column('erased_at', portal.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['asked_by_id'], ['user.id'], name=op.f('fk_authority_file_asked_by_id_user')),
        sa.ForeignKeyConstraint(
            ['stored_file_id'], ['stored_file.id'], name=op.f('fk_authority_file_stored_file_id_stored_file')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_authority_file')),
    )
    op.create_index('ix_authority_file_erase', 'authority_file', ['erased_at', 'erase_on'])
    op.create_index('ix_authority_file_asked_by_id', 'authority_file', ['asked_by_id'])
    op.create_index('ix_authority_file_stored_file_id', 'authority_file', ['stored_file_id'])


def downgrade() -> None:
    op.drop_table('authority_file')
