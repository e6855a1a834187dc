"""What an answer may lack though it is complete: told to whoever answers and to whoever reads, and worth no mark.

Every comparison is of words in sets and runs: time in proportion to the text, of which `READ` characters are read.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from functools import cached_property

from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say
from portal.questionnaires.definition import NOT_APPLICABLE, Bilingual, GivenAnswer, Question, Questionnaire
from portal.questionnaires.rules.completing import chosen_values
from portal.questionnaires.rules.numbering import numbers_asked
from portal.questionnaires.toml_fields import TomlTable
from portal.vendors.rules.naming import words

READ = 5000
"""Characters of a text that are read."""
RUN = 4
"""Words that a text shares with a passage, one after the other, to be said to repeat it."""
LEAST_OF_LAW, LEAST_OF_FORMULA = 8, 5
"""Words repeated from which a text is said to be made of them: three words of the law are only its vocabulary."""
OWN_SHARE = 4
"""A text repeats when it has fewer than one word of its own for so many repeated."""
LEAST_SAME = 6
"""Words from which the same text under two questions is remarked upon."""


def _word_set(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_LINKING = _word_set(
    "le la les l un une des du de d au aux et ou en dans par pour sur avec a ce cette ces que qui nous notre nos vous",
    "votre vos est sont ont etc ainsi conformement article articles art rgpd reglement societe entreprise mettons",
    "garantissons assurons veillons traitons prenons aidons informons notifions tenons respectons fait faisons bien",
    "larticle met mettre oeuvre supprimons renvoyons detruisons mettant permettant",
    "cadre effet the of and to in for by with from this that our we us your you is are be shall will as an gdpr",
    "regulation company accordance implement ensure process take assist inform notify maintain comply do so all",
)
"""Words that link others: neither repeated nor of one's own."""
_NO_REASON = _word_set(
    "n a na sans objet non applicable applicables concerne concernes concernee concernees pas nous ne nest sommes est",
    "cette question la ce point le les en ras neant rien aucun aucune signaler pour notre societe cas dans not none",
    "does do apply applies to us this we are concerned is it nothing no remark the our case in irrelevant relevant",
)
"""A comment made of these alone gives no reason."""
_POINTING = _word_set(
    "voir cf see refer annexe annex page chapitre chapter section joint jointe joints jointes attached ci document",
    "documents politique policy",
)
"""Words by which a short text points to a document: the same pointer under two questions is no remark."""
_POINTER_WORDS = 15


class RemarkKind(StrEnum):
    """What is remarked of an answer."""

    LAW = "law"
    FORMULA = "formula"
    SAME_TEXT = "same_text"
    CONTRADICTION = "contradiction"
    NO_REASON = "no_reason"
    OTHER_PROOF = "other_proof"


@dataclass(frozen=True)
class AnswerRemark:
    """One thing to look at in an answer."""

    question: str
    kind: RemarkKind
    said: Sentence


@dataclass(frozen=True)
class AnswerFact:
    """What an answer says: one of these values, or, in a table, a country outside the EEA in this column."""

    question: str
    values: tuple[str, ...] = ()
    outside_eea: str = ""

    def holds(self, answer: GivenAnswer, is_outside: Callable[[str], bool]) -> bool:
        """Whether an answer says this."""
        if self.outside_eea:
            rows = answer.value if isinstance(answer.value, tuple) else ()
            cells = (row.get(self.outside_eea, "") for row in rows if not isinstance(row, str))
            return any(cell and is_outside(cell) for cell in cells)
        return any(value in self.values for value in chosen_values(answer))


@dataclass(frozen=True)
class Contradiction:
    """Two answers that cannot both be right, and why."""

    first: AnswerFact
    second: AnswerFact
    because: Bilingual


@dataclass(frozen=True)
class KnownPassage:
    """A text of the law by its article, or a set phrase without one."""

    article: str
    text: Bilingual

    @cached_property
    def runs(self) -> frozenset[tuple[str, ...]]:
        """Every run of `RUN` words, in both languages."""
        return frozenset(run for text in (self.text.fr, self.text.en) for run in _runs(words(text)))


