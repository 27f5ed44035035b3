"""The view of a plan in a real browser, inside a host that speaks MCP Apps: it shows everything and decides nothing."""

import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from playwright.async_api import FrameLocator, Page, async_playwright, expect

from server.app import build_server
from server.apps.plan_view import TOOLS, URI
from server.settings import Settings
from tools.delivery import Escalation
from tools.guard.gate import ApprovalRequired
from tools.terraform.apply_result import ApplyResult
from tools.terraform.plan_result import PlanResult
from tools.terraform.risk_report import BlastRadius, Cost, CostItem, PlanRisk, RiskReport, Summary, Unknown

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SHOTS = os.environ.get("SCREENSHOTS")
HOST = Path(__file__).with_name("host.html")
EVIL = "<img src=x onerror=parent.postMessage('evil','*')><script>evil()</script>"
browser_only = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (Debian: chromium)")


def _report() -> RiskReport:
    return RiskReport(
        summary=Summary(create=2, update=1, destroy=1),
        verdict="dangerous",
        risks=[
            PlanRisk(
                rule="stateful_destroyed", level="critical", address="aws_db_instance.main", type="aws_db_instance",
                message="The database and its data are destroyed.", evidence={"action": "delete", "name": EVIL},
            ),
            PlanRisk(rule="open", level="low", address="aws_security_group.web", type="", message="Port 443 is open."),
        ],
        blast_radius=BlastRadius(
            changed=4, total=10, share=0.4, stateful_lost=["aws_db_instance.main"],
            types={"aws_db_instance": 1, "aws_subnet": 3}, dependents=["aws_route53_record.db"],
            refers_to={"aws_route53_record.db": ["aws_db_instance.main"]},
        ),
        unknown=[Unknown(address="aws_instance.a", what="value", attribute="arn", reason="known after apply")],
        cost=Cost(
            label="estimate", prices_of="2026-11", monthly_delta=-42.5,
            items=[CostItem(address="aws_db_instance.main", type="aws_db_instance", monthly_delta=-42.5, basis="db")],
        ),
        escalations=[Escalation(situation="production_downtime", to="chef-equipe", reason="The database goes.")],
    )  # fmt: skip


def _result(model: PlanResult | ApplyResult) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": model.summary}], "structuredContent": model.model_dump(mode="json")}


def _waiting() -> ApplyResult:
    return ApplyResult(
        summary="A person must approve.", status="approval_required", plan_id="0123456789abcdef",
        approval_required=ApprovalRequired(
            id="aa11bb22cc33dd44", digest="d" * 64, what=f"apply 0123456789abcdef\n{EVIL}", where="prod",
            why=["It destroys a database."], undo="Nothing brings the data back.", expires_at="2026-11-26T05:00:00Z",
            how="Run the command at a terminal.",
        ),
    )  # fmt: skip


async def _document(language: str = "en") -> str:
    settings = Settings.model_validate({"language": language})
    async with Client(build_server(settings)) as client:
        return (await client.read_resource(URI)).contents[0].text  # type: ignore[union-attr]


@asynccontextmanager
async def _host(
    document: str, answers: list[dict[str, Any]], **context: object
) -> AsyncIterator[tuple[Page, FrameLocator, list[Any]]]:
    asked: list[Any] = []

    def call_tool(text: str) -> str:
        asked.append(json.loads(text))
        return json.dumps(answers.pop(0))

    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await (await browser.new_context(viewport={"width": 800, "height": 1250})).new_page()
        page.set_default_timeout(15_000)
        await page.expose_function("call_tool", call_tool)
        await page.goto(HOST.as_uri())
        await page.evaluate("([html, context]) => open_view(html, context)", [document, context])
        await page.wait_for_function("said.some((each) => each.method === 'ui/notifications/initialized')")
        yield page, page.frame_locator("#app"), asked
        await browser.close()


async def _give(page: Page, result: dict[str, Any], arguments: dict[str, Any]) -> None:
    for name, params in [("tool-input", {"arguments": arguments}), ("tool-result", result)]:
        await page.evaluate("([method, params]) => tell({method, params})", [f"ui/notifications/{name}", params])


async def test_the_tools_of_plans_name_a_view_that_is_there_and_loads_nothing() -> None:
    async with Client(build_server(Settings(language="en"))) as client:
        bound = {tool.name: (tool.meta or {}).get("ui") for tool in (await client.list_tools()).tools}
        found = (await client.read_resource(URI)).contents[0]
        listed = {str(each.uri): each for each in (await client.list_resources()).resources}
    assert {name for name, ui in bound.items() if ui} == TOOLS
    assert all(ui == {"resourceUri": URI} for ui in bound.values() if ui)
    assert found.mime_type == "text/html;profile=mcp-app"
    assert (listed[URI].meta or {})["ui"]["csp"] == {
        "connectDomains": [], "resourceDomains": [], "frameDomains": [], "baseUriDomains": []
    }  # fmt: skip
    assert "http://" not in found.text  # type: ignore[union-attr]
    assert "https://" not in found.text  # type: ignore[union-attr]
    assert "innerHTML" not in found.text  # type: ignore[union-attr]


