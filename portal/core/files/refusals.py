"""What the file store says when it will not take, or cannot give back, a file."""

from portal.core.errors import PortalError, Refused
from portal.core.language import N_


class TooLarge(Refused):
    """The stream goes past the size allowed for it."""


class WrongType(Refused):
    """The extension is not accepted, the content is not what the extension says, or it could harm its reader."""


class Unopened(Refused):
    """What reads such files cannot open this one: it is cut, damaged, protected or beyond measure."""


class ActiveContent(Refused):
    """The file holds something that would run, or leave, when it is opened."""


class Infected(Refused):
    """The antivirus recognised something."""


class Unscanned(Refused):
    """An antivirus is configured and could not give its verdict: without a verdict, nothing is kept."""


class Damaged(PortalError):
    """What is stored is missing, altered or truncated, or no key opens it; an operator must look."""


class Unavailable(PortalError):
    """The store itself cannot be reached or used now; trying again later may work."""


class Full(Unavailable):
    """There is no room left where files are kept; nothing of the one at hand is."""

    SENTENCE = N_(
        "Il n'y a plus de place sur le disque du portail : rien n'a été enregistré. Prévenez l'administrateur, puis "
        "recommencez."
    )

    def __init__(self) -> None:
        super().__init__(self.SENTENCE)
