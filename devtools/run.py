"""`make run`: the whole product on this machine until Ctrl-C or SIGTERM; whatever dies is started again."""

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

import asyncpg

from devtools.processes import DEFAULT_PORT, PORT_MAX
from devtools.running import Instance

_LOOK_SECONDS = 1
# What is wrong with the machine and not with us: said in a line, without the way through our code.
_OUTER_CAUSES = (OSError, RuntimeError, ValueError, asyncpg.PostgresError)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("var"), help="data, secrets and logs (default: var)")
    parser.add_argument("--port", type=_port, default=os.environ.get("PORT", str(DEFAULT_PORT)), help="0: free ports")
    parser.add_argument("--json", action="store_true", help="print one JSON line when ready, and nothing else")
    return parser.parse_args()


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= PORT_MAX):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to {PORT_MAX}")
    return int(text)


def _announce(instance: Instance, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(instance.state()), flush=True)
        return
    print(f"\n众创一站通 answers at {instance.url}   (documentation: {instance.url}/docs)")
    print(f"first client: bootstrap-operator, its secret is in {instance.secrets.bootstrap_secret}")
    print(f"logs: {instance.home / 'log'}   stop: Ctrl-C", flush=True)


def main() -> int:
    arguments = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # both ways of asking end in KeyboardInterrupt
    instance = Instance(arguments.home, port=arguments.port or None, postgres_url=os.environ.get("POSTGRES_URL"))
    try:
        instance.start(tell=(lambda _: None) if arguments.json else lambda line: print(line, flush=True))
        _announce(instance, as_json=arguments.json)
        _tend_for_ever(instance)
    except _OUTER_CAUSES as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        for how in (signal.SIGINT, signal.SIGTERM):  # a second Ctrl-C must not leave half of it running
            signal.signal(how, signal.SIG_IGN)
        instance.stop()


def _tend_for_ever(instance: Instance) -> NoReturn:
    while True:
        time.sleep(_LOOK_SECONDS)
        for name in instance.tend():
            print(f"{name} had died and was started again", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
