"""an audit is accepted until a day, before which its vendor need not be asked again"""

import sqlalchemy as sa
from alembic import op

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('audit', sa.Column('accepted_until', sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column('audit', 'accepted_until')
