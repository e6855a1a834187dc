"""What the answer book brings to the application; the vendor space shows its pages."""

from portal.answer_book.cli import answers
from portal.web.manifest import Domain

DOMAIN = Domain(commands=(answers,))
