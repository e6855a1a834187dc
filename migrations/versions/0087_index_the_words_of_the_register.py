"""the words of the lines of the register, in an index that a search goes along"""

import sqlalchemy as sa
from alembic import op

revision = '0087'
down_revision = '0086'
branch_labels = None
depends_on = None

LONGEST = 220
TEXT = sa.String(length=LONGEST).with_variant(sa.String(length=LONGEST, collation='C'), 'postgresql')
NAME = 'processing_activity_word'
AT_ONCE = 20_000


def upgrade() -> None:
    op.create_table(
        NAME,
        sa.Column('text', TEXT, nullable=False),
        sa.Column('activity_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['activity_id'], ['processing_activity.id'],
            name=op.f(f'fk_{NAME}_activity_id_processing_activity'), ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('text', 'activity_id', name=op.f(f'pk_{NAME}')),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f(f'ix_{NAME}_activity_id'), NAME, ['activity_id'], unique=False)
    connection = op.get_bind()
    held = sa.select(sa.column('id'), sa.column('sought')).select_from(sa.table('processing_activity'))
    rows = [
        {'text': word, 'activity_id': row.id}
        for row in connection.execute(held)
        for word in dict.fromkeys(word[:LONGEST] for word in row.sought.split())
    ]
    words = sa.table(NAME, sa.column('text'), sa.column('activity_id'))
    for start in range(0, len(rows), AT_ONCE):
        connection.execute(words.insert(), rows[start : start + AT_ONCE])


def downgrade() -> None:
    op.drop_table(NAME)
