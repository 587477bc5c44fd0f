"""Playwright code that the agent runs, beside Playwright at work here and beside a new Node.js for each call."""

import json
import subprocess
from pathlib import Path

from playwright.sync_api import sync_playwright

from harness import Agent, Row, alternate, milliseconds, ratio, required

CODE = "return await page.evaluate(() => 6 * 7);"
SCRIPT = """
const { chromium } = require(process.argv[1]);
(async () => {
  const browser = await chromium.connectOverCDP(process.argv[2]);
  const page = browser.contexts()[0].pages()[0];
  console.log(JSON.stringify(await (async () => { CODE })()));
  process.exit(0);
})();
"""
DRIVER = Path(__file__).parents[1] / ".playwright/patchright/driver"


def execute(agent: Agent, code: str, result):
    def call():
        answer = json.loads(agent.call("POST", "/playwright/execute", {"code": code}))
        assert answer.get("result") == result, answer

    return call


def new_process(url: str):
    command = [DRIVER / "node", "--eval", SCRIPT.replace("CODE", CODE), str(DRIVER / "package"), url]

    def call():
        assert subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout == "42\n"

    return call


def rows() -> list[Row]:
    agent, url = Agent(required("GUEST_AGENT_URL")), required("GUEST_AGENT_DIRECT_CDP_URL")
    evaluate = execute(agent, CODE, 42)
    empty = execute(agent, "return 1", 1)
    typed = execute(agent, "const one: number = 1; return one", 1)
    with sync_playwright() as playwright:
        page = playwright.chromium.connect_over_cdp(url).contexts[0].pages[0]

        def direct():
            assert page.evaluate("() => 6 * 7") == 42

        warm = alternate({"ours": evaluate, "direct": direct, "empty": empty, "typed": typed}, rounds=10, count=30)
    cold = alternate({"ours": evaluate, "process": new_process(url)}, rounds=3, count=2, warm_up=1)
    overhead = warm["ours"] - warm["direct"]
    return [
        Row("Playwright code: page.evaluate", milliseconds(warm["ours"]),
            f"{milliseconds(warm['direct'])} Playwright for Python, connected", f"{milliseconds(overhead)} more",
            "≤ 15 ms more", "POST /playwright/execute, 10 × 30 each, taking turns"),
        Row("Playwright code: return 1", milliseconds(warm["empty"]), "–", "–", "–", "as above; nothing is asked of the browser"),
        Row("Playwright code: TypeScript", milliseconds(warm["typed"]), f"{milliseconds(warm['empty'])} JavaScript",
            ratio(warm["typed"], warm["empty"]), "–", "as above, with a type to take out"),
        Row("Playwright code, a process for each call", milliseconds(cold["ours"]),
            f"{milliseconds(cold['process'])} node script.js", ratio(cold["ours"], cold["process"]), "–",
            "the same page.evaluate; the other starts Node.js, loads patchright, connects; 3 × 2 each"),
    ]
