"""What the check looks for, as data: each requirement with its readings (`clause_library/readings/`)."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from portal.contracts.rules.model import BilingualWords
from portal.core.dataclass import dataclass
from portal.paper.rules.check_result import RequirementStatus
from portal.paper.rules.parties import PartyNouns
from portal.paper.rules.patterns import Pattern, PatternTerm
from portal.paper.rules.releases import NO_RELEASES, ReleaseWords
from portal.paper.rules.terms import TermRule

NO_WORDS = BilingualWords("", "")
"""Nothing to say."""


class Negation(StrEnum):
    """What turns a sentence into its contrary."""

    REFUSAL = "refusal"
    """The processor says it will not, or is not bound to."""
    DENIAL = "denial"
    """Only an outright denial: the duty itself is an abstention (« sans instruction… »)."""
    NONE = "none"
    """Nothing: a description is not a duty."""


@dataclass(frozen=True, slots=True)
class ReadingRule:
    """A way in which texts say something of a requirement."""

    status: RequirementStatus
    why: BilingualWords
    patterns: tuple[Pattern, ...]
    bearer: str = "processor"
    """`processor`: a sentence that only binds the controller does not count; `any`: it does."""
    titles: bool = False
    """Whether a title alone may count; it announces, so it hardly ever does."""
    negation: Negation = Negation.REFUSAL
    """What in the sentence makes it say the contrary."""
    prevails: bool = False
    """Whether it lowers a requirement that another sentence satisfies (a red flag)."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement of the check."""

    id: str
    obligations: tuple[str, ...]
    clauses: tuple[str, ...]
    """Clauses of the library that ask for it."""
    readings: tuple[ReadingRule, ...]
    missing: BilingualWords
    """Why it is said missing."""
    specific: tuple[Pattern, ...] = ()
    """What, in the passage or beside it, says how, who or when beyond the words of the regulation."""
    deferrable: bool = False
    """Whether an annex or another document may carry it."""
    unlike: tuple[Pattern, ...] = ()
    """Sentences of another kind that share its words (a retention period is not a duration): they never satisfy it."""
    topic: str = ""
    """What a blank, or the title of an empty annex, says when it stands for this: an expression on folded text."""
    reserved: tuple[Pattern, ...] = ()
    """What empties this duty as well as the common reservations do (« dans un délai raisonnable »)."""
    firm: bool = False
    """Whether reservations do not empty it: its sentences say what each party may do."""
    about: PatternTerm | None = None
    """What a sentence says when it frees of this duty and not of another."""
    answers: bool = False
    """Whether it is to answer for others, which a release of liability undoes."""
    core: bool = False
    """Whether it shows that a text binds a processor at all."""
    shown_by: str = ""
    """Another requirement that is never satisfied unless this one is (a named purpose names what is entrusted)."""
    shown_why: BilingualWords = NO_WORDS

    @property
    def finer(self) -> bool:
        """Whether it is not one of the twenty main ones, and bears the id of its obligation."""
        return self.id in self.obligations


@dataclass(frozen=True)
class Rulebook:
    """Everything the check needs beside the text.

    Names of fields, here and in what it holds, enter the digest that reviews store (`snapshot.rulebook_digest`): a
    field renamed would make every stored review look outdated.
    """

    requirements: tuple[Requirement, ...]
    nouns: PartyNouns
    vocabulary: Mapping[str, str] = field(default_factory=dict)
    idle: tuple[Pattern, ...] = ()
    """Sentences that never count: definitions, questions, promises about other people's texts."""
    controller_duty: tuple[Pattern, ...] = ()
    """Sentences that bind the controller."""
    own_titles: tuple[str, ...] = ()
    """Expressions on titles of sections in which the processor is itself controller."""
    own_sentences: tuple[Pattern, ...] = ()
    """Sentences that say so of the rest of their paragraph."""
    recital: tuple[Pattern, ...] = ()
    """Sentences that say why an agreement is made, and bind nobody."""
    reserved: tuple[Pattern, ...] = ()
    """Sentences that empty the duty they say: paid first, optional, as far as who owes it finds it profitable."""
    moods: tuple[Pattern, ...] = ()
    """Sentences that only say what somebody knows, believes or wishes: no duty is in them, however firm."""
    no_processor: tuple[str, ...] = ()
    """Expressions, on the folded text as written, by which two parties say that neither processes for the other."""
    never_processor: tuple[str, ...] = ()
    """The same, said so plainly that a processor named elsewhere in the text is only named to be set aside."""
    processor_turn: str = ""
    """Where the processor's duty begins after the controller's in one sentence (group `turn`)."""
    role: tuple[str, ...] = ()
    """Expressions, on the folded text as written, that make someone a processor."""
    refusal: tuple[Pattern, ...] = ()
    """Sentences in which the processor says it will not, or is not bound to."""
    denial: tuple[Pattern, ...] = ()
    """Sentences that deny the duty or the right they name, whatever the requirement."""
    releases: ReleaseWords = NO_RELEASES
    """What frees the processor of what it promises."""
    elsewhere: tuple[Pattern, ...] = ()
    """Sentences that leave the matter to another document."""
    identity: str = ""
    """What a blank says when it only stands for who a party is: its sentence is not about anything else."""
    contact: str = ""
    """The same, when it stands for how to reach someone."""
    specific: tuple[Pattern, ...] = ()
    """What says how, who or when, whatever the requirement."""
    terms: tuple[TermRule, ...] = ()
    contract: frozenset[str] = frozenset()
    """Ids of the obligations that art. 28 wants written in the contract (class C)."""
