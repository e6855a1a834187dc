"""changes of the clause library, decided by a second person, and the edition each contract is drafted from"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None

STATES = ('open', 'approved', 'refused', 'withdrawn')


def upgrade() -> None:
    instant = portal.core.db.UtcDateTime(timezone=True)
    op.create_table(
        'clause_proposal',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('clause_key', sa.String(length=40), nullable=False),
        sa.Column('open_key', sa.String(length=40), nullable=True),
        sa.Column(
            'kind', sa.Enum('change', 'retire', name='proposalkind', native_enum=False, length=40), nullable=False
        ),
        sa.Column('state', sa.Enum(*STATES, name='proposalstate', native_enum=False, length=40), nullable=False),
        sa.Column('reason', sa.String(length=2000), nullable=False),
        sa.Column('changes', portal.core.db.JsonValue, nullable=False),
        sa.Column('writers', portal.core.db.JsonValue, nullable=False),
        sa.Column('created_at', instant, nullable=False),
        sa.Column('created_by_id', sa.Integer(), nullable=True),
        sa.Column('changed_at', instant, nullable=False),
        sa.Column('decided_at', instant, nullable=True),
        sa.Column('decided_by_id', sa.Integer(), nullable=True),
        sa.Column('decision', sa.String(length=2000), nullable=False),
        sa.Column('edition', sa.Integer(), nullable=True),
        sa.Column('version', sa.String(length=20), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('replaced_version', sa.String(length=20), nullable=False),
        sa.Column('replaced_sha256', sa.String(length=64), nullable=False),
        sa.Column('replaced_text', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_clause_proposal_created_by_id_user')),
        sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_clause_proposal_decided_by_id_user')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_clause_proposal')),
        sa.UniqueConstraint('edition', name=op.f('uq_clause_proposal_edition')),
        sa.UniqueConstraint('open_key', name=op.f('uq_clause_proposal_open_key')),
    )
    for column in ('clause_key', 'state', 'created_by_id', 'decided_by_id'):
        op.create_index(op.f(f'ix_clause_proposal_{column}'), 'clause_proposal', [column], unique=False)
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.add_column(sa.Column('library_edition', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.alter_column('library_edition', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.drop_column('library_edition')
    op.drop_table('clause_proposal')
