"""What a certificate and its verification look like, for the documentation."""

from typing import Any

_SIGNATURE = "eyJhbGciOiJFUzI1NiIsImtpZCI6Imp2R2V4In0..3p0Qm1VbXJ3b2tQd3hKZ0t5ZGpQb2hQZ1h0bGl1c3Q"
CERTIFICATE: dict[str, Any] = {
    "number": "320300-2026-00001-7",
    "carrier_id": "car_01m89wxxz5ehfrqcbh0xwd5yfh",
    "issued_on": "2026-12-04",
    "statement": {
        "statement": "carrier_recognised",
        "certificate_number": "320300-2026-00001-7",
        "carrier": {"id": "car_01m89wxxz5ehfrqcbh0xwd5yfh", "name": "云龙湖众创空间", "kind": "makerspace"},
        "operator": {
            "id": "org_01m89wxxrfe14rrhf4g4q47rst",
            "name": "徐州云龙众创空间有限公司",
            "credit_code": "91320300MA1XK7QJ0T",
        },
        "level": "municipal",
        "is_key": True,
        "recognised_on": "2026-12-04",
        "policy": {"version": 2, "hash": "5f0c0a1b7d0f4b6a9e3c2d1f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b"},
        "upper_document": None,
        "issued_on": "2026-12-04",
        "city": {"zh": "徐州市", "en": "Xuzhou"},
        "issuer": {"zh": "徐州市科技局", "en": "Municipal Science and Technology Bureau"},
        "valid_until": None,
        "replaces": None,
        "way": "certification",
    },
    "signature": _SIGNATURE,
    "key_id": "jvGex",
    "unprinted": [],
}
VERIFICATION: dict[str, Any] = {
    "number": "320300-2026-00001-7",
    "standing": "in_force",
    "on": "2027-01-15",
    "valid_until": None,
    "ended_on": None,
    "replaced_by": None,
    "certificate": CERTIFICATE,
    "statement": {
        "statement": "certificate_standing",
        "certificate_number": "320300-2026-00001-7",
        "standing": "in_force",
        "on": "2027-01-15",
        "valid_until": None,
        "ended_on": None,
        "replaced_by": None,
    },
    "signature": _SIGNATURE,
    "key_id": "jvGex",
}
PROOF: dict[str, Any] = {
    "carrier_id": "car_01m8b6x7fpepj8nyaaerxd7nbg", "on": "2026-08-20", "recognised": True, "level": "provincial",
    "is_key": True, "certificate_number": "320300-00000039-2026-00003-4",
    "statement": {
        "statement": "recognised_on_date", "city_code": "320300", "carrier_id": "car_01m8b6x7fpepj8nyaaerxd7nbg",
        "on": "2026-08-20", "recognised": True,
        "levels": [
            {
                "level": "provincial", "is_key": True, "recognised_on": "2026-08-20",
                "certificate_number": "320300-00000039-2026-00003-4",
                "policy": {"version": 2, "hash": "0ed3c41a99936b13fe13742e501f2cc047987e639768130913dbdbdc4ac6e812"},
                "upper_document": {
                    "authority": "江苏省科学技术厅", "number": "苏科高发〔2026〕120号", "on": "2026-08-20",
                },
                "valid_until": None, "in_cure_period": False,
            },
        ],
        "stated_at": "2026-09-19T02:00:01Z",
    },
    "signature": _SIGNATURE,
    "key_id": "X1UThZuivZMOZb6-KpGW0jAXJDrJaZEFJM2SBdsjpc4",
}  # fmt: skip
