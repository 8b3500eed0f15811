"""The hash of what a command says: the database chains it.

`ledger_verify` and `ledger.verify` take it again from the entry as it stands, each on its own.
"""

from hashlib import sha256

from ledger.entries import Command


def body_hash(command: Command) -> bytes:
    """32 bytes over one line per field, in the order `ledger.verify` names; what is missing is an empty line."""
    entry, capture = command.entry, command.entry.capture
    lines = (
        entry.fact,
        _text(entry.reference),
        str(entry.effective_on),
        command.actor,
        _text(entry.determination_id),
        _text(entry.case_id),
        ",".join([str(approval) for approval in entry.approvals]),
        entry.reason or "",
        _text(entry.reverses),
        _text(capture and capture.hold_id),
        _text(capture and capture.amount_fen),
        ",".join([f"{leg.account} {leg.signed_fen}" for leg in entry.legs]),
    )
    return sha256("\n".join(lines).encode()).digest()


def _text(value: object) -> str:
    return "" if value is None else str(value)
