"""Ten thousand determinations in a batch, each with its canonical bytes and hashes, beside the rules alone.

Seconds of this process's own time, which is what one core gives: another load on the machine does not count.
"""

import time
from collections.abc import Iterator

from devtools.bench.policy_city import a_snapshot, questions
from devtools.bench.registry import Bar, Contest, benchmark
from policy.determinations import determine_batch
from policy.engine import decide

MANY = 10_000
SECONDS_MAX = 2


@benchmark("determinations.batch.10000", unit="s per core", bars=[Bar(SECONDS_MAX, at_most=True)])
def ten_thousand_in_a_batch() -> Iterator[Contest]:
    snapshot, asked = a_snapshot(), questions(MANY)

    def batch() -> float:
        started = time.process_time()
        written = sum(len(found.body) + len(found.sha256) for found in determine_batch(snapshot, asked))
        taken = time.process_time() - started
        if written < MANY:
            raise RuntimeError("determinations without bytes")
        return taken

    def rules() -> float:
        started = time.process_time()
        for one in asked:
            decide(snapshot, programme=one.programme, act=one.act, facts=one.facts, accepted=one.accepted)
        return time.process_time() - started

    batch()
    yield Contest(batch, {"pure_rules": rules})
