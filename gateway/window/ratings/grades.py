"""The national scale of the service rating, in words, and what an opinion may be about."""

from typing import Literal

# The five grades of the national scale (国务院办公厅 国办发〔2019〕51号), the best the highest.
GRADES: dict[int, tuple[str, str]] = {
    5: ("非常满意", "very satisfied"),
    4: ("满意", "satisfied"),
    3: ("基本满意", "fairly satisfied"),
    2: ("不满意", "dissatisfied"),
    1: ("非常不满意", "very dissatisfied"),
}
BAD = frozenset({1, 2})
Tag = Literal["guidance", "materials", "procedure", "speed", "attitude", "online"]
TAGS_WORDED = "告知指引 guidance, 材料要求 materials, 办理流程 procedure, 时限 speed, 态度 attitude, 网上办理 online"
