"""What a vendor may read of a questionnaire: built from what is allowed, so that a field added later stays hidden."""

from portal.questionnaires.definition import Choice, Question, Questionnaire, QuestionnaireSection


def for_vendor(questionnaire: Questionnaire) -> Questionnaire:
    """The questionnaire without reviewer notes, weights, marks, critical flags, findings and internal references.

    It asks the same questions under the same conditions and keeps the digest of the whole text: the receipt of a
    vendor designates what was really frozen.
    """
    return Questionnaire(
        key=questionnaire.key,
        version=questionnaire.version,
        title=questionnaire.title,
        introduction=questionnaire.introduction,
        minutes=questionnaire.minutes,
        sha256=questionnaire.sha256,
        sections=tuple(
            QuestionnaireSection(
                section.key, section.title, section.introduction, tuple(map(_question, section.questions)), section.pack
            )
            for section in questionnaire.sections
        ),
    )


def _question(question: Question) -> Question:
    return Question(
        key=question.key,
        kind=question.kind,
        text=question.text,
        help=question.help,
        why=question.why,
        articles=question.articles,
        required=question.required,
        choices=tuple(
            Choice(choice.value, choice.label, justify=choice.justify, group=choice.group, exclusive=choice.exclusive)
            for choice in question.choices
        ),
        columns=question.columns,
        max_rows=question.max_rows,
        max_length=question.max_length,
        minimum=question.minimum,
        maximum=question.maximum,
        unit=question.unit,
        evidence=question.evidence,
        evidence_on=question.evidence_on,
        evidence_label=question.evidence_label,
        evidence_max_age_months=question.evidence_max_age_months,
        evidence_kinds=question.evidence_kinds,
        visible_if=question.visible_if,
    )
