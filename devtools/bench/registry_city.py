"""A city of 50,000 carriers and 1,000,000 tenants, written by SQL: what searches of the registry are measured on."""

import asyncio
from collections.abc import Iterator
from itertools import product

import asyncpg

from kernel.bigrams import bigrams, searchable
from kernel.db import plain_dsn

CARRIERS, TENANTS, OPERATORS = 50_000, 1_000_000, 5_000
NAMES = 100_000  # of tenants; each stands ten times in the city
_INDEX = "ix_tenancy_grams"  # built at the end, as a restore would: a tenth of the time

_PLACES = (
    "云龙", "泉山", "鼓楼", "铜山", "贾汪", "新沂", "邳州", "丰县", "沛县", "睢宁", "大龙湖", "云龙湖", "彭城",
    "淮海", "楚河", "汉风", "九里", "金山桥", "翟山", "奎园",
)  # fmt: skip
_GIVEN = (
    "星火", "远航", "智联", "蓝海", "青禾", "云帆", "启明", "恒信", "博远", "新锐", "华晨", "天工", "卓越",
    "优创", "飞跃", "凌云", "聚力", "众智", "鼎盛", "同心", "海纳", "百川", "金石", "瑞丰", "宏图", "致远",
    "明德", "开元", "中科", "迅捷",
)  # fmt: skip
_FIELDS = (
    "智能", "数据", "生物", "新材料", "机器人", "电子", "软件", "文化", "教育", "医疗", "环保", "农业", "物流",
    "能源", "光电", "半导体", "传感器", "区块链", "动漫", "检测", "电商", "咨询", "设计", "装备", "航空",
    "食品", "纺织", "陶瓷",
)  # fmt: skip
_FORMS = ("科技有限公司", "技术服务部", "信息技术有限公司", "科技发展有限公司", "创业团队", "网络科技有限公司")
_SPACES = ("众创空间", "孵化器", "加速器", "创客咖啡", "创业园")
KINDS = ("makerspace", "incubator", "accelerator", "cluster", "student_base")

_SHAPE = """
CREATE TEMP TABLE firm_name (n integer PRIMARY KEY, name text, plain text, grams text[]);
CREATE TEMP TABLE space_name (n integer PRIMARY KEY, name text, plain text, grams text[]);
"""
_FILL = """
INSERT INTO organisation (id, city_code, kind, name, identifier_warnings, status, registered_by, registered_at,
                          version, recorded_at, credit_code)
SELECT md5('o' || n)::uuid, $1, 'firm', f.name, '[]', 'active', 'bench', clock_timestamp(), 1, clock_timestamp(),
       '91320300' || lpad(n::text, 10, '0')
FROM generate_series(0, 4999) n JOIN firm_name f USING (n);

INSERT INTO carrier (id, city_code, kind, name, plain, grams, operator_id, seats, seats_taken, tenants_now, facts,
                     registered_by, registered_at, version, recorded_at)
SELECT md5('c' || n)::uuid, $1, ($2::text[])[1 + n % 5], s.name, s.plain, s.grams, md5('o' || n % 5000)::uuid,
       20 + n % 50, n % 60, 14, '{}', 'bench', clock_timestamp(), 1, clock_timestamp() + n * interval '1 ms'
FROM generate_series(0, 49999) n JOIN space_name s USING (n);

INSERT INTO carrier_premises (id, city_code, carrier_id, address, district_code, area_sqm, seats, longitude_e6,
                              latitude_e6, datum, effective_on, recorded_by, recorded_at)
SELECT md5('p' || n)::uuid, $1, md5('c' || n)::uuid, '和平路' || n || '号',
       ('{320302,320303,320305,320311,320312,320321,320322,320324,320381,320382}'::text[])[1 + n * 7 / 3 % 10],
       500 + n % 900, 20 + n % 50, 117000000 + n * 7 % 400000, 34000000 + n * 3 % 400000, 'gcj_02', '2026-01-02',
       'bench', clock_timestamp() + n * interval '1 ms'
FROM generate_series(0, 49999) n;

INSERT INTO recognition (id, city_code, case_id, case_number, item, applicant_id, accepted_on, accepted_at,
                         accepted_by, form, way, carrier_id, status, reasons, recorded_at)
SELECT md5('r' || n)::uuid, $1, md5('k' || n)::uuid, n::text, 'bench', md5('o' || n % 5000)::uuid, '2026-01-02',
       clock_timestamp(), 'bench', '{}', 'assessed', md5('c' || n)::uuid, 'refused', '[]', clock_timestamp()
FROM generate_series(0, 49999) n WHERE n % 10 < 6;

INSERT INTO carrier_level (id, city_code, carrier_id, level, is_key, recognised_on, recognition_id,
                           certificate_number, policy_version, policy_hash, recorded_at)
SELECT md5('l' || n)::uuid, $1, md5('c' || n)::uuid,
       CASE WHEN n % 97 = 0 THEN 'national' WHEN n % 7 = 0 THEN 'provincial' ELSE 'municipal' END, n % 3 = 0,
       '2026-01-02', md5('r' || n)::uuid, n::text, 1, '', clock_timestamp()
FROM generate_series(0, 49999) n WHERE n % 10 < 6;

INSERT INTO tenancy (id, city_code, carrier_id, kind, name, credit_code, firm_key, plain, grams, seats, status,
                     started_on, ended_on, recorded_by, recorded_at)
SELECT md5('t' || g.n)::uuid, $1, md5('c' || g.n / 20)::uuid, 'firm', f.name, '9132' || lpad(g.n::text, 14, '0'),
       'c:' || g.n, f.plain, f.grams, 2, CASE WHEN g.n % 10 < 3 THEN 'ended' ELSE 'open' END, '2026-01-02',
       CASE WHEN g.n % 10 < 3 THEN '2026-02-02'::date END, 'bench', clock_timestamp() + g.n * interval '1 ms'
FROM generate_series(0, 999999) g (n) JOIN firm_name f ON f.n = g.n % 100000;
"""


def fill(url: str, city: str) -> None:
    """Write the city into the registry's database; `url` is of the role that owns the tables."""
    asyncio.run(_fill(plain_dsn(url), city))


async def _fill(dsn: str, city: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SET maintenance_work_mem = '256MB'")
        await connection.execute(_SHAPE)
        await connection.copy_records_to_table("firm_name", records=_records(firm_names()))
        await connection.copy_records_to_table("space_name", records=_records(space_names()))
        built = await connection.fetchval("SELECT pg_get_indexdef($1::regclass)", _INDEX)
        await connection.execute(f"DROP INDEX {_INDEX}")
        for statement in _FILL.split(";\n")[:-1]:
            given = [city, list(KINDS)] if "$2" in statement else [city]
            await connection.execute(statement, *given)
        await connection.execute(built)
        await connection.execute("VACUUM (ANALYZE) organisation, carrier, carrier_premises, carrier_level, tenancy")
    finally:
        await connection.close()


def firm_names() -> list[str]:
    """100,000 names that differ."""
    made = ("徐州" + "".join(parts) for parts in product(_PLACES, _GIVEN, _FIELDS, _FORMS))
    return [name for name, _ in zip(made, range(NAMES), strict=False)]


def space_names() -> list[str]:
    """50,000 names; the number at the end tells one from the next."""
    made = product(_PLACES, _GIVEN, _FIELDS, _SPACES)
    return [f"{''.join(parts)}{number}" for parts, number in zip(made, range(CARRIERS), strict=False)]


def _records(names: list[str]) -> Iterator[tuple[int, str, str, list[str]]]:
    return ((number, name, searchable(name), bigrams(name)) for number, name in enumerate(names))
