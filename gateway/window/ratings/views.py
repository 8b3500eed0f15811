"""Ratings as they are shown: to those who may see the case, to staff in a list, and to everybody as counts."""

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.window.catalogue.rules import department
from gateway.window.policies.queries import policy_for
from gateway.window.ratings.grades import GRADES
from gateway.window.ratings.models import CaseRating
from gateway.window.ratings.queries import applicants_behind, delivered_by_item, rated_by_item
from gateway.window.ratings.rules import Group, published, too_few, worded
from gateway.window.ratings.schemas import (
    CityRatingsOut,
    FollowUpOut,
    GradeCountOut,
    GroupOut,
    ItemRatingsOut,
    RatingLine,
    RatingOut,
)
from gateway.window.ratings.states import Status
from kernel.clock import today
from policy.calendar import workdays
from policy.forms import report_forms
from policy.snapshots import Snapshot
from policy.store import accepted_now


async def rating_shown(session: AsyncSession, rating: CaseRating) -> RatingOut:
    """Everything of it, under today's clock."""
    line = rating_line(rating, await policy_now(session, rating.city_code))
    return RatingOut(**line.model_dump(), tags=rating.tags, text=rating.text, measure=rating.measure)


async def policy_now(session: AsyncSession, city_code: str) -> Snapshot:
    """The policy in force: who is the department of an item today."""
    return await policy_for(session, city_code, accepted_now(city_code))


def rating_line(rating: CaseRating, snapshot: Snapshot) -> RatingLine:
    """One line of a list, without what was written."""
    return RatingLine(
        case_id=rating.case_id,
        item=rating.item,
        **worded(rating.grade),
        status=rating.status,
        rated_at=rating.rated_at,
        corrected_at=rating.corrected_at,
        version=rating.version,
        follow_up=_follow_up(rating, snapshot),
    )


def _follow_up(rating: CaseRating, snapshot: Snapshot) -> FollowUpOut | None:
    if rating.opened_on is None:
        return None
    on = today(rating.city_code)
    item = snapshot.pack.items.get(rating.item)
    zh, en = department(snapshot.pack.roles[item.role], on) if item else ("", "")
    return FollowUpOut(
        department_zh=zh,
        department_en=en,
        opened_on=rating.opened_on,
        running=rating.status is Status.OPEN,
        elapsed_working_days=workdays().between(rating.opened_on, rating.answered_on or on),
        answered_on=rating.answered_on,
        verdict=rating.verdict,
        called_back_on=rating.called_back_on,
    )


async def city_ratings(session: AsyncSession, snapshot: Snapshot) -> CityRatingsOut:
    """What is published of a city, from three counts; as few stand behind a group as in published statistics."""
    city_code, least = snapshot.city_code, report_forms()[-1].suppress_below
    rated = await rated_by_item(session, city_code)
    rest = await applicants_behind(session, city_code, too_few(rated, least=least))
    told = published(rated, await delivered_by_item(session, city_code), least=least, rest_applicants=rest)
    return CityRatingsOut(
        city_code=city_code,
        least_applicants=least,
        items=[_item(snapshot, item, group) for item, group in told.items.items()],
        total=_group(told.total) if told.total else None,
        items_left_out=len(told.left_out),
    )


def _item(snapshot: Snapshot, item: str, group: Group) -> ItemRatingsOut:
    known = snapshot.pack.items.get(item)
    zh, en = (known.zh, known.en) if known else (item, item)
    return ItemRatingsOut(**_group(group).model_dump(), item=item, zh=zh, en=en)


def _group(group: Group) -> GroupOut:
    return GroupOut(
        ratings=group.ratings,
        average_hundredths=group.average_hundredths,
        grades=[
            GradeCountOut(grade=grade, zh=zh, en=en, count=group.counts[grade], share_bp=group.shares_bp[grade])
            for grade, (zh, en) in GRADES.items()
        ],
        delivered=group.delivered,
        days_to_delivery_hundredths=group.days_hundredths,
    )
