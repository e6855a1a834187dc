"""The three ways in which a use case says no, and what stops a start."""

from portal.core.language import N_, Sentence

GONE = N_("Cette page n'existe pas, ou n'est pas accessible avec votre compte.")


class PortalError(Exception):
    """Base of what an edge turns into a page; carries a sentence a person can act on."""

    def __init__(self, sentence: str | Sentence = "", /, **values: object) -> None:
        self.sentence = sentence if isinstance(sentence, Sentence) else Sentence(sentence, values)
        super().__init__(str(self.sentence))


class Refused(PortalError):
    """A rule forbids it; status 422, nothing is lost."""


class NotFound(PortalError):
    """It does not exist, or not for this actor; status 404 either way, and the same words."""

    def __init__(self, sentence: str | Sentence = GONE, /, **values: object) -> None:
        super().__init__(sentence, **values)


class Forbidden(PortalError):
    """The actor's role never may do this; status 403."""


class ConfigurationError(Exception):
    """The environment cannot be used as it is; the message lists every fault."""
