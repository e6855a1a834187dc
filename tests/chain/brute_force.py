"""What a « what if » must answer, worked out from tables alone, as slowly and as plainly as can be.

A script that knows nothing of the portal: `python brute_force.py FOLDER` reads, in each folder of FOLDER, the tables
below, and prints the answers to each question as JSON. Nothing is shared with the code under test.

chain.csv: controller_or_processor, sub_processor, country. same.csv: one, other (names judged one company).
carried.csv: name, country (another ground than adequacy is recorded). register.csv: name, contract, activity, people
(what stands behind a name of the chain). questions.csv: kind (stop, breach, no-adequacy), what.
"""

import csv
import json
import sys
from pathlib import Path

EEA = {"FR", "DE", "IE"}
"""Of the countries that the worlds use."""


def rows(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def companies(folder):
    """For each name, all the names of its company, itself included: repeated until nothing moves."""
    chain = rows(folder, "chain.csv")
    found = {row[end]: {row[end]} for row in chain for end in ("controller_or_processor", "sub_processor")}
    moved = True
    while moved:
        moved = False
        for row in rows(folder, "same.csv"):
            both = found[row["one"]] | found[row["other"]]
            for name in both:
                if found[name] != both:
                    found[name], moved = set(both), True
    return found


def above(folder, struck, same):
    """Every name that depends on one of these: one step at a time, over every line, until nothing is added."""
    reached = set()
    grown = True
    while grown:
        grown = False
        for row in rows(folder, "chain.csv"):
            if row["sub_processor"] in struck | reached:
                fresh = same[row["controller_or_processor"]] - reached
                reached |= fresh
                grown = grown or bool(fresh)
    return reached


def answer(folder, kind, what):
    same = companies(folder)
    if kind == "no-adequacy":
        there = {row["sub_processor"] for row in rows(folder, "chain.csv") if row["country"] == what}
        carried = {row["name"] for row in rows(folder, "carried.csv") if row["country"] == what}
        struck = set()
        if what not in EEA:
            for name in there:
                if not same[name] & carried:
                    struck |= same[name]
        nodes = struck | above(folder, struck, same)
        everyone = nodes
    else:
        struck = same[what]
        everyone = struck | above(folder, struck, same)
        nodes = everyone - struck
    behind = [row for row in rows(folder, "register.csv") if row["name"] in everyone]
    return {
        "vendors": sorted({row["name"] for row in behind}),
        "nodes": sorted(nodes),
        "activities": sorted({row["activity"] for row in behind if row["activity"]}),
        "contracts": sorted({row["contract"] for row in behind if row["contract"]}),
    }


def main(folder):
    print(
        json.dumps(
            {
                world.name: [answer(world, row["kind"], row["what"]) for row in rows(world, "questions.csv")]
                for world in sorted(folder.iterdir())
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
