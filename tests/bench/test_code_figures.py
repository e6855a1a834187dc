from bench import code_figures


def test_figures_count_what_stands_in_the_tree(tmp_path):
    portal = tmp_path / "portal"
    (portal / "a").mkdir(parents=True)
    lines = "".join(f"value_{n} = {n}\n" for n in range(8))
    (portal / "a" / "views.py").write_text(
        lines + "class Line:\n    pass\n\ndef show():\n    return Line\n", encoding="utf-8"
    )
    (portal / "a" / "rules.py").write_text(lines + "class Line:\n    pass\n", encoding="utf-8")
    (portal / "a" / "forms.py").write_text("from typing import Any\n\nclass Line:\n    x: Any\n", encoding="utf-8")
    (tmp_path / "wsgi.py").write_text("", encoding="utf-8")
    (tmp_path / "migrations").mkdir()
    found = code_figures.figures(tmp_path)
    assert found["class names defined more than twice"] == {"Line": 3}
    assert found["repeated blocks of six lines"] == 2
    assert found["Any"] == 1
    assert found["never named elsewhere"] == ["views.show"]
    assert "Line 3" in code_figures.show(found)


def test_imports_are_no_repeated_block(tmp_path):
    text = "from x import (\n    a,\n    b,\n    c,\n    d,\n    e,\n    f,\n)\n" * 2
    paths = [tmp_path / "one.py", tmp_path / "two.py"]
    for path in paths:
        path.write_text(text, encoding="utf-8")
    assert code_figures.repeated_blocks(paths) == 0
