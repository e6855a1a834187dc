"""How the journal says what is done with the portfolio."""

from portal.core.language import N_
from portal.journal.wording import name_words

name_words(
    actions={"portfolio.report_asked": N_("Portefeuille demandé en PDF")},
    objects={"PortfolioReport": N_("Portefeuille")},
    families={"portfolio": N_("Portefeuille")},
)
