"""`make resilience-funds`: random operations of many clients against a plain model, with kill -9 at random moments.

MINUTES=10, SEED=any; the seed is printed, and the same seed draws the same plan (not the same interleaving).
"""

import argparse
import asyncio
import logging
import secrets
import sys
import time
from functools import partial

from devtools.resilience.ground import ground
from devtools.resilience.run import Report, Run

ROUND_SECONDS = 25
MINUTE_SECONDS = 60
SHOWN_MAX = 20


def play(seed: int, *, seconds: int, round_seconds: int = ROUND_SECONDS) -> Report:
    """One run on a ground of its own."""
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    say = partial(print, flush=True)
    with ground() as under_fire:
        try:
            return asyncio.run(Run(under_fire, seed, round_seconds, say).play(seconds=seconds))
        except BaseException:
            say(under_fire.last_words())
            raise


def shown(report: Report) -> str:
    """The report, to be read."""
    acts = ", ".join(f"{name} {times}" for name, times in report.acts.most_common())
    told = ", ".join(f"{name} {times}" for name, times in sorted(report.told.items()))
    lines = [
        f"seed {report.seed}: {report.rounds} rounds, {sum(report.acts.values())} acts ({acts})",
        f"killed: {dict(report.kills)}; answers: {told}",
        f"{report.documents} documents, {report.paid_fen} fen paid: every one compared with the model",
        *(f"FLAW {flaw}" for flaw in report.flaws[:SHOWN_MAX]),
        f"{len(report.flaws)} flaws" if report.flaws else "clean",
    ]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make resilience-funds", description=__doc__)
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--seconds", type=int, help="instead of minutes")
    parser.add_argument("--seed", type=int)
    arguments = parser.parse_args()
    seed = arguments.seed if arguments.seed is not None else secrets.randbelow(1_000_000)
    seconds = arguments.seconds or arguments.minutes * MINUTE_SECONDS
    print(f"SEED={seed}, {seconds} s", flush=True)
    started = time.monotonic()
    report = play(seed, seconds=seconds)
    print(shown(report), f"after {int(time.monotonic() - started)} s", sep="\n")
    return bool(report.flaws)


if __name__ == "__main__":
    sys.exit(main())
