"""What no page may do: complain, load from elsewhere, keep or name what it should not."""

import re
from typing import Any

from playwright.sync_api import ConsoleMessage, Frame, Page, Request, Response

# Ids and dates may stand in an address, names and answers may not.
ADDRESS = re.compile(
    r"/(?:|home/|today/|privacy/|accessibility/|settings/(?:texts/|calls/)?|alive/|language/"
    r"|kiosk/(?:over/)?|calls/(?:[0-9a-f-]{36}/(?:take|report)/)?"
    r"|account/[a-z/0-9-]*"
    r"|settings/packs/\d+/(?:withdraw/)?"
    r"|settings/rehearsals/(?:[0-9a-f-]{36}/(?:publish/)?)?|learning/drafts/[0-9a-f-]{36}/"
    r"|settings/instruments/(?:import/|[0-9a-f-]{36}/(?:ask/)?)?"
    r"|i/[\w-]{20,}/"
    r"|intake/(?:notice|important|places|fit|again|later|check|sign|awake|code)?/?"
    r"|intake/receipt/(?:copy/)?"
    r"|intake/(?:questions|more|still)/[a-z0-9-]+/"
    r"|programmes/(?:over/|[0-9a-f-]{36}/seen/)"
    r"|programme/(?:code/|exercises/(?:copy/)?)?"
    r"|visits/\d+/programme/(?:(?:handout/(?:copy/)?|link/|end/))?"
    r"|learning/(?:verdicts\.csv|cases/)?|misses/[0-9a-f-]{36}/back/"
    r"|visits/\d+/(?:note/(?:save/)?|scores/|sheet/|missed/|export/|tests/[A-Z0-9-]+/)?|flags/[0-9a-f-]{36}/verdict/"
    r"|notes/(?:[0-9a-f-]{36}/amend/|blocks/(?:[0-9a-f-]{36}/)?)?"
    r"|follow-ups/(?:[0-9a-f-]{36}/take-back/)?|desk/(?:follow-ups/(?:[0-9a-f-]{36}/(?:close/|back/|tried/)?)?|call-first/|search/|patients/(?:\d+/(?:book/)?)?|visits/\d+/(?:invite|cancel|tablet|phone)/)?"
    r"|no-such-page/)"
    r"(?:\?(?:from=(?:check|still)|show=(?:due|closed)|day=[\d-]+(?:&after=[\w:.%-]+|&saved=1)?|next=[a-zA-Z0-9/%]*))?(?:#[\w-]*)?"
)

# A test that takes the connection or the server away means it.
MEANT = (
    "Failed to load resource: the server responded",
    "Failed to load resource: net::ERR_INTERNET_DISCONNECTED",
)


class Watch:
    """Listens to one page from its first request to its end."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site
        self.wrong: list[str] = []
        page.on("console", self.heard)
        page.on("pageerror", lambda error: self.wrong.append(f"script error: {error}"))
        page.on("request", self.asked)
        page.on("response", self.answered)
        page.on("framenavigated", self.went)

    def heard(self, message: ConsoleMessage) -> None:
        """A refused form is answered 422, a dead link 404: that is meant, and `answered` knows."""
        is_status = message.text.startswith(MEANT)
        if message.type in ("error", "warning") and not is_status:
            self.wrong.append(f"console {message.type}: {message.text}")

    def asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.site}/", "data:")):
            self.wrong.append(f"loaded from elsewhere: {request.url}")

    def answered(self, response: Response) -> None:
        if response.status >= 500:
            self.wrong.append(f"{response.status}: {response.url}")
        # The script is told in the same way that a session ended or that all was sent.
        is_told = response.status in (403, 404, 409) and "/save/" in response.url
        if response.status >= 400 and not is_told and not response.request.is_navigation_request():
            self.wrong.append(f"{response.status} for a part of a page: {response.url}")

    def went(self, frame: Frame) -> None:
        address = frame.url.removeprefix(self.site)
        if frame.url.startswith(self.site) and not ADDRESS.fullmatch(address):
            self.wrong.append(f"an address says too much: {address}")

    def close(self) -> list[str]:
        """Everything that was wrong, and what the browser was made to keep."""
        kept: dict[str, Any] = self.page.context.storage_state()
        if kept["origins"]:
            self.wrong.append(f"kept in the browser: {kept['origins']}")
        if self.page.url.startswith(self.site) and self.page.evaluate("sessionStorage.length"):
            self.wrong.append("kept in the browser's session storage")
        self.page.context.close()
        return self.wrong
