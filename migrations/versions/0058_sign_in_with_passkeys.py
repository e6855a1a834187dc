"""identity: passkeys, and accounts of an identity provider"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0058'
down_revision = '0057'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'passkey',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('credential_id', sa.String(length=1400), nullable=False),
        sa.Column('handle', sa.String(length=64), nullable=False),
        sa.Column('public_key', sa.LargeBinary(), nullable=False),
        sa.Column('sign_count', sa.BigInteger(), nullable=False),
        sa.Column('transports', portal.core.db.JsonValue, nullable=False),
        sa.Column('is_synced', sa.Boolean(), nullable=False),
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('created_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('used_at', portal.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ['user_id'], ['user.id'], name=op.f('fk_passkey_user_id_user'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
        sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id')),
    )
    op.create_index(op.f('ix_passkey_user_id'), 'passkey', ['user_id'])
    op.create_table(
        'spent_challenge',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('token_hash', sa.String(length=64), nullable=False),
        sa.Column('at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_spent_challenge')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_spent_challenge_token_hash')),
    )
    op.create_index(op.f('ix_spent_challenge_at'), 'spent_challenge', ['at'])
    op.add_column('user', sa.Column('passkey_count', sa.Integer(), server_default='0', nullable=False))
    op.add_column('user', sa.Column('provider_issuer', sa.String(length=500), nullable=True))
    op.add_column('user', sa.Column('provider_subject', sa.String(length=255), nullable=True))
    op.add_column(
        'user', sa.Column('provider_linked_at', portal.core.db.UtcDateTime(timezone=True), nullable=True)
    )
    op.create_index('uq_user_provider', 'user', ['provider_issuer', 'provider_subject'], unique=True)


def downgrade() -> None:
    op.drop_index('uq_user_provider', table_name='user')
    for column in ('provider_linked_at', 'provider_subject', 'provider_issuer', 'passkey_count'):
        op.drop_column('user', column)
    op.drop_table('spent_challenge')
    op.drop_table('passkey')
