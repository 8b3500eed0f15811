"""What one person enters another judges, in the database too."""

from kernel.problems import Conflict, named_constraint


class SecondPersonNeeded(Conflict):
    """The database refused what the rule should have."""

    code, title_zh, title_en = "second_person_needed", "须由另一名人员办理", "Another person has to do this"


for _table in ("progress_plan", "progress_score", "progress_verdict"):
    named_constraint(f"ck_{_table}_second_person", SecondPersonNeeded)
