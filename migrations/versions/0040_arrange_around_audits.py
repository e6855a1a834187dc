"""what is arranged around an audit: parts given to colleagues, questions under questions, more time asked for"""

import sqlalchemy as sa
from alembic import op

revision = '0040'
down_revision = '0039'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'delegation',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('audit_id', sa.Integer(), nullable=False),
        sa.Column('round', sa.Integer(), nullable=False),
        sa.Column('section_key', sa.String(length=120), nullable=False),
        sa.Column('question_key', sa.String(length=120), nullable=False),
        sa.Column('email', sa.String(length=254), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=True),
        sa.Column('given_by_id', sa.Integer(), nullable=True),
        sa.Column('given_by_name', sa.String(length=200), nullable=False),
        sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('nudges', sa.Integer(), nullable=False),
        sa.Column('nudged_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_delegation_vendor_id_vendor')),
        sa.ForeignKeyConstraint(
            ['audit_id'], ['audit.id'], name=op.f('fk_delegation_audit_id_audit'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(['given_by_id'], ['user.id'], name=op.f('fk_delegation_given_by_id_user')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_delegation')),
    )
    op.create_index(op.f('ix_delegation_audit_id'), 'delegation', ['audit_id'])
    op.create_index(op.f('ix_delegation_given_by_id'), 'delegation', ['given_by_id'])
    op.create_index('ix_delegation_vendor_email', 'delegation', ['vendor_id', 'email'])
    op.create_table(
        'question_message',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('audit_id', sa.Integer(), nullable=False),
        sa.Column('question_key', sa.String(length=120), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=True),
        sa.Column('author_name', sa.String(length=200), nullable=False),
        sa.Column('from_vendor', sa.Boolean(), nullable=False),
        sa.Column('closes', sa.Boolean(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_question_message_vendor_id_vendor')),
        sa.ForeignKeyConstraint(
            ['audit_id'], ['audit.id'], name=op.f('fk_question_message_audit_id_audit'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_question_message_author_id_user')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_question_message')),
    )
    op.create_index(op.f('ix_question_message_author_id'), 'question_message', ['author_id'])
    op.create_index(op.f('ix_question_message_vendor_id'), 'question_message', ['vendor_id'])
    op.create_index('ix_question_message_thread', 'question_message', ['audit_id', 'question_key', 'id'])
    op.create_index('ix_question_message_waiting', 'question_message', ['answered_at', 'from_vendor', 'at'])
    op.create_table(
        'delay_request',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('audit_id', sa.Integer(), nullable=False),
        sa.Column('round', sa.Integer(), nullable=False),
        sa.Column(
            'state',
            sa.Enum('demande', 'accorde', 'refuse', name='delaystate', native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('wanted_on', sa.Date(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('asked_by_id', sa.Integer(), nullable=True),
        sa.Column('asked_by_name', sa.String(length=200), nullable=False),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('decided_by_id', sa.Integer(), nullable=True),
        sa.Column('granted_on', sa.Date(), nullable=True),
        sa.Column('answer', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_delay_request_vendor_id_vendor')),
        sa.ForeignKeyConstraint(
            ['audit_id'], ['audit.id'], name=op.f('fk_delay_request_audit_id_audit'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(['asked_by_id'], ['user.id'], name=op.f('fk_delay_request_asked_by_id_user')),
        sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_delay_request_decided_by_id_user')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_delay_request')),
    )
    op.create_index(op.f('ix_delay_request_asked_by_id'), 'delay_request', ['asked_by_id'])
    op.create_index(op.f('ix_delay_request_decided_by_id'), 'delay_request', ['decided_by_id'])
    op.create_index(op.f('ix_delay_request_vendor_id'), 'delay_request', ['vendor_id'])
    op.create_index('ix_delay_request_audit', 'delay_request', ['audit_id', 'id'])
    op.create_index('ix_delay_request_state', 'delay_request', ['state', 'asked_at'])


def downgrade() -> None:
    op.drop_table('delay_request')
    op.drop_table('question_message')
    op.drop_table('delegation')
