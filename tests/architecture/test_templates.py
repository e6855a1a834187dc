import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ROOT / "portal"
NAMED = re.compile(r"""["']([a-z_]+/[a-z0-9_/-]+?(?:\.html|(?=["'])))["']""")


def templates() -> dict[str, Path]:
    found = {}
    for folder in sorted(PORTAL.glob("*/templates")):
        domain = folder.parent.name
        for path in folder.rglob("*"):
            if path.suffix in {".html", ".txt"}:
                name = str(path.relative_to(folder))
                found[name if domain == "web" else f"{domain}/{name}"] = path
    return found


def sources() -> str:
    files = [*PORTAL.rglob("*.py"), *PORTAL.rglob("*.html"), *PORTAL.rglob("emails/*.txt")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_every_template_is_used():
    text = sources()
    unused = []
    for name in templates():
        stem = re.sub(r"\.(fr|en)\.txt$", "", name)
        family = stem.rsplit("/", 1)[0] + "/{" if "/emails/" in stem or "/controls/" in stem else None
        if f'"{name}"' in text or f'"{stem}"' in text or f"'{stem}'" in text or (family and f'"{family}' in text):
            continue
        unused.append(name)
    assert not unused


def test_every_mail_is_written_in_both_languages():
    mails = {name for name in templates() if name.endswith(".txt")}
    alone = sorted(
        name for name in mails if (name[:-7] + (".en.txt" if name.endswith(".fr.txt") else ".fr.txt")) not in mails
    )
    assert not alone


def test_no_template_holds_an_inline_style_or_handler_or_a_role():
    faults = []
    for name, path in templates().items():
        text = path.read_text(encoding="utf-8")
        if re.search(r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']", text):
            faults.append(f"{name}: inline style or handler")
        if re.search(r"actor\.role\s*(==|in)", text):
            faults.append(f"{name}: asks a role, not a permission")
    assert not faults


def test_a_page_builds_on_a_base():
    loose = [
        name
        for name, path in templates().items()
        if name.endswith(".html") and "/_" not in name
        and not name.startswith(("macros/", "components/", "questionnaires/controls/"))
        and name not in {"skeleton.html"} and "extends" not in path.read_text(encoding="utf-8")
    ]  # fmt: skip
    assert not loose