@browser_only
async def test_a_person_reads_the_whole_report_and_sorts_it_by_level() -> None:
    plan = PlanResult(summary="Four changes.", status="done", plan_id="0123456789abcdef", report=_report())
    tool = {"tool": {"name": "plan_terraform"}}
    async with _host(await _document(), [], toolInfo=tool, theme="dark") as (page, view, _asked):
        await _give(page, _result(plan), {"path": "infra"})
        for text in ("dangerous", "The database and its data are destroyed.", "4 / 10 (40 %)", "-42.50 USD (2026-11)",
                     "aws_route53_record.db → aws_db_instance.main", "known after apply", "chef-equipe"):  # fmt: skip
            await expect(view.get_by_text(text).first).to_be_visible()
        await expect(view.locator("meter")).to_have_count(3)
        await view.get_by_text("The database and its data are destroyed.").click()
        await expect(view.get_by_text(EVIL)).to_be_visible()
        await view.get_by_role("button", name="low (1)").click()
        await expect(view.get_by_text("Port 443 is open.")).to_have_count(0)
        if SHOTS:  # looked at by eye
            await page.screenshot(path=f"{SHOTS}/app-plan-dark.png")
        await view.get_by_role("button", name="Ask the agent to apply this plan").click()
        await page.wait_for_function("said.some((each) => each.method === 'ui/message')")
        said = await page.evaluate("said")
    message = next(each for each in said if each.get("method") == "ui/message")
    assert message["params"]["content"] == [{"type": "text", "text": "Apply the plan 0123456789abcdef"}]
    assert "evil" not in said
    sizes = [each["params"]["height"] for each in said if each.get("method") == "ui/notifications/size-changed"]
    assert sizes[-1] > 300


@browser_only
async def test_an_approval_is_shown_and_given_elsewhere_and_the_same_call_goes_on() -> None:
    done = ApplyResult(
        summary="Applied.", status="done", outcome="applied", plan_id="0123456789abcdef", completed=["aws_subnet.a"]
    )
    refused = {"content": [{"type": "text", "text": "The approval is not given yet."}], "isError": True}
    tool = {"tool": {"name": "apply_terraform"}}
    async with _host(await _document("fr"), [_result(_waiting()), _result(done)], toolInfo=tool) as (page, view, asked):
        await _give(page, _result(_waiting()), {"plan_id": "0123456789abcdef"})
        await expect(view.get_by_text("astreinte approve aa11bb22cc33dd44")).to_be_visible()
        await expect(view.get_by_text("Nothing brings the data back.")).to_be_visible()
        await expect(view.get_by_text(EVIL)).to_be_visible()
        if SHOTS:  # looked at by eye
            await page.screenshot(path=f"{SHOTS}/app-approval-fr.png")
        again = view.get_by_role("button", name="J’ai approuvé : continuer")
        await again.click()  # not yet: the same question again
        await expect(view.get_by_text("astreinte approve aa11bb22cc33dd44")).to_be_visible()
        await again.click()
        await expect(view.get_by_text("aws_subnet.a")).to_be_visible()
        await page.evaluate("(params) => tell({method: 'ui/notifications/tool-result', params})", refused)
        await expect(view.get_by_role("alert")).to_have_text("The approval is not given yet.")
        said = await page.evaluate("said")
    call = {"name": "apply_terraform", "arguments": {"plan_id": "0123456789abcdef", "approval": "aa11bb22cc33dd44"}}
    assert asked == [call, call]
    assert "evil" not in said


@browser_only
async def test_nobody_but_the_host_can_tell_the_view_anything() -> None:
    plan = PlanResult(summary="Four changes.", status="done", plan_id="0123456789abcdef", report=_report())
    async with _host(await _document(), []) as (page, view, _asked):
        await _give(page, _result(plan), {})
        await expect(view.get_by_text("Four changes.")).to_be_visible()
        await page.evaluate(
            """() => { const other = document.createElement("iframe");
            other.srcdoc = "<script>parent.frames[0].postMessage({jsonrpc: '2.0', method: "
              + "'ui/notifications/tool-cancelled', params: {}}, '*'); parent.postMessage('sent', '*')</scr" + "ipt>";
            window.addEventListener("message", (event) => { if (event.data === "sent") window.sent = true; });
            document.body.append(other); }"""
        )
        await page.wait_for_function("window.sent")
        await page.evaluate("tell({id: 77, method: 'ping'})")  # answered after what came before it
        await page.wait_for_function("said.some((each) => each.id === 77)")
        await expect(view.get_by_text("Four changes.")).to_be_visible()
