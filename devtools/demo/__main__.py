"""`make demo`: the story, against a running instance (URL, BOOTSTRAP_SECRET_FILE; else `make run`'s) or its own."""

import os
import sys
import time

from devtools.demo.stage import tell
from devtools.demo.story import answers, instance_named, play, visitor
from devtools.postgres import throwaway_home
from devtools.running import Instance


def tell_the_story(url: str, bootstrap_secret: str) -> None:
    """Everything, with the time it took."""
    started = time.monotonic()
    with visitor(url) as http:
        play(http, bootstrap_secret)
    tell(f"演示完成,用时 {time.monotonic() - started:.0f} 秒", indent=0)


def main() -> None:
    """Find the instance, or start one."""
    url, secret = instance_named()
    is_here = secret.exists() and answers(url)
    if "URL" in os.environ and not is_here:
        sys.exit(f"{url} 没有应答,或没有 {secret}")  # who names an instance is not told the story of another one
    if is_here:
        tell_the_story(url, secret.read_text(encoding="ascii").strip())
        return
    tell("没有运行中的实例,先启动一个", indent=0)
    with throwaway_home() as home, Instance(home) as instance:
        tell_the_story(instance.url, instance.secrets.bootstrap_secret.read_text(encoding="ascii").strip())


if __name__ == "__main__":
    main()
