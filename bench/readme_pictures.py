"""`make pictures`: take the pictures of README.md again, on the demonstration that `make run` serves.

Each is what a person sees; the numbers in the addresses are those of a demonstration just made (`make demo`).
`python -m bench.readme_pictures NAME…` takes some of them only. Two are not here: the page of a printed report, and
what a form of three facts answers about legal ceilings.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import groupby
from pathlib import Path
from shutil import which
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from portal.core.config import Settings
from portal.seed.announce import note_file

FOLDER = Path(__file__).parents[1] / "docs" / "images"
COLOURS = 128
"""Enough for pages of text; a picture of all colours weighs four times as much."""
DPO, LEGAL, MANAGEMENT = "dpo@verdelet.example", "juriste@verdelet.example", "direction@verdelet.example"
VENDOR = "samira@callisto.example"
PHONE = 390


@dataclass(frozen=True)
class Picture:
    """What is taken: as whom, where, how large in pixels, once what is typed, and below which words."""

    name: str
    email: str
    path: str
    height: int = 860
    width: int = 1280
    typed: dict[str, str] = field(default_factory=dict)
    """What is typed by the name of a field, or chosen (« =value »); then the form is sent."""
    opened: str = ""
    """Words of what is to be unfolded."""
    below: str = ""
    """Words of a title that comes to the top."""


PICTURES = [
    Picture("carte", DPO, "/chaine/carte", 1200),
    Picture("changement", DPO, "/changements/2", 1050),
    Picture("contrat-recu", LEGAL, "/contrats-recus/1", 900),
    Picture("couverture", LEGAL, "/contrats/4"),
    Picture("dossier", DPO, "/dossiers/nouveau/vendor/2", 1100),
    Picture("ecart", DPO, "/textes-publies/1/ecarts/1", 640),
    Picture("echeances", LEGAL, "/contrats/1/vie", opened="Comment ces dates sont trouvées"),
    Picture("exercice", DPO, "/exercices/1", 1150),
    Picture("plan", DPO, "/audits/constats/plan/2"),
    Picture("portefeuille", MANAGEMENT, "/portefeuille"),
    Picture("questionnaire", VENDOR, "/espace/audits/8/sections/instructions"),
    Picture("questionnaire-telephone", VENDOR, "/espace/audits/8/sections/instructions", 800, PHONE),
    Picture("redaction", LEGAL, "/contrats/3/redaction", below="Suspension"),
    Picture("registre-traitements", DPO, "/registre", 900),
    Picture("registre", LEGAL, "/contrats"),
    Picture("retractation-calculateur", LEGAL, "/retractation/calculateur", typed={
        "kind": "=goods", "channel": "=distance", "concluded": "26/10/2026", "received": "28/10/2026",
        "informed": "=yes", "stated": "05/11/2026", "heard": "05/11/2026", "dispatched": "09/11/2026",
        "amount": "120", "paid": "14/11/2026",
    }),
    Picture("retractation-echantillon", LEGAL, "/retractation/echantillons/1"),
    Picture("revue", DPO, "/audits/10"),
    Picture("signature", LEGAL, "/contrats/4/signatures", opened="Ce qui le prouve"),
    Picture("signature-telephone", VENDOR, "/espace/contrats/4/signer", 800, PHONE),
    Picture("versions", LEGAL, "/contrats/4/versions?de=1&a=2", below="De la version"),
    Picture("violation", DPO, "/violations/2", 900),
]  # fmt: skip


def take(browser: Browser, address: str, password: str, pictures: list[Picture]) -> Iterator[str]:
    """Take pictures, one session for each person and width; yields what cannot be taken."""
    for (email, width), some in groupby(pictures, key=lambda one: (one.email, one.width)):
        context = browser.new_context(base_url=address, locale="fr-FR", viewport={"width": width, "height": 860})
        page = context.new_page()
        page.goto("/connexion")
        page.fill("input[type=email]", email)
        page.fill("input[type=password]", password)
        with page.expect_navigation():
            page.press("input[type=password]", "Enter")
        for one in some:
            fault = _fault(page, one)
            if fault:
                yield f"{one.name} : {fault}"
            else:
                _save(page.screenshot(), FOLDER / f"{one.name}.png")
        context.close()


def led_elsewhere(asked: str, shown: str) -> str:
    """The path of the page shown when it is not the one asked for, else nothing.

    Another portal on the port knows neither the person nor the session: it shows its page of sign-in, with success.
    """
    path = urlsplit(shown).path
    return "" if path == urlsplit(asked).path else path


def _fault(page: Page, one: Picture) -> str:
    """Bring a page to what is to be seen; says what is missing, nothing when all is there."""
    page.set_viewport_size({"width": one.width, "height": one.height})
    answer = page.goto(one.path)
    if answer is None or not answer.ok:
        return f"{one.path} ne s'ouvre pas"
    if elsewhere := led_elsewhere(one.path, page.url):
        return f"{one.path} mène à {elsewhere} : est-ce bien la démonstration qui répond ?"
    if one.typed:
        page.eval_on_selector_all("main form details", "every => every.forEach(one => one.open = true)")
    for name, value in one.typed.items():
        if value.startswith("="):
            page.check(f"[name={name}][value={value[1:]}]")
        elif page.get_attribute(f"[name={name}]", "type") == "date":
            page.fill(f"[name={name}]", "-".join(reversed(value.split("/"))))
        else:
            page.fill(f"[name={name}]", value)
    if one.typed:
        with page.expect_navigation():
            page.click("main form button[type=submit]")
    if one.opened:
        folded = page.locator(f"summary:has-text('{one.opened}') >> nth=0")
        folded.evaluate("one => { one.parentElement.open = true; }")
    if one.below:
        title = page.locator(f":is(h1, h2, h3):has-text('{one.below}') >> nth=0")
        title.evaluate("one => one.scrollIntoView({behavior: 'instant'})")
    return ""


def _save(taken: bytes, file: Path) -> None:
    with Image.open(BytesIO(taken)) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


def main(names: list[str]) -> int:
    """How many pictures could not be taken."""
    settings = Settings.from_env()
    password = json.loads(note_file(settings).read_text(encoding="utf-8"))["password"]
    chosen = [one for one in PICTURES if not names or one.name in names]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=["--no-sandbox"])
        every = sorted(chosen, key=lambda one: (one.email, one.width))
        faults = list(take(browser, settings.base_url, password, every))
        browser.close()
    print(*faults, sep="\n")
    return len(faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
