"""What crosses the wire about departments."""

from datetime import date

from pydantic import ConfigDict

from kernel.schemas import Wire


class HolderOut(Wire):
    """What the department is called from a day on. `source`: `text` of the documents, or `background`."""

    zh: str
    en: str
    effective_on: date
    source: str


class DepartmentOut(Wire):
    """A responsibility and who holds it on the day; `holder` is null before the first known name."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "role": "tax_authority",
                    "zh": "税务部门",
                    "en": "tax authority",
                    "clauses": ["XZ-35"],
                    "holder": {
                        "zh": "国家税务总局徐州市税务局",
                        "en": "Xuzhou Tax Service, State Taxation Administration",
                        "effective_on": "2018-07-05",
                        "source": "background",
                    },
                }
            ]
        }
    )

    role: str
    zh: str
    en: str
    clauses: list[str]
    holder: HolderOut | None


class DepartmentsOut(Wire):
    on: date
    items: list[DepartmentOut]
