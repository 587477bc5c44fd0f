"""Playwright over the CDP proxy."""

from playwright.sync_api import sync_playwright


def test_connects_by_http_url_and_by_websocket_url(cdp_url):
    for url in (cdp_url, cdp_url.replace("http", "ws", 1) + "/?jwt=anything"):
        with sync_playwright() as playwright:
            browser = playwright.chromium.connect_over_cdp(url)
            assert browser.contexts
            browser.close()


def test_a_page_in_a_context_of_its_own(cdp_url, site):
    with sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(cdp_url)
        context = browser.new_context(viewport={"width": 800, "height": 600})
        page = context.new_page()
        page.goto(f"{site.url}/form.html")
        page.fill("#field", "typed by Playwright")
        page.click("#button")
        assert page.locator("#button").get_attribute("class") == "clicked"
        assert page.input_value("#field") == "typed by Playwright"
        assert page.screenshot().startswith(b"\x89PNG")
        context.close()
        browser.close()


def test_a_large_message_crosses_both_ways(page):
    text = "x" * (20 * 1024 * 1024)
    assert page.evaluate("text => text.length", text) == len(text)
    assert page.evaluate("length => 'y'.repeat(length)", len(text)) == "y" * len(text)
