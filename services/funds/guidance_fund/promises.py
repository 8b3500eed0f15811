"""No text of a guidance fund may promise principal or a return (财预〔2015〕210号). Pure."""

from kernel.findings import Finding
from policy.national import promised_by, promises


def promise_findings(texts: dict[str, str | None]) -> list[Finding]:
    """One reason for each text that promises, by its field, naming the rule and the wordings found."""
    rule = promises()
    return [
        Finding("return_promised", (), rule.zh, rule.en, {"field": field, "words": words, "document": rule.document})
        for field, text in texts.items()
        if text and (words := promised_by(text))
    ]
