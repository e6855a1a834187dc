"""what lawyers change in a draft, what they say about it, and the label of a version"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

WORDINGS = ('library', 'fallback', 'free', 'struck', 'special')
FROZEN = ('edits', 'positions')
"""Columns of a version that hold lists; a version drafted before has neither edits nor positions."""


def upgrade() -> None:
    instant = portal.core.db.UtcDateTime(timezone=True)
    op.create_table(
        'contract_edit',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('contract_id', sa.Integer(), nullable=False),
        sa.Column('anchor', sa.String(length=60), nullable=False),
        sa.Column('clause_key', sa.String(length=40), nullable=False),
        sa.Column(
            'wording', sa.Enum(*WORDINGS, name='paragraphwording', native_enum=False, length=40), nullable=False
        ),
        sa.Column('texts', portal.core.db.JsonValue, nullable=False),
        sa.Column('after', sa.String(length=60), nullable=False),
        sa.Column('base', portal.core.db.JsonValue, nullable=False),
        sa.Column('clause_version', sa.String(length=20), nullable=False),
        sa.Column('reason', sa.String(length=1000), nullable=False),
        sa.Column('changed_at', instant, nullable=False),
        sa.Column('changed_by_id', sa.Integer(), nullable=True),
        sa.Column('agreed_at', instant, nullable=True),
        sa.Column('agreed_by_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ['contract_id'], ['contract.id'], name=op.f('fk_contract_edit_contract_id_contract'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(['changed_by_id'], ['user.id'], name=op.f('fk_contract_edit_changed_by_id_user')),
        sa.ForeignKeyConstraint(['agreed_by_id'], ['user.id'], name=op.f('fk_contract_edit_agreed_by_id_user')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_edit')),
    )
    op.create_index(op.f('ix_contract_edit_contract_id'), 'contract_edit', ['contract_id'], unique=False)
    op.create_table(
        'contract_comment',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('contract_id', sa.Integer(), nullable=False),
        sa.Column('anchor', sa.String(length=60), nullable=False),
        sa.Column('paragraph', sa.Text(), nullable=False),
        sa.Column('text', sa.String(length=4000), nullable=False),
        sa.Column('created_at', instant, nullable=False),
        sa.Column('created_by_id', sa.Integer(), nullable=True),
        sa.Column('resolved_at', instant, nullable=True),
        sa.Column('resolved_by_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ['contract_id'], ['contract.id'], name=op.f('fk_contract_comment_contract_id_contract'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_contract_comment_created_by_id_user')),
        sa.ForeignKeyConstraint(['resolved_by_id'], ['user.id'], name=op.f('fk_contract_comment_resolved_by_id_user')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_comment')),
    )
    op.create_index(op.f('ix_contract_comment_contract_id'), 'contract_comment', ['contract_id'], unique=False)
    with op.batch_alter_table('contract_version', schema=None) as batch_op:
        for name in FROZEN:
            batch_op.add_column(sa.Column(name, portal.core.db.JsonValue, nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('label', sa.String(length=120), nullable=False, server_default=''))
    with op.batch_alter_table('contract_version', schema=None) as batch_op:
        for name in (*FROZEN, 'label'):
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('contract_version', schema=None) as batch_op:
        for name in ('label', *FROZEN):
            batch_op.drop_column(name)
    op.drop_table('contract_comment')
    op.drop_table('contract_edit')