@dataclass(frozen=True)
class Coherence:
    """The rules by which answers are remarked upon, as read from `coherence.toml`."""

    contradictions: tuple[Contradiction, ...] = ()
    passages: tuple[KnownPassage, ...] = ()


@dataclass(frozen=True)
class ReadAnswers:
    """Answers to remark upon: those of the questions that are asked."""

    questionnaire: Questionnaire
    answers: Mapping[str, GivenAnswer]
    shown: Collection[str]
    is_outside: Callable[[str], bool] = field(default=lambda _country: False)
    """Whether a country is outside the European Economic Area today."""

    @cached_property
    def numbers(self) -> Mapping[str, str]:
        """The number of each question that is asked."""
        return numbers_asked(self.questionnaire, self.shown)


def answer_remarks(read: ReadAnswers, coherence: Coherence) -> dict[str, list[AnswerRemark]]:
    """What is remarked of each answer, by question; those of whom nothing is are not there."""
    found: dict[str, list[AnswerRemark]] = {}
    for remark in _remarks(read, coherence):
        found.setdefault(remark.question, []).append(remark)
    return found


def _remarks(read: ReadAnswers, coherence: Coherence) -> Iterator[AnswerRemark]:
    texts = [
        (question, words(text[:READ]))
        for question in read.questionnaire.questions
        if question.key in read.shown and question.key in read.answers
        for text in _texts(question, read.answers[question.key])
    ]
    for question, text in texts:
        yield from _repeated(question, text, coherence.passages)
    yield from _same_texts(texts, read.numbers)
    yield from _without_reason(read)
    yield from _contradictory(read, coherence.contradictions)


def _texts(question: Question, answer: GivenAnswer) -> Iterator[str]:
    """What was written in a person's own words: a free text, a comment."""
    if isinstance(answer.value, str) and not question.choices:
        yield answer.value
    if answer.comment:
        yield answer.comment


def _runs(text: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(text[start : start + RUN]) for start in range(len(text) - RUN + 1))


def _repeated(question: Question, text: Sequence[str], passages: Iterable[KnownPassage]) -> Iterator[AnswerRemark]:
    for passage in passages:
        least = LEAST_OF_LAW if passage.article else LEAST_OF_FORMULA
        if repeats(text, passage.runs, least=least):
            if passage.article:
                told = say(
                    "Ce texte reprend l'article %(article)s du RGPD : dites ce qui est fait chez vous, par qui et à "
                    "quel rythme.",
                    article=passage.article,
                )
                yield AnswerRemark(question.key, RemarkKind.LAW, told)
            else:
                told = say("Ce texte pourrait être celui de n'importe qui : dites ce qui est fait chez vous.")
                yield AnswerRemark(question.key, RemarkKind.FORMULA, told)
            return


def repeats(text: Sequence[str], runs: Collection[tuple[str, ...]], *, least: int) -> bool:
    """Whether a text is made of these runs of words, with little of its own.

    >>> runs = set(_runs(words("mesures techniques et organisationnelles appropriées afin de garantir la sécurité")))
    >>> said = "Nous prenons les mesures techniques et organisationnelles appropriées afin de garantir la sécurité"
    >>> repeats(words(said), runs, least=8)
    True
    >>> repeats(words(f"{said} : AES-256, clés changées chaque mois"), runs, least=8)
    False
    """
    covered = [False] * len(text)
    for start, run in enumerate(_runs(text)):
        if run in runs:
            covered[start : start + RUN] = [True] * RUN
    repeated = sum(covered)
    own = sum(
        not is_covered and word not in _LINKING and not word.isdigit()
        for word, is_covered in zip(text, covered, strict=True)
    )
    figures = sum(word.isdigit() and not is_covered for word, is_covered in zip(text, covered, strict=True))
    return repeated >= least and (own + figures) * OWN_SHARE < repeated


