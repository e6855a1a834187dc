"""the words of the names of companies of the chain, in an index that a search goes along"""

import sqlalchemy as sa
from alembic import op

revision = '0070'
down_revision = '0069'
branch_labels = None
depends_on = None

LONGEST = 220
TEXT = sa.String(length=LONGEST).with_variant(sa.String(length=LONGEST, collation='C'), 'postgresql')
NAME = 'chain_company_word'
AT_ONCE = 20_000


def upgrade() -> None:
    op.create_table(
        NAME,
        sa.Column('text', TEXT, nullable=False),
        sa.Column('company_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['company_id'], ['chain_company.id'], name=op.f(f'fk_{NAME}_company_id_chain_company'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('text', 'company_id', name=op.f(f'pk_{NAME}')),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f(f'ix_{NAME}_company_id'), NAME, ['company_id'], unique=False)
    connection = op.get_bind()
    held = sa.select(sa.column('id'), sa.column('sought')).select_from(sa.table('chain_company'))
    rows = [
        {'text': word, 'company_id': row.id}
        for row in connection.execute(held)
        for word in dict.fromkeys(word[:LONGEST] for word in row.sought.split())
    ]
    words = sa.table(NAME, sa.column('text'), sa.column('company_id'))
    for start in range(0, len(rows), AT_ONCE):
        connection.execute(words.insert(), rows[start : start + AT_ONCE])


def downgrade() -> None:
    op.drop_table(NAME)
