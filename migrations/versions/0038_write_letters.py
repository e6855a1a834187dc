"""messages of waves are reworded in the portal, in both languages"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'letter_text',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=40), nullable=False),
        sa.Column('subject_fr', sa.String(length=150), nullable=False),
        sa.Column('body_fr', sa.Text(), nullable=False),
        sa.Column('subject_en', sa.String(length=150), nullable=False),
        sa.Column('body_en', sa.Text(), nullable=False),
        sa.Column('written_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_letter_text')),
        sa.UniqueConstraint('kind', name=op.f('uq_letter_text_kind')),
    )


def downgrade() -> None:
    op.drop_table('letter_text')
