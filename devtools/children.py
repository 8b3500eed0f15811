"""Child processes that never outlive the process that started them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from devtools.accounts import Account

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _tie_to_parent(on_parent_death: signal.Signals) -> Callable[[], None]:
    """Ask the kernel to signal the child when we die, even by kill -9 (Linux; elsewhere `stop` has to do)."""
    parent = os.getpid()

    def before_exec() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, on_parent_death)
        if os.getppid() != parent:  # the parent died between fork and prctl: nobody would ever signal us
            os._exit(1)

    return before_exec


def starting_environment() -> dict[str, str]:
    """Ours, but compiled modules are kept: without them each of our many processes spends seconds on importing."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def spawn(
    argv: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    account: Account | None = None,
    on_parent_death: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start `argv` with its output appended to `log`, in its own session, so that Ctrl-C reaches only us.

    Must be called from the main thread: Linux signals the death of the starting *thread*.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if env is None else dict(env),
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_tie_to_parent(on_parent_death),  # noqa: PLW1509 - async-signal-safe calls only, see above
            **(account.popen_arguments() if account else {}),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """One step of asking a process to end: a signal and the seconds it may take."""

    how: signal.Signals
    seconds: int


def stop(process: subprocess.Popen[bytes], *steps: Asked) -> None:
    """Go through the steps until the process is gone; the last resort is always SIGKILL."""
    for step in steps:
        if process.poll() is not None:
            return
        process.send_signal(step.how)
        try:
            process.wait(step.seconds)
        except subprocess.TimeoutExpired:
            continue
        return
    process.kill()
    process.wait()


def wait_until(condition: Callable[[], bool], *, seconds: int, every_ms: int = 10) -> bool:
    """Poll `condition`; False when the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(every_ms / 1000)
    return condition()