def _same_texts(texts: Iterable[tuple[Question, Sequence[str]]], numbers: Mapping[str, str]) -> Iterator[AnswerRemark]:
    first: dict[tuple[str, ...], str] = {}
    for question, text in texts:
        is_pointer = len(text) < _POINTER_WORDS and not _POINTING.isdisjoint(text)
        if len(text) < LEAST_SAME or is_pointer:
            continue
        other = first.setdefault(tuple(text), question.key)
        if other != question.key:
            told = say(
                "Même texte qu'à la question %(number)s : dites ce qui vaut pour celle-ci.", number=numbers[other]
            )
            yield AnswerRemark(question.key, RemarkKind.SAME_TEXT, told)


def _without_reason(read: ReadAnswers) -> Iterator[AnswerRemark]:
    """« Sans objet », or another choice that asks why, with words that do not say why."""
    for question in read.questionnaire.questions:
        answer = read.answers.get(question.key)
        if answer is None or question.key not in read.shown:
            continue
        chosen = [choice for choice in question.choices if choice.value in chosen_values(answer)]
        asks = any(choice.justify or choice.value == NOT_APPLICABLE for choice in chosen)
        if asks and answer.comment and not set(words(answer.comment[:READ])) - _NO_REASON:
            told = say("Ce commentaire ne dit pas pourquoi : une phrase suffit.")
            yield AnswerRemark(question.key, RemarkKind.NO_REASON, told)


def _contradictory(read: ReadAnswers, rules: Iterable[Contradiction]) -> Iterator[AnswerRemark]:
    """Said under the later of the two questions, with the number of the other."""
    rank = {question.key: place for place, question in enumerate(read.questionnaire.questions)}
    for rule in rules:
        facts = (rule.first, rule.second)
        if not all(fact.question in read.shown and fact.question in read.answers for fact in facts):
            continue
        if all(fact.holds(read.answers[fact.question], read.is_outside) for fact in facts):
            other, later = sorted((fact.question for fact in facts), key=lambda key: rank[key])
            told = say(
                "Ne s'accorde pas avec votre réponse %(number)s : %(because)s.",
                number=read.numbers[other], because=rule.because,
            )  # fmt: skip
            yield AnswerRemark(later, RemarkKind.CONTRADICTION, told)


def read_coherence(table: TomlTable) -> Coherence:
    """The rules of a file; every defect is noted on the table."""
    contradictions = [_contradiction(entry) for entry in table.tables("contradiction")]
    passages = [_passage(entry) for entry in table.tables("passage")]
    table.close()
    return Coherence(tuple(contradictions), tuple(passages))


def _contradiction(table: TomlTable) -> Contradiction:
    facts = [_fact(inner) if (inner := table.table(name)) else AnswerFact("") for name in ("first", "second")]
    because = table.bilingual("because")
    table.close()
    return Contradiction(facts[0], facts[1], because)


def _fact(table: TomlTable) -> AnswerFact:
    fact = AnswerFact(table.text("question"), table.texts("in"), table.text("outside_eea", required=False))
    if bool(fact.values) == bool(fact.outside_eea):
        table.report(say("« %(question)s » : donner « in » ou « outside_eea ».", question=fact.question))
    table.close()
    return fact


def _passage(table: TomlTable) -> KnownPassage:
    passage = KnownPassage(table.text("article", required=False), table.bilingual("text"))
    table.close()
    return passage


def unknown_facts(coherence: Coherence, asked: Mapping[str, Question]) -> Iterator[tuple[str, Sentence]]:
    """What contradictions name and no questionnaire has: a question, one of its choices or columns; with its key."""
    for rule in coherence.contradictions:
        for fact in (rule.first, rule.second):
            question = asked.get(fact.question)
            if question is None:
                yield fact.question, say("Aucun questionnaire ne pose cette question.")
                continue
            offered = {choice.value for choice in question.choices}
            for value in fact.values:
                if value not in offered:
                    yield fact.question, say("« %(value)s » n'est pas un choix de cette question.", value=value)
            if fact.outside_eea and question.column(fact.outside_eea) is None:
                yield fact.question, say("Cette question n'a pas de colonne « %(name)s ».", name=fact.outside_eea)
