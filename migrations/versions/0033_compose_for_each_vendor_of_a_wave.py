"""a wave may ask each vendor what its own services call for: then it is its audit that says what"""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('wave', schema=None) as batch_op:
        batch_op.alter_column('questionnaire_version_id', existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    # A wave that asked each vendor something else goes back to what its first audit asked.
    op.execute(sa.text(
        'UPDATE wave SET questionnaire_version_id = (SELECT audit.questionnaire_version_id FROM audit '
        'JOIN wave_audit ON wave_audit.audit_id = audit.id WHERE wave_audit.wave_id = wave.id '
        'ORDER BY audit.id LIMIT 1) WHERE questionnaire_version_id IS NULL'
    ))
    # One that opened none asked nobody anything: it asked the first questionnaire ever published.
    op.execute(sa.text(
        'UPDATE wave SET questionnaire_version_id = (SELECT min(id) FROM questionnaire_version) '
        'WHERE questionnaire_version_id IS NULL'
    ))
    with op.batch_alter_table('wave', schema=None) as batch_op:
        batch_op.alter_column('questionnaire_version_id', existing_type=sa.Integer(), nullable=False)
