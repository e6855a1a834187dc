"""The number a question bears where answers are shown: counted among those that are asked, so that none is missing."""

from collections.abc import Container

from portal.questionnaires.definition import Questionnaire


def numbers_asked(questionnaire: Questionnaire, asked: Container[str]) -> dict[str, str]:
    """The number of each question asked: « 2.3 » is the third that is asked in the second section that asks any.

    A question that is not asked has no number and leaves no gap. The same answers give the same numbers on a page, on
    paper, in a workbook, in a receipt and to the reviewer, who all count what was asked with these answers.

    >>> from portal.questionnaires.definition import Bilingual, QuestionnaireSection, Question
    >>> from portal.questionnaires.kinds import QUESTION_KINDS
    >>> def part(*keys):
    ...     return QuestionnaireSection(keys[0], Bilingual(), Bilingual(),
    ...         tuple(Question(key, QUESTION_KINDS["text"], Bilingual()) for key in keys))
    >>> whole = Questionnaire("q", "1", Bilingual(), Bilingual(), (part("a", "b"), part("c"), part("d", "e")))
    >>> numbers_asked(whole, {"b", "d", "e"})
    {'b': '1.1', 'd': '2.1', 'e': '2.2'}
    """
    parts = [[q.key for q in section.questions if q.key in asked] for section in questionnaire.sections]
    return {
        key: f"{rank}.{place}"
        for rank, keys in enumerate(filter(None, parts), start=1)
        for place, key in enumerate(keys, start=1)
    }
