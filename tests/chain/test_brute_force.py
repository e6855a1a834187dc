"""The commands answer as a script that shares nothing with them, on 200 generated worlds."""

import csv
import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from random import Random

from sqlalchemy import delete, inspect, select

from portal.chain import services
from portal.chain.models import ChainCompany, ChainLink, ChainTransfer, NameJudgement, NameVerdict
from portal.contracts.models import Contract
from portal.web import command
from tests.chain.test_services import company, frame
from tests.factories.desk import service_of
from tests.factories.register import activity_of, controller_sheet
from tests.factories.signatures import contract_of
from tests.factories.world import vendor_of

WORLDS = 200
DEEPEST = 12
COUNTRIES = ("FR", "US", "CH", "IN", "IE", "US", "")
KINDS = ("vendors", "nodes", "activities", "contracts")


def written(folder: Path, name: str, header: list[str], rows: list[tuple[str, ...]]) -> None:
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def world_of(folder: Path, number: int) -> None:
    """A chain of twelve levels, links across and back, a company that engages itself, names joined, a register."""
    draw = Random(number)
    names = [f"Maillon {number} {rank} {'SAS' if rank % 3 else 'Inc.'}" for rank in range(draw.randint(16, 30))]
    spine = list(pairwise(names))[:DEEPEST]
    across = [tuple(draw.choices(names, k=2)) for _ in range(draw.randint(5, 25))]
    cycles = [(names[draw.randrange(2, DEEPEST)], names[draw.randrange(2)]) for _ in range(draw.randrange(3))]
    links = list(dict.fromkeys([*spine, *across, *cycles, (names[-1], names[0])]))
    chain = [(one, other, draw.choice(COUNTRIES)) for one, other in links]
    known = list(dict.fromkeys(name for one, other, _ in chain for name in (one, other)))
    same = list(dict.fromkeys(tuple(draw.sample(known, 2)) for _ in range(draw.randrange(4))))
    same = [pair for rank, pair in enumerate(same) if not any(set(pair) == set(one) for one in same[:rank])]
    carried = [(name, draw.choice(("US", "CH", "IN"))) for name in draw.sample(known, draw.randrange(4))]
    behind = [
        (name, f"Accord {name}" if draw.random() < 0.7 else "", f"Traitement {name}" if draw.random() < 0.7 else "")
        for name in draw.sample(known, draw.randint(1, 4))
    ]
    asked = [("stop", names[DEEPEST]), (draw.choice(("stop", "breach")), draw.choice(known)),
             ("no-adequacy", draw.choice(("US", "CH", "IN", "FR")))]  # fmt: skip
    folder.mkdir(parents=True)
    written(folder, "chain.csv", ["controller_or_processor", "sub_processor", "country"], chain)
    written(folder, "same.csv", ["one", "other"], same)
    written(folder, "carried.csv", ["name", "country"], carried)
    written(folder, "register.csv", ["name", "contract", "activity"], behind)
    written(folder, "questions.csv", ["kind", "what"], asked)


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def signed(ctx, vendor, title: str) -> None:
    """A contract in force: the first by the services; the next ones are rows as these left it."""
    left = ctx.session.scalars(select(Contract).order_by(Contract.id).limit(1)).one_or_none()
    if left is None:
        contract_of(ctx, vendor, title=title)
        return
    own = {"id", "key", "vendor_id", "title", "sought", "signature_id"}
    same = {one.key: getattr(left, one.key) for one in inspect(Contract).column_attrs if one.key not in own}
    ctx.session.add(Contract(**same, key=f"{left.key}-{vendor.id}", vendor_id=vendor.id, title=title))


def entered(ctx, runner, folder: Path) -> None:
    """The same world in the portal: the list by its command, what a person judges by the services."""
    for row in read(folder, "register.csv"):
        vendor = vendor_of(ctx.session, name=row["name"])
        if row["contract"]:
            signed(ctx, vendor, row["contract"])
        if row["activity"]:
            activity_of(ctx, controller_sheet(name=row["activity"]), (service_of(ctx.session, vendor).id,))
    ctx.session.commit()
    done = runner.invoke(args=["register", "chain", "import", str(folder / "chain.csv"), "--json"])
    assert json.loads(done.stdout)["refused"] == []
    ctx.session.expire_all()
    for row in read(folder, "same.csv"):
        one, other = company(ctx, row["one"]), company(ctx, row["other"])
        if one.knot != other.knot:
            services.judge_names(ctx, one, other, NameVerdict.SAME, "même numéro")
    for row in read(folder, "carried.csv"):
        frame(ctx, row["name"], country=row["country"])
    ctx.session.commit()


def answered(runner, folder: Path) -> list[dict[str, list[str]]]:
    found = []
    for row in read(folder, "questions.csv"):
        done = runner.invoke(args=["register", "what-if", f"--{row['kind']}", row["what"], "--json"])
        assert done.exit_code == 0, done.output
        told = json.loads(done.stdout)
        found.append({kind: sorted(one["name"] for one in told[kind]) for kind in KINDS})
    return found


def test_the_commands_answer_as_a_script_that_shares_nothing_with_them(app, monkeypatch, dpo, tmp_path):
    monkeypatch.setattr(command, "ready", lambda store: None)
    folders = [tmp_path / "worlds" / f"{number:03}" for number in range(WORLDS)]
    for number, folder in enumerate(folders):
        world_of(folder, number)
    script = Path(__file__).with_name("brute_force.py")
    told = subprocess.run(
        [sys.executable, "-I", str(script), str(tmp_path / "worlds")], capture_output=True, text=True, check=True
    )
    expected = json.loads(told.stdout)
    runner = app.test_cli_runner()
    for folder in folders:
        entered(dpo, runner, folder)
        assert answered(runner, folder) == expected[folder.name], folder.name
        for table in (NameJudgement, ChainTransfer, ChainLink, ChainCompany):
            dpo.session.execute(delete(table))
        dpo.session.commit()
    every = [answer for world in expected.values() for answer in world]
    assert len(every) == 3 * WORLDS
    assert max(len(answer["nodes"]) for answer in every) >= DEEPEST, "chains are deep"
    assert sum(not answer["nodes"] for answer in every) < WORLDS, "and most questions reach somebody"
    assert all(any(answer[kind] for answer in every) for kind in KINDS)


def test_the_script_shares_no_code_with_the_portal():
    text = Path(__file__).with_name("brute_force.py").read_text(encoding="utf-8")
    assert "portal." not in text
    assert "import portal" not in text
