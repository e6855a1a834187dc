"""Who attests that the answers of an audit are true: a person, named, in a capacity that they state."""

from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_, Sentence, say

NAME_LENGTH = 200
ROLE_LENGTH = 120
STATEMENT = N_(
    "J'atteste que ces réponses sont exactes à ce jour, et que j'ai qualité pour les donner au nom de %(vendor)s."
)


class NotASignatory(Refused):
    """A name or a capacity that nobody could be held to; `field` says which."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Signatory:
    """Who attests, and in what capacity."""

    name: str
    role: str


def signatory(name: str, role: str) -> Signatory:
    """Whoever attests, by first name and surname, and their function; raises NotASignatory.

    >>> signatory(" Aline  Roux ", "DPO")
    Signatory(name='Aline Roux', role='DPO')
    >>> for name, role in (("", "DPO"), ("A", "DPO"), ("A B", "DPO"), ("Aline", "DPO"), ("Aline Roux", "-")):
    ...     try:
    ...         signatory(name, role)
    ...     except NotASignatory as refusal:
    ...         print(refusal.field)
    name
    name
    name
    name
    role
    """
    name, role = " ".join(name.split()), " ".join(role.split())
    words = [word for word in name.replace("-", " ").split() if any(letter.isalpha() for letter in word)]
    if len(words) < 2 or _letters(name) < 4 or len(name) > NAME_LENGTH or any(letter.isdigit() for letter in name):
        raise NotASignatory("name", N_("Écrivez le prénom et le nom de la personne qui atteste."))
    if _letters(role) < 2 or len(role) > ROLE_LENGTH:
        raise NotASignatory("role", N_("Écrivez la fonction de la personne qui atteste : DPO, directrice générale…"))
    return Signatory(name, role)


ADDRESS_LENGTH = 1000


def postal_address(text: str) -> str:
    """An address line by line, without what only spaces it out: two that read the same are the same.

    >>> postal_address(" 3 rue  de la Loge,\\r\\n\\r\\n 13002 Marseille ")
    '3 rue de la Loge,\\n13002 Marseille'
    """
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)[:ADDRESS_LENGTH]


def _letters(text: str) -> int:
    return sum(letter.isalpha() for letter in text)


def statement(vendor: str) -> Sentence:
    """What is attested, as it is read before sending and in the receipt."""
    return say(STATEMENT, vendor=vendor)
