"""What a certificate says to people, in Chinese and English. What is signed is the statement; this is its wording."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Language = Literal["zh", "en"]
KINDS = {
    "makerspace": ("众创空间", "makerspace"),
    "incubator": ("科技企业孵化器", "technology incubator"),
    "accelerator": ("科技企业加速器", "technology accelerator"),
    "cluster": ("众创集聚区", "entrepreneurship cluster"),
    "university_park": ("大学科技园", "university science park"),
    "micro_firm_base": ("小微企业创业基地", "base for micro and small firms"),
    "student_base": ("大学生创业基地", "student entrepreneurship base"),
    "virtual_space": ("虚拟众创空间", "virtual makerspace"),
    "startup_street": ("创业街区", "start-up street"),
}
LEVELS = {
    "district": ("区级", "district-level"),
    "municipal": ("市级", "municipal"),
    "provincial": ("省级", "provincial"),
    "national": ("国家级", "national"),
}
# By the document's word for the act: what the paper is called, and how its sentence goes on.
ACTS_ZH = {
    "filing": ("备案", "符合规定条件，现予备案为"),
    "certification": ("认定", "符合规定条件，现予认定为"),
    "filing_and_certification": ("认定", "符合规定条件，经备案，现予认定为"),
}
ACTS_EN = {
    "filing": "meets the criteria and is filed as a",
    "certification": "meets the criteria and is recognised as a",
    "filing_and_certification": "meets the criteria, is filed, and is thereby recognised as a",
}
HASH_SHOWN = 16  # of 64 digits; the whole stands in the signed data
LACKING = {
    "zh": "方括号内为字库所缺之字的 Unicode 码位，原字见签名数据。",
    "en": " In brackets: code points of characters the typeface lacks; the signed data has them.",
}
SANDBOX = {"zh": "沙箱样张 无效", "en": "SANDBOX - NOT VALID"}


@dataclass(frozen=True, slots=True)
class Wording:
    """The text of one paper; a row is a label and what stands beside it."""

    overline: str
    title: str
    before: str
    between: str
    honour: str
    rows: tuple[tuple[str, str], ...]
    hint: str
    issuer_label: str
    issuer: str
    issued_on: str
    attachment: str


def wording(statement: dict[str, Any], language: Language) -> Wording:
    """The wording of a signed statement; what older statements did not say is left out."""
    return _chinese(statement) if language == "zh" else _english(statement)


def honour(statement: dict[str, Any], language: Language) -> str:
    """What the carrier is: `市级重点众创空间`, `municipal key makerspace`."""
    place = 0 if language == "zh" else 1
    kind = KINDS.get(statement["carrier"]["kind"], (statement["carrier"]["kind"],) * 2)[place]
    level = LEVELS[statement["level"]][place]
    key = ("重点", "key ")[place] if statement["is_key"] else ""
    return f"{level}{key}{kind}" if language == "zh" else f"{level} {key}{kind}"


def _chinese(statement: dict[str, Any]) -> Wording:
    upper, issuer = statement["upper_document"], statement.get("issuer") or {}
    kind = KINDS.get(statement["carrier"]["kind"], ("创业载体", ""))[0]
    since = chinese_day(statement["recognised_on"])
    act, told = ACTS_ZH.get(statement.get("way") or "", ACTS_ZH["certification"])
    if upper:
        act, told = "登记", f"经{upper['authority']}({upper['number']})认定，现予登记为"
    rows = [
        ("证书编号", statement["certificate_number"]),
        ("运营单位", statement["operator"]["name"]),
        ("信用代码", statement["operator"]["credit_code"] or ""),
        ("认定日期", since),
        ("有效期至", chinese_day(statement["valid_until"]) if statement.get("valid_until") else ""),
        ("替代证书", statement.get("replaces") or ""),
        ("政策版本", _policy(statement, "第{}版 ")),
    ]
    return Wording(
        overline=statement.get("city", {}).get("zh", ""),
        title=f"{kind}{act}证书",
        before="兹证明",
        between=told,
        honour=honour(statement, "zh"),
        rows=tuple(row for row in rows if row[1]),
        hint="扫码核验证书现状。本文件附有签名数据 certificate.json，可凭公开密钥离线核验。",
        issuer_label="登记机关" if upper else "认定机关",
        issuer=issuer.get("zh", ""),
        issued_on=chinese_day(statement["issued_on"]),
        attachment="已签名的证书数据",
    )


def _english(statement: dict[str, Any]) -> Wording:
    upper, issuer = statement["upper_document"], statement.get("issuer") or {}
    told = ACTS_EN.get(statement.get("way") or "", ACTS_EN["certification"])
    if upper:
        told = f"was recognised by {upper['authority']} ({upper['number']}) and is entered as a"
    rows = [
        ("Certificate no.", statement["certificate_number"]),
        ("Operator", statement["operator"]["name"]),
        ("Credit code", statement["operator"]["credit_code"] or ""),
        ("Recognised on", english_day(statement["recognised_on"])),
        ("Valid until", english_day(statement["valid_until"]) if statement.get("valid_until") else ""),
        ("Replaces", statement.get("replaces") or ""),
        ("Policy", _policy(statement, "version {} ")),
    ]
    return Wording(
        overline=statement.get("city", {}).get("en", ""),
        title="Certificate of Recognition",
        before="This is to certify that",
        between=told,
        honour=honour(statement, "en"),
        rows=tuple(row for row in rows if row[1]),
        hint="Scan to see how the certificate stands today. The signed data is attached as certificate.json "
        "and can be verified offline with the public keys.",
        issuer_label="Entered by" if upper else "Issued by",
        issuer=issuer.get("en", ""),
        issued_on=english_day(statement["issued_on"]),
        attachment="The signed data of the certificate",
    )


def _policy(statement: dict[str, Any], version: str) -> str:
    policy = statement["policy"]
    return f"{version.format(policy['version'])}{policy['hash'][:HASH_SHOWN]}"


def chinese_day(text: str) -> str:
    """`2026年9月9日`."""
    day = date.fromisoformat(text)
    return f"{day.year}年{day.month}月{day.day}日"


def english_day(text: str) -> str:
    """`9 September 2026`, whatever the machine's locale."""
    months = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October")
    day = date.fromisoformat(text)
    return f"{day.day} {(*months, 'November', 'December')[day.month - 1]} {day.year}"
