"""Does a test notice when the code is changed? Small changes are tried one by one on a copy of the checkout.

Once: .venv/bin/pip install mutmut==3.8.1 (its operators are used; it is no requirement of the project). Then

    .venv/bin/python tools/mutation record                       which lines each test runs (again after a move)
    .venv/bin/python tools/mutation run --sample 300 --seed 1    a sample over the rooms of rooms.py
    .venv/bin/python tools/mutation run --room obligations --sample 40
    .venv/bin/python tools/mutation run --sample 0               only the named ones
    .venv/bin/python tools/mutation report                       what survived, and the share killed

Everything stands in var/mutation: the copies, the record, and results.jsonl, one line a mutant, so that a run that was
stopped goes on where it was. A mutant is tried by the tests that run its statement, the quickest first; one that no
test runs has survived, unless the type checker, which the suite runs too, refuses it. `run --again` tries survivors a
second time. The working tree is never written to.
"""

from __future__ import annotations

import argparse
import atexit
import hashlib
import json
import math
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import Any

from forks import Forks
from mutants import Mutant, mutants_of, named_mutant
from rooms import NAMED, files

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "var" / "mutation"
RESULTS, RECORDS = WORK / "results.jsonl", WORK / "records"
QUICK = "not slow"  # the rehearsed year and the servers are left out: a mutant costs seconds
LONGEST = 60.0  # seconds of recorded tests that one mutant is given
KILLED, SURVIVED = ("killed", "timed out", "types"), ("survived", "not run")


def copy(name: str) -> Path:
    """A clone with what is not committed yet; an old one is written over."""
    place = WORK / name
    shutil.rmtree(place, ignore_errors=True)
    subprocess.run(["git", "clone", "-q", "--shared", str(ROOT), str(place)], check=True)  # noqa: S607 - whichever git is first
    listing = ["git", "-C", str(ROOT), "ls-files", "-z", "-m", "-o", "--exclude-standard"]
    for changed in subprocess.check_output(listing, text=True).split("\0")[:-1]:
        source, target = ROOT / changed, place / changed
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
        else:
            target.unlink(missing_ok=True)
    # The forks write no bytecode; theirs is valid for the very text only, whatever its file's time.
    compiled = ("compileall", "-q", "--invalidation-mode", "checked-hash", "include", "plugins")
    subprocess.run([sys.executable, "-m", *compiled], cwd=place, check=True)
    return place


def record(folders: list[str], jobs: int) -> None:
    """One pytest process for each folder of tests, or file beside them; one is recorded anew when its name is given."""
    RECORDS.mkdir(parents=True, exist_ok=True)
    tests = ROOT.glob("tests/**/test_*.py")
    places = _places(jobs)

    def one(folder: str) -> None:
        place, started = places.get(), time.monotonic()
        target = RECORDS / (folder.replace("/", ".") + ".json")
        rules = ["-p", "recording", "-m", QUICK, "--maxfail=1000", folder]
        code = place.pytest(rules, 3600, MUTATION_RECORD=str(target))
        places.put(place)
        print(f"{folder}: exit {code}, {time.monotonic() - started:.0f} s", flush=True)

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, folders or sorted({"/".join(path.relative_to(ROOT).parts[:2]) for path in tests})))


def recorded(paths: set[str]) -> tuple[dict[tuple[str, int], set[str]], dict[str, float]]:
    """(path, line) -> tests (line 0: of the file), and the seconds of each test."""
    tests: dict[tuple[str, int], set[str]] = defaultdict(set)
    seconds: dict[str, float] = {}
    stale = set()
    for record in sorted(RECORDS.glob("*.json")):
        content = json.loads(record.read_text(encoding="utf-8"))
        changed = [one for one, digest in content["files"].items() if one in paths and digest != _digest(one)]
        stale |= {f"{record.stem.replace('.', '/')} ({len(changed)} files changed)"} if changed else set()
        for test, found in content["tests"].items():
            seconds[test] = found["seconds"]
            for name, lines in found["lines"].items():
                for line in (0, *lines):
                    tests[name, line].add(test)
    if stale or not seconds:
        raise SystemExit(f"run `record` first, for: {', '.join(sorted(stale)) or 'all tests'}")
    return tests, seconds


def _digest(name: str) -> str:
    path = ROOT / name
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def run(mutants: list[Mutant], jobs: int) -> None:
    tests, seconds = recorded({str(one.path) for one in mutants})
    places = _places(jobs)

    def one(mutant: Mutant) -> None:
        first, last = mutant.lines
        name = str(mutant.path)
        # What stands outside functions runs when the file is imported, before any test: every test of the file tells.
        covering = set().union(*(tests[name, line] for line in range(first, last + 1))) or tests[name, 0]
        chosen, total = [], 0.0
        for test in sorted(covering, key=lambda test: (seconds[test], test)):
            total += seconds[test]
            if chosen and total > LONGEST:
                break
            chosen.append(test)
        place, started = places.get(), time.monotonic()
        outcome = _tried(place, mutant, chosen, 30 + 5 * min(total, LONGEST)) if chosen else "not run"
        if outcome in SURVIVED and _refused_by_types(place, mutant):
            outcome = "types"
        places.put(place)
        line = {
            "key": mutant.key,
            "room": mutant.room,
            "path": name,
            "line": first,
            "operator": mutant.operator,
            "outcome": outcome,
            "tests": f"{len(chosen)} of {len(covering)}",
            "seconds": round(time.monotonic() - started, 1),
            "diff": mutant.diff() if outcome in SURVIVED else "",
        }
        with RESULTS.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
        print(
            f"{outcome:9} {line['seconds']:6} s  {name}:{first} {mutant.operator}\n{line['diff']}".rstrip(),
            flush=True,
        )

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, mutants))


