import os
import subprocess
import sys
from pathlib import Path

WORKER = "from kernel import metrics; metrics.request_timer('GET', '/livez', 200).observe(0)"
SCRAPED = "from kernel import metrics; print(metrics.exposed().decode())"


def test_whoever_scrapes_one_worker_reads_the_requests_of_all(tmp_path: Path) -> None:
    told = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", WORKER], env=told, check=True)
    read = subprocess.run([sys.executable, "-c", SCRAPED], env=told, check=True, capture_output=True, text=True).stdout
    assert 'http_request_seconds_count{method="GET",route="/livez",status="200"} 2.0' in read
