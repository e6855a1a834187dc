"""what a file handed in as proof says of itself is kept beside it"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    op.add_column('evidence', sa.Column('reading', JSON, nullable=True))


def downgrade() -> None:
    op.drop_column('evidence', 'reading')
