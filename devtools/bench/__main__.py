"""`make bench`: run all benchmarks, or those whose id begins with ONLY; print a table, write bench/results.json."""

import argparse
import importlib
import json
import pkgutil
import sys
from pathlib import Path

import devtools.bench
from devtools.bench.registry import BENCHMARKS, Benchmark
from devtools.bench.rounds import ROUNDS_MIN, Result, play, results

WRITTEN_TO = Path("bench/results.json")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("only", nargs="*", help="ids, or how they begin")
    parser.add_argument("--rounds", type=int, default=ROUNDS_MIN, help=f"at least {ROUNDS_MIN}")
    arguments = parser.parse_args()
    if arguments.rounds < ROUNDS_MIN:
        parser.error(f"a median of fewer than {ROUNDS_MIN} rounds says nothing")
    return arguments


def _chosen(only: list[str]) -> list[Benchmark]:
    for module in pkgutil.iter_modules(devtools.bench.__path__):
        if module.name != "__main__":
            importlib.import_module(f"devtools.bench.{module.name}")
    found = [bench for name, bench in sorted(BENCHMARKS.items()) if not only or name.startswith(tuple(only))]
    if not found:
        sys.exit(f"no benchmark is called so; there are: {', '.join(sorted(BENCHMARKS)) or 'none'}")
    return found


def _run(bench: Benchmark, rounds: int) -> list[Result]:
    with bench.open() as contest:
        return results(bench, contest, play(contest, rounds=rounds))


def _shown(result: Result) -> str:
    beside = "  ".join(f"{name} {'-' if value is None else f'{value:,.4g}'}" for name, value in result.beside.items())
    ratio = "" if result.ratio is None else f"{result.ratio:.3f}"
    verdict = {True: "holds", False: "FAILS", None: ""}[result.holds]
    return f"{result.id:34} {result.value:>12,.4g} {result.unit:12} {ratio:>8} {result.said:22} {verdict:6} {beside}"


def _write(taken: list[Result]) -> None:
    """Figures of other benchmarks from earlier runs stay."""
    kept = json.loads(WRITTEN_TO.read_text(encoding="utf-8")) if WRITTEN_TO.exists() else []
    by_id = {entry["id"]: entry for entry in kept} | {result.id: result.as_json() for result in taken}
    WRITTEN_TO.parent.mkdir(exist_ok=True)
    text = json.dumps([by_id[name] for name in sorted(by_id)], ensure_ascii=False, indent=1)
    WRITTEN_TO.write_text(text + "\n", encoding="utf-8")


def main() -> int:
    arguments = _arguments()
    taken: list[Result] = []
    print(f"{'id':34} {'value':>12} {'unit':12} {'ratio':>8} {'bar':22} {'':6} beside")
    for bench in _chosen(arguments.only):
        for result in _run(bench, arguments.rounds):
            taken.append(result)
            print(_shown(result), flush=True)
        _write(taken)
    return any(result.holds is False for result in taken)


if __name__ == "__main__":
    sys.exit(main())
