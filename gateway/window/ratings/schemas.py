"""Ratings on the wire."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from gateway.window.cases.schemas import CaseId
from gateway.window.ratings import examples
from gateway.window.ratings.grades import TAGS_WORDED, Tag
from gateway.window.ratings.states import Status, Verdict
from kernel.schemas import CityCode, Instant, Sentence, Wire, WireIn

Grade = Annotated[
    int, Field(strict=True, ge=1, le=5, description="5 非常满意, 4 满意, 3 基本满意, 2 不满意, 1 非常不满意")
]
Tags = Annotated[list[Tag], Field(max_length=6, description=TAGS_WORDED)]


class OpinionIn(WireIn):
    """What the applicant thinks of how the case was handled. The text stays between the applicant and the city."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.OPINION]})

    grade: Grade
    tags: Tags = Field(default_factory=list)
    text: Sentence | None = Field(default=None, repr=False)


class AnswerIn(WireIn):
    """What the department found, what it does about it, and the day it called the applicant back."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ANSWER]})

    verdict: Verdict
    measure: Sentence = Field(repr=False)
    called_back_on: date


class FollowUpOut(Wire):
    """How a bad rating is followed up. Working days, the first not counted, until it is answered."""

    department_zh: str
    department_en: str
    opened_on: date
    running: bool
    elapsed_working_days: int
    answered_on: date | None
    verdict: Verdict | None
    called_back_on: date | None


class RatingLine(Wire):
    """A rating in a list. `follow_up` only of a bad one."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.LINE]})

    case_id: CaseId
    item: str
    grade: int
    grade_zh: str
    grade_en: str
    status: Status
    rated_at: Instant
    corrected_at: Instant | None
    version: int
    follow_up: FollowUpOut | None


class RatingOut(RatingLine):
    """A rating as those see it who may see the case."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RATING]})

    tags: list[Tag]
    text: str | None
    measure: str | None


class GradeCountOut(Wire):
    """`share_bp` are basis points; all five sum to 10000."""

    grade: int
    zh: str
    en: str
    count: int
    share_bp: int


class GroupOut(Wire):
    """Averages are hundredths in whole numbers: a grade of 463 is 4.63, 1836 days are 18.36.

    `delivered` counts all delivered cases, rated or not; the days are from acceptance to delivery.
    """

    ratings: int
    average_hundredths: int
    grades: list[GradeCountOut]
    delivered: int
    days_to_delivery_hundredths: int | None


class ItemRatingsOut(GroupOut):
    """One service item."""

    item: str
    zh: str
    en: str


class CityRatingsOut(Wire):
    """What applicants of a city say. Items rated by fewer than `least_applicants` are left out; the total counts them
    in only where as many stand behind all of those together.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CITY]})

    city_code: CityCode
    least_applicants: int
    items: list[ItemRatingsOut]
    total: GroupOut | None
    items_left_out: int
