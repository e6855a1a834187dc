"""a finding has a person in charge, the day first agreed, a day proposed, retests, and an acceptance with its last day"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None

AT = portal.core.db.UtcDateTime()
WORDS = {'proposed_by': sa.String(200), 'proposed_reason': sa.Text(), 'closed_by': sa.String(200)}
COUNTS = ('postponements', 'failed_retests', 'waivers')
OPTIONAL = {
    'contact_id': sa.Integer(), 'proposed_due_on': sa.Date(), 'closing_basis': sa.String(40), 'waived_until': sa.Date(),
    'waived_level': sa.Integer(),
}  # fmt: skip
FILLED = {'first_due_on': sa.Date(), 'asked_at': AT}


def upgrade() -> None:
    with op.batch_alter_table('finding', schema=None) as batch_op:
        for name, kind in OPTIONAL.items():
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        for name, kind in WORDS.items():
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=''))
        for name in COUNTS:
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default='0'))
        for name, kind in FILLED.items():
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f('fk_finding_contact_id_contact'), 'contact', ['contact_id'], ['id'], ondelete='SET NULL'
        )
        batch_op.create_index(batch_op.f('ix_finding_contact_id'), ['contact_id'], unique=False)
    # An acceptance recorded until now has no last day: it is left without one, and asks to be decided again.
    op.execute(sa.text('UPDATE finding SET first_due_on = due_on, asked_at = opened_at'))
    op.execute(sa.text("UPDATE finding SET waivers = 1 WHERE state = 'risque_accepte'"))
    with op.batch_alter_table('finding', schema=None) as batch_op:
        for name, kind in FILLED.items():
            batch_op.alter_column(name, existing_type=kind, nullable=False)
        for name, kind in WORDS.items():
            batch_op.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
        for name in COUNTS:
            batch_op.alter_column(name, existing_type=sa.Integer(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_finding_contact_id'))
        batch_op.drop_constraint(batch_op.f('fk_finding_contact_id_contact'), type_='foreignkey')
        for name in (*OPTIONAL, *WORDS, *COUNTS, *FILLED):
            batch_op.drop_column(name)
