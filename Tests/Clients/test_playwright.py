"""Playwright over the CDP proxy."""

import asyncio
import json
import zipfile
from pathlib import Path

import pytest
from playwright.async_api import async_playwright
from playwright.sync_api import sync_playwright
from waiting import PATIENCE, eventually

#: Of each of Playwright's calls, in milliseconds.
TIMEOUT = 30_000 * PATIENCE


@pytest.fixture
def browser(cdp_url):
    with sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(cdp_url)
        yield browser
        browser.close()


@pytest.fixture
def context(browser):
    context = browser.new_context(viewport={"width": 800, "height": 600})
    context.set_default_timeout(TIMEOUT)
    yield context
    context.close()


def test_connects_by_http_url_and_by_websocket_url(cdp_url):
    for url in (cdp_url, cdp_url.replace("http", "ws", 1) + "/?jwt=anything"):
        with sync_playwright() as playwright:
            browser = playwright.chromium.connect_over_cdp(url)
            assert browser.contexts
            browser.close()


def test_a_page_in_a_context_of_its_own(context, site):
    page = context.new_page()
    page.goto(f"{site.url}/form.html")
    page.fill("#field", "typed by Playwright")
    page.click("#button")
    assert page.locator("#button").get_attribute("class") == "clicked"
    assert page.input_value("#field") == "typed by Playwright"
    assert page.screenshot().startswith(b"\x89PNG")


def test_a_large_message_crosses_both_ways(page):
    text = "x" * (20 * 1024 * 1024)
    assert page.evaluate("text => text.length", text) == len(text)
    assert page.evaluate("length => 'y'.repeat(length)", len(text)) == "y" * len(text)


def test_ten_contexts_in_parallel(cdp_url, site):
    async def drive(browser, number):
        context = await browser.new_context()
        context.set_default_timeout(TIMEOUT)
        page = await context.new_page()
        await page.goto(f"{site.url}/form.html?{number}")
        await page.fill("#field", f"context {number}")
        await page.evaluate("number => localStorage.setItem('number', number)", number)
        result = await page.evaluate("[localStorage.number, document.querySelector('#field').value, location.search]")
        await context.close()
        return result

    async def main():
        async with async_playwright() as playwright:
            browser = await playwright.chromium.connect_over_cdp(cdp_url)
            results = await asyncio.gather(*(drive(browser, number) for number in range(10)))
            await browser.close()
            return results

    assert asyncio.run(main()) == [[str(number), f"context {number}", f"?{number}"] for number in range(10)]


def test_a_file_is_chosen(context):
    page = context.new_page()
    page.set_content("<input type=file>")
    with page.expect_file_chooser() as chooser:
        page.click("input")
    chooser.value.set_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"the content"})
    assert page.evaluate("document.querySelector('input').files[0].text()") == "the content"


def test_a_download_lands_where_the_client_said(api, browser, context, machine_directory):
    page = context.new_page()
    target = context.new_cdp_session(page).send("Target.getTargetInfo")["targetInfo"]
    browser.new_browser_cdp_session().send("Browser.setDownloadBehavior", {
        "behavior": "allow", "downloadPath": machine_directory, "browserContextId": target["browserContextId"]})
    page.set_content("<a download='a.txt' href='data:text/plain,the content'>get</a>")
    with page.expect_download() as download:
        page.click("a")
    assert download.value.suggested_filename == "a.txt"

    def contents():
        files = api.get("/fs/list_files", params={"path": machine_directory}).json()
        return [api.get("/fs/read_file", params={"path": file["path"]}).text for file in files]

    eventually(lambda: contents() == ["the content"])


def test_a_trace(context, site, tmp_path):
    context.tracing.start(screenshots=True, snapshots=True)
    page = context.new_page()
    page.goto(f"{site.url}/form.html")
    page.fill("#field", "traced")
    context.tracing.stop(path=tmp_path / "trace.zip")
    with zipfile.ZipFile(tmp_path / "trace.zip") as trace:
        events = [json.loads(line) for line in trace.read("trace.trace").splitlines()]
    assert {"before", "after", "frame-snapshot"} <= {event["type"] for event in events}
    assert any("traced" in json.dumps(event) for event in events)


def test_frames_of_a_video(context, site):
    """Playwright makes its videos of these; the encoder it would download is left out."""
    page = context.new_page()
    page.goto(f"{site.url}/form.html")
    session = context.new_cdp_session(page)
    frames = []

    def keep(frame):
        frames.append(frame["metadata"]["timestamp"])
        session.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

    session.on("Page.screencastFrame", keep)
    session.send("Page.startScreencast", {"format": "jpeg", "quality": 50})
    for number in range(200):
        page.evaluate("number => { document.body.style.background = `hsl(${number * 37}, 90%, 50%)`; "
                      "return new Promise(requestAnimationFrame) }", number)
        if len(frames) >= 5:
            break
    session.send("Page.stopScreencast")
    assert len(frames) >= 5 and frames == sorted(frames)
