"""Does a quote stand where its clause says? The originals are not part of the product; whoever has them may check."""

import unicodedata

from policy.schema import Clause, Lines


def quoted(quote: str) -> str:
    """A quote in Chinese quotation marks; those inside it become the inner ones (GB/T 15834)."""
    return "“" + quote.replace("“", "‘").replace("”", "’") + "”"


def squeezed(text: str) -> str:
    """NFKC, without white space: how quotes are compared."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def stands(quote: str, cited: Lines, text: str) -> bool:
    """Every part of the quote, in order, within the cited lines of the document's text."""
    lines = text.splitlines()[cited.first - 1 : cited.last]
    passage, start = squeezed("".join(lines)), 0
    for part in quote.split("…"):
        found = passage.find(squeezed(part), start)
        if found < 0:
            return False
        start = found + len(squeezed(part))
    return True


def clause_stands(clause: Clause, text: str) -> bool:
    """The clause's quote, and its other wording elsewhere when it has one."""
    also = clause.also_quoted
    return stands(clause.quote, clause.lines, text) and (also is None or stands(also.quote, also.lines, text))
