"""What the books look like, for the documentation: of a real run."""

from typing import Any

ROOT: dict[str, Any] = {
    "city_code": "320300-a1b2c3d4",
    "on": "2027-05-11",
    "root": "6fd30f6c1301cb93d6fe7ede6fe86a3851a530229d6e2d806ee8f22f2f7e15cc",
    "entries": 5,
    "chains": 2,
}

TRIAL_LINE: dict[str, Any] = {
    "code": "fund.loan_risk/2026/city/allotted",
    "name_zh": "已下达可用指标",
    "name_en": "Allotted, available",
    "debit_fen": 0,
    "credit_fen": 1966700000,
}
