"""`make demo`: the story, against a running instance (URL, BOOTSTRAP_SECRET_FILE; else `make run`'s) or its own."""

import os
import time
from pathlib import Path

import httpx2

from devtools.demo.stage import tell
from devtools.demo.story import play, visitor
from devtools.postgres import throwaway_home
from devtools.processes import DEFAULT_PORT
from devtools.running import Instance


def tell_the_story(url: str, bootstrap_secret: str) -> None:
    """Everything, with the time it took."""
    started = time.monotonic()
    with visitor(url) as http:
        play(http, bootstrap_secret)
    tell(f"演示完成,用时 {time.monotonic() - started:.0f} 秒", indent=0)


def main() -> None:
    """Find the instance, or start one."""
    url = os.environ.get("URL", f"http://127.0.0.1:{os.environ.get('PORT', DEFAULT_PORT)}")
    secret = Path(os.environ.get("BOOTSTRAP_SECRET_FILE", "var/secrets/bootstrap_secret"))
    if secret.exists() and _answers(url):
        tell_the_story(url, secret.read_text(encoding="ascii").strip())
        return
    tell("没有运行中的实例,先启动一个", indent=0)
    with throwaway_home() as home, Instance(home) as instance:
        tell_the_story(instance.url, instance.secrets.bootstrap_secret.read_text(encoding="ascii").strip())


def _answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/livez", timeout=2, trust_env=False).is_success
    except httpx2.HTTPError:
        return False


if __name__ == "__main__":
    main()
