"""The console in a real browser: a person finds what waits, reads it and decides; the browser trusts nothing else."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from tests.console.test_console import COMMAND, _waiting
from tests.console.test_results import kept_delivery
from tools.guard.approval import Approvals
from tools.guard.journal import Journal
from tools.guard.state import State, default_directory
from tools.runs.run import Line
from tools.runs.run_store import RunStore
from tools.standards.trend import keep

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SHOTS = os.environ.get("SCREENSHOTS")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (Debian: chromium)")


@contextmanager
def _serving(language: str) -> Iterator[str]:
    argv = [sys.executable, "-m", "server", "--language", language, "console", "--no-browser"]
    with subprocess.Popen(argv, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            found = re.search(r"http://\S+", process.stderr.readline())
            assert found
            yield found[0]
        finally:
            process.terminate()
            process.wait(10)


@asynccontextmanager
async def _looking(language: str = "en", scheme: str = "light") -> AsyncIterator[tuple[Page, list[str]]]:
    complaints: list[str] = []
    with _serving(language) as link:
        async with async_playwright() as player:
            browser = await player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            context = await browser.new_context(
                color_scheme="dark" if scheme == "dark" else "light", viewport={"width": 1200, "height": 900}
            )
            page = await context.new_page()
            page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            await page.goto(link)
            yield page, complaints
            await browser.close()


async def _shot(page: Page, name: str) -> None:
    if SHOTS:  # looked at by eye
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.fixture
def state() -> State:
    return State.at(default_directory())


async def test_a_person_finds_reads_and_approves_what_waits(state: State) -> None:
    asked = await _waiting(state)
    async with _looking() as (page, complaints):
        await _shot(page, "now")
        await page.get_by_role("link", name=re.compile("terraform apply")).click()
        marked = page.locator("mark")
        assert await marked.inner_text() == "rm -rf build"
        await _shot(page, "approval")
        await page.get_by_label("Reason (kept in the journal)").fill("reviewed with the team")
        await page.get_by_role("button", name="Approve this one action").click()
        await page.wait_for_url("**/approvals")
        await _shot(page, "approvals")
        assert await page.get_by_text("approved", exact=True).count() == 1
    assert Approvals(state).get(asked.id).state == "approved"
    assert not complaints


async def test_what_begins_to_wait_appears_without_a_reload(state: State) -> None:
    async with _looking() as (page, complaints):
        assert await page.get_by_text("Nothing waits for approval.").count() == 1
        await _waiting(state)
        await page.get_by_role("link", name=re.compile("terraform apply")).wait_for(timeout=15_000)
    assert not complaints


async def test_a_run_tells_its_lines_as_they_come(state: State) -> None:
    store = RunStore(state)
    run = store.begin("k", "build_image", "agent via claude")
    async with _looking() as (page, complaints):
        await page.goto(re.sub(r"/console/.*", f"/console/runs/{run.id}", page.url))
        await asyncio.to_thread(store.tell, run.id, [Line(number=1, text="step 1 of 7")], 1.0, 7.0)
        await page.get_by_text("step 1 of 7").wait_for(timeout=15_000)
        await _shot(page, "run")
    assert not complaints


async def test_everything_is_reached_with_the_keyboard_alone(state: State) -> None:
    asked = await _waiting(state)
    async with _looking() as (page, _complaints):
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        for _press in range(40):
            await page.keyboard.press("Tab")
            if asked.id in str(await page.evaluate("document.activeElement.href || ''")):
                break
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**/{asked.id}")


async def test_pages_have_a_language_a_title_one_heading_and_labels(state: State) -> None:
    asked = await _waiting(state)
    await Journal(state).opened({"tool": "bash", "decision": "ask", "who": "a via b", "target": "/shop"})
    delivered = kept_delivery(state)
    for score in (0.4, 0.7, 0.65):
        keep(state, Path("/srv/shop"), score, ["tls", "backups"])
    async with _looking("fr", "dark") as (page, complaints):
        origin = re.sub(r"/console/.*", "/console", page.url)
        paths = ["/", "/approvals", f"/approvals/{asked.id}", "/runs", "/journal", "/audits", "/deliveries"]
        paths += [f"/deliveries/{delivered}", f"/deliveries/{delivered}/files/docs/delivery.md"]
        for path in paths:
            await page.goto(origin + path)
            assert await page.evaluate("document.documentElement.lang") == "fr"
            assert await page.title()
            assert await page.locator("h1").count() == 1
            unnamed = "[...document.querySelectorAll('input:not([type=hidden])')].filter(i => !i.labels.length).length"
            assert await page.evaluate(unnamed) == 0
            assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            assert await page.evaluate(
                "[...document.images].every((image) => image.complete && image.naturalWidth > 0)"
            )
            await _shot(
                page, f"fr-dark{re.sub('[^a-z]', '-', path.replace(asked.id, 'one').replace(delivered, 'one'))}"
            )
    assert not complaints


async def test_a_narrow_screen_holds_everything(state: State) -> None:
    asked = await _waiting(state, COMMAND + " " + "x" * 400)
    async with _looking() as (page, _complaints):
        await page.set_viewport_size({"width": 360, "height": 700})
        await page.goto(re.sub(r"/console/.*", f"/console/approvals/{asked.id}", page.url))
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        await _shot(page, "narrow")
