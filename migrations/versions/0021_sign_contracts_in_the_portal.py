"""contracts signed in the portal: who signs and what proves it, what the vendor was sent, what is said about it"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

LANGUAGE = sa.Enum('fr', 'en', name='language', native_enum=False, length=40)
AT = portal.core.db.UtcDateTime(timezone=True)


def _kind(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)


def upgrade() -> None:
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sent_number', sa.Integer(), nullable=True))
    _create_signings()
    _create_signatories()
    _create_acts()
    _create_messages()


def _create_signings() -> None:
    states = _kind('signingstate', 'open', 'complete', 'sealed', 'refused', 'withdrawn', 'expired')
    name = 'contract_signing'
    op.create_table(
        name,
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('contract_id', sa.Integer(), nullable=False),
        sa.Column('version_id', sa.Integer(), nullable=False),
        sa.Column('state', states, nullable=False),
        sa.Column('file_id', sa.Integer(), nullable=False),
        sa.Column('file_sha256', sa.String(length=64), nullable=False),
        sa.Column('text_sha256', sa.String(length=64), nullable=False),
        sa.Column('opened_by_id', sa.Integer(), nullable=True),
        sa.Column('opened_at', AT, nullable=False),
        sa.Column('expires_at', AT, nullable=False),
        sa.Column('closed_at', AT, nullable=True),
        sa.Column('closed_reason', sa.Text(), nullable=False),
        sa.Column('signature_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f(f'fk_{name}_vendor_id_vendor')),
        sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f(f'fk_{name}_contract_id_contract')),
        sa.ForeignKeyConstraint(
            ['version_id'], ['contract_version.id'], name=op.f(f'fk_{name}_version_id_contract_version')
        ),
        sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f(f'fk_{name}_file_id_stored_file')),
        sa.ForeignKeyConstraint(['opened_by_id'], ['user.id'], name=op.f(f'fk_{name}_opened_by_id_user')),
        sa.ForeignKeyConstraint(
            ['signature_id'], ['signed_contract.id'], name=op.f(f'fk_{name}_signature_id_signed_contract')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')),
    )
    with op.batch_alter_table(name, schema=None) as batch_op:
        for column in ('vendor_id', 'contract_id', 'version_id', 'signature_id'):
            batch_op.create_index(batch_op.f(f'ix_{name}_{column}'), [column], unique=False)
        batch_op.create_index('ix_contract_signing_state', ['state', 'expires_at'], unique=False)
    live = sa.text("state IN ('open', 'complete')")
    op.create_index(
        'uq_contract_signing_live', name, ['contract_id'], unique=True, sqlite_where=live, postgresql_where=live
    )


def _create_signatories() -> None:
    name = 'contract_signatory'
    op.create_table(
        name,
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('signing_id', sa.Integer(), nullable=False),
        sa.Column('rank', sa.Integer(), nullable=False),
        sa.Column('side', _kind('signingside', 'ours', 'vendor'), nullable=False),
        sa.Column('name', sa.String(length=200), nullable=False),
        sa.Column('capacity', sa.String(length=200), nullable=False),
        sa.Column('email', sa.String(length=254), nullable=False),
        sa.Column('language', LANGUAGE, nullable=False),
        sa.Column('state', _kind('signatorystate', 'waiting', 'asked', 'signed', 'refused'), nullable=False),
        sa.Column('link_seed', sa.String(length=120), nullable=False),
        sa.Column('token_hash', sa.String(length=64), nullable=False),
        sa.Column('asked_at', AT, nullable=True),
        sa.Column('reminded_at', AT, nullable=True),
        sa.Column('reminders', sa.Integer(), nullable=False),
        sa.Column('code_hash', sa.String(length=64), nullable=False),
        sa.Column('code_expires_at', AT, nullable=True),
        sa.Column('code_tries', sa.Integer(), nullable=False),
        sa.Column('done_at', AT, nullable=True),
        sa.Column('refusal', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f(f'fk_{name}_vendor_id_vendor')),
        sa.ForeignKeyConstraint(
            ['signing_id'], ['contract_signing.id'], name=op.f(f'fk_{name}_signing_id_contract_signing'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')),
        sa.UniqueConstraint('signing_id', 'rank', name=op.f(f'uq_{name}_signing_id_rank')),
        sa.UniqueConstraint('token_hash', name=op.f(f'uq_{name}_token_hash')),
    )
    with op.batch_alter_table(name, schema=None) as batch_op:
        for column in ('vendor_id', 'email'):
            batch_op.create_index(batch_op.f(f'ix_{name}_{column}'), [column], unique=False)


def _create_acts() -> None:
    name = 'contract_signing_act'
    kinds = _kind('signingactkind', 'opened', 'code_sent', 'wrong_code', 'signed', 'refused')
    op.create_table(
        name,
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('signing_id', sa.Integer(), nullable=False),
        sa.Column('signatory_id', sa.Integer(), nullable=False),
        sa.Column('kind', kinds, nullable=False),
        sa.Column('at', AT, nullable=False),
        sa.Column('name', sa.String(length=200), nullable=False),
        sa.Column('email', sa.String(length=254), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('means', _kind('signingmeans', 'link', 'space', 'staff'), nullable=False),
        sa.Column('network', sa.String(length=45), nullable=False),
        sa.Column('user_agent', sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ['signing_id'], ['contract_signing.id'], name=op.f(f'fk_{name}_signing_id_contract_signing'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['signatory_id'], ['contract_signatory.id'], name=op.f(f'fk_{name}_signatory_id_contract_signatory'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')),
    )
    with op.batch_alter_table(name, schema=None) as batch_op:
        batch_op.create_index(batch_op.f(f'ix_{name}_signing_id'), ['signing_id'], unique=False)
        batch_op.create_index('ix_contract_signing_act_signatory', ['signatory_id', 'kind', 'at'], unique=False)


def _create_messages() -> None:
    name = 'contract_message'
    op.create_table(
        name,
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('contract_id', sa.Integer(), nullable=False),
        sa.Column('at', AT, nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=True),
        sa.Column('author_name', sa.String(length=200), nullable=False),
        sa.Column('from_vendor', sa.Boolean(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f(f'fk_{name}_vendor_id_vendor')),
        sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f(f'fk_{name}_contract_id_contract')),
        sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f(f'fk_{name}_author_id_user')),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')),
    )
    with op.batch_alter_table(name, schema=None) as batch_op:
        for column in ('vendor_id', 'author_id'):
            batch_op.create_index(batch_op.f(f'ix_{name}_{column}'), [column], unique=False)
        batch_op.create_index('ix_contract_message_contract', ['contract_id', 'id'], unique=False)


def downgrade() -> None:
    for table in ('contract_message', 'contract_signing_act', 'contract_signatory', 'contract_signing'):
        op.drop_table(table)
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.drop_column('sent_number')
