"""The pages behind the `type` of a problem document, in Chinese and English. Plain HTML that loads nothing."""

from collections.abc import Mapping
from html import escape
from typing import Any

PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body{{font:16px/1.6 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}}
td,th{{text-align:left;padding:.2rem 1rem .2rem 0;vertical-align:top}}</style></head>
<body>{body}</body></html>"""
AGAIN = {True: "可以重试 · trying again may help", False: "重试无效 · the same request will fail again"}


def explanation(code: str, problem: Mapping[str, Any]) -> str:
    """The page of one problem. `problem`: status, title_zh, title_en, retryable, about, raised_by."""
    lines = [
        f"<h1>{escape(problem['title_zh'])}</h1><p>{escape(problem['title_en'])}</p>",
        f"<p><code>{escape(code)}</code> · HTTP {problem['status']} · {AGAIN[problem['retryable']]}</p>",
        f"<p>{escape(problem['about'])}</p>" if problem["about"] else "",
        f"<p>{escape(', '.join(problem['raised_by']))} · <a href='/problems'>全部 · all</a></p>",
    ]
    return PAGE.format(title=escape(problem["title_zh"]), body="\n".join(lines))


def overview(problems: Mapping[str, Mapping[str, Any]]) -> str:
    """The page of all problems."""
    rows = [
        f"<tr><td><a href='/problems/{escape(code)}'>{escape(code)}</a></td><td>{problem['status']}</td>"
        f"<td>{escape(problem['title_zh'])}<br>{escape(problem['title_en'])}</td></tr>"
        for code, problem in sorted(problems.items())
    ]
    table = "<table><tr><th>code</th><th>HTTP</th><th></th></tr>" + "\n".join(rows) + "</table>"
    return PAGE.format(title="问题代码 · Problem codes", body=f"<h1>问题代码 · Problem codes</h1>{table}")
