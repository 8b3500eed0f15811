import os
import subprocess
import sys
from pathlib import Path

from kernel import metrics

WORKER = """
from types import SimpleNamespace
from kernel import metrics

metrics.note_request("GET", SimpleNamespace(path_format="/livez"), 200, 0)
metrics.count_requests()
"""
SCRAPED = "from kernel import metrics; print(metrics.exposed().decode())"


def test_whoever_scrapes_one_worker_reads_the_requests_of_all(tmp_path: Path) -> None:
    told = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", WORKER], env=told, check=True)
    read = subprocess.run([sys.executable, "-c", SCRAPED], env=told, check=True, capture_output=True, text=True).stdout
    assert 'http_request_seconds_count{method="GET",route="/livez",status="200"} 2.0' in read


def test_what_was_noted_is_counted_before_it_is_told_and_when_many_were() -> None:
    metrics.note_request("GET", None, 418, 1)
    assert 'http_request_seconds_count{method="GET",route="none",status="418"} 1.0' in metrics.exposed().decode()
    for _ in range(metrics.TOGETHER):
        metrics.note_request("GET", None, 418, 1)
    assert metrics.REQUESTS.labels("GET", "none", 418)._sum.get() == 1 + metrics.TOGETHER
