"""Migrate several databases in one process that imports Alembic and the kernel once: {target: address} on stdin."""

import json
import sys

from kernel.migrating import upgrade


def main() -> None:
    for target, migrator_url in json.load(sys.stdin).items():
        upgrade(target, migrator_url)


if __name__ == "__main__":
    main()
