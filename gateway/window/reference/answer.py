"""A page as it is answered: it loads nothing, runs nothing and stands in no frame, and the browser is told so."""

from fastapi.responses import HTMLResponse

POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


class PageResponse(HTMLResponse):
    """HTML for everybody. `max_age`: seconds any cache may keep it."""

    def __init__(self, content: str, *, max_age: int = 0) -> None:
        kept = f"public, max-age={max_age}" if max_age else "no-cache"
        headers = {
            "Content-Security-Policy": POLICY,
            "Referrer-Policy": "same-origin",  # what was typed into a check stays here
            "Cache-Control": kept,
            "Vary": "Accept, Accept-Language",  # without `lang` the browser decides, and a problem may be a page
        }
        super().__init__(content, headers=headers)
