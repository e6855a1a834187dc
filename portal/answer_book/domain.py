"""What the answer book brings to the application; the vendor space shows its pages."""

from typing import TYPE_CHECKING

from portal.core.late import late
from portal.web.manifest import Domain

if TYPE_CHECKING:
    from portal.answer_book import cli
else:
    cli = late("portal.answer_book.cli")

DOMAIN = Domain(commands=lambda: (cli.answers,))
