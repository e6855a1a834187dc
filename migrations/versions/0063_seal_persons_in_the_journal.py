"""journal: a key per person, under which entries keep what they say of them

Entries already written are not touched: their hashes cover what they say. Going back leaves the two columns wide, for
a sealed name cut short would break the chain; what is sealed is then no longer read.
"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0063'
down_revision = '0062'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'person_key',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=True),
        sa.Column('sealed', sa.Text(), nullable=True),
        sa.Column('made_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('destroyed_at', portal.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_person_key')),
        sa.UniqueConstraint('digest', name=op.f('uq_person_key_digest')),
    )
    with op.batch_alter_table('journal_entry') as batch:
        batch.alter_column('actor_name', type_=sa.Text(), existing_type=sa.String(length=200), existing_nullable=False)
        batch.alter_column('object_label', type_=sa.Text(), existing_type=sa.String(length=300), existing_nullable=False)


def downgrade() -> None:
    op.drop_table('person_key')
