"""the tree over the journal and its signed heads"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0042'
down_revision = '0041'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'journal_tree_node',
        sa.Column('level', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('nonce', sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint('level', 'position', name=op.f('pk_journal_tree_node')),
    )
    op.create_table(
        'journal_head',
        sa.Column('entries', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('root', sa.String(length=64), nullable=False),
        sa.Column('signed_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('organisation', sa.String(length=200), nullable=False),
        sa.Column('certificate', sa.String(length=64), nullable=False),
        sa.Column('signature', sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint('entries', name=op.f('pk_journal_head')),
    )


def downgrade() -> None:
    op.drop_table('journal_head')
    op.drop_table('journal_tree_node')
