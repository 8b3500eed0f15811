"""What the city's account looks like, for the documentation: of a real run."""

from typing import Any

ENTERED: dict[str, Any] = {
    "account_name": "徐州市财政局",
    "account_number": "32001718036052500001",
    "bank_name": "彭城银行营业部",
    "cnaps_code": "313303000018",
}

ACCOUNT: dict[str, Any] = {
    "id": "pac_01m8avzspbe7sacwvmbg9hns3m",
    "account_name": "徐州市财政局",
    "account_number": "****0001",
    "bank_name": "彭城银行营业部",
    "cnaps_code": "313303000018",
    "proposed_by": "person:finance-1@320300-a1b2c3d4",
    "proposed_at": "2027-05-11T02:47:05.723435Z",
    "approved_by": "person:finance-2@320300-a1b2c3d4",
    "approved_at": "2027-05-11T02:47:05.937954Z",
}
