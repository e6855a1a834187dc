"""questionnaires are written in the portal: their head, their sections, their questions"""

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None

TEXTS = ('title_fr', 'title_en', 'introduction_fr', 'introduction_en')


def upgrade() -> None:
    op.create_table(
        'own_questionnaire',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(80), nullable=False),
        sa.Column('version', sa.String(20), nullable=False),
        sa.Column('minutes', sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.Column('origin', sa.String(200), nullable=False),
        sa.Column('published_id', sa.Integer(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ['published_id'], ['questionnaire_version.id'],
            name='fk_own_questionnaire_published_id_questionnaire_version',
        ),
        sa.PrimaryKeyConstraint('id', name='pk_own_questionnaire'),
        sa.UniqueConstraint('key', name='uq_own_questionnaire_key'),
    )
    op.create_table(
        'own_section',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('questionnaire_id', sa.Integer(), nullable=False),
        sa.Column('place', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(80), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.ForeignKeyConstraint(
            ['questionnaire_id'], ['own_questionnaire.id'], name='fk_own_section_questionnaire_id_own_questionnaire'
        ),
        sa.PrimaryKeyConstraint('id', name='pk_own_section'),
        sa.UniqueConstraint('questionnaire_id', 'key', name='uq_own_section_questionnaire_id_key'),
    )
    op.create_table(
        'own_question',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('questionnaire_id', sa.Integer(), nullable=False),
        sa.Column('section_id', sa.Integer(), nullable=False),
        sa.Column('place', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(160), nullable=False),
        sa.Column('toml', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ['questionnaire_id'], ['own_questionnaire.id'], name='fk_own_question_questionnaire_id_own_questionnaire'
        ),
        sa.ForeignKeyConstraint(['section_id'], ['own_section.id'], name='fk_own_question_section_id_own_section'),
        sa.PrimaryKeyConstraint('id', name='pk_own_question'),
        sa.UniqueConstraint('questionnaire_id', 'key', name='uq_own_question_questionnaire_id_key'),
    )
    op.create_index('ix_own_question_section_id', 'own_question', ['section_id'])


def downgrade() -> None:
    op.drop_table('own_question')
    op.drop_table('own_section')
    op.drop_table('own_questionnaire')