def _tried(place: Forks, mutant: Mutant, tests: list[str], timeout: float) -> str:
    listed = place.folder.parent / f"{place.folder.name}.tests"
    listed.write_text("\n".join(tests), encoding="utf-8")
    with _changed(place, mutant):
        code = place.pytest([f"@{listed}"], timeout)
    if code == 4 and b"not found:" not in place.log.read_bytes():
        return "killed"  # the mutant cannot be imported by a conftest; a test that is gone since `record` is no kill
    return {0: "survived", 1: "killed", 2: "killed", None: "timed out"}.get(code, f"exit {code}")


def _refused_by_types(place: Forks, mutant: Mutant) -> bool:
    """Whether mypy, as the suite calls it, refuses the change. (It accepts the copy as it is.)"""
    with _changed(place, mutant):
        answer = subprocess.run(
            [sys.executable, "-m", "mypy", "--no-error-summary"], cwd=place.folder, capture_output=True
        )
    return answer.returncode == 1 and str(mutant.path).encode() in answer.stdout


@contextmanager
def _changed(place: Forks, mutant: Mutant) -> Iterator[None]:
    target = place.folder / mutant.path
    before = target.read_bytes()
    target.write_text(mutant.change(), encoding="utf-8")
    try:
        yield
    finally:
        target.write_bytes(before)


def _places(jobs: int) -> Queue[Forks]:
    places: Queue[Forks] = Queue()
    for number in range(jobs):
        forks = Forks(copy(f"copy-{number}"))
        atexit.register(forks.close)
        places.put(forks)
    return places


def results() -> dict[str, dict[str, Any]]:
    """Key -> the last result of the mutant."""
    lines = RESULTS.read_text(encoding="utf-8").splitlines() if RESULTS.exists() else []
    return {one["key"]: one for one in map(json.loads, lines)}


def report(keys: set[str]) -> None:
    """Prints what survived, then the share killed by room with its 95 % interval (Wilson)."""
    known = [one for key, one in results().items() if key in keys]
    for one in known:
        if one["outcome"] not in KILLED:
            print("{outcome} {path}:{line} {operator} (tests {tests})\n{diff}\n".format(**one))
    by_room: dict[str, Counter[bool]] = defaultdict(Counter)
    for one in known:
        for room in (one["room"], "all"):
            by_room[room][one["outcome"] in KILLED] += 1
    for room, counts in sorted(by_room.items()):
        killed, n, z = counts[True], counts.total(), 1.96
        middle, half = killed + z * z / 2, z * math.sqrt(killed * (n - killed) / n + z * z / 4)
        low, high = (middle - half) / (n + z * z), (middle + half) / (n + z * z)
        types = sum(one["outcome"] == "types" for one in known if room in (one["room"], "all"))
        print(
            f"{room:12} {killed:4} of {n:4} killed: {killed / n:6.1%}  ({low:.1%} to {high:.1%}), {types} by types"
        )


def drawn(options: argparse.Namespace) -> list[Mutant]:
    """The named mutants, then the sample: the same seed over the same files draws the same."""
    chosen = {path: room for path, room in files(ROOT).items() if options.room in (None, room)}
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in chosen}
    every = (
        [one for path, room in chosen.items() for one in mutants_of(path, room, texts[path])]
        if options.sample
        else []
    )
    sample = random.Random(options.seed).sample(every, min(options.sample, len(every)))  # noqa: S311  # no secret
    print(f"{len(every)} mutants in {len(chosen)} files, {len(sample)} drawn")
    if options.room:
        return sample
    found = [(one, [path.relative_to(ROOT) for path in ROOT.glob(one.where)]) for one in NAMED]
    return [named_mutant(ROOT, paths, one) for one, paths in found] + sample


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("act", choices=("record", "run", "report"))
    parser.add_argument("folders", nargs="*", help="record: the folders of tests (default: all)")
    parser.add_argument("--room")
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--again", action="store_true", help="try what survived once more")
    options = parser.parse_intermixed_args()
    os.nice(10)
    if options.act == "record":
        record(options.folders, options.jobs)
        return
    sample = drawn(options)
    if options.act == "run":
        done = {key for key, one in results().items() if not (options.again and one["outcome"] in SURVIVED)}
        run([one for one in sample if one.key not in done], options.jobs)
    report({one.key for one in sample})


if __name__ == "__main__":
    main()
