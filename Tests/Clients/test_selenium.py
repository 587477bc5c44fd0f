"""Selenium over the WebDriver proxy: sessions attach to the browser that is running."""

import requests
from selenium import webdriver


def test_a_session_drives_the_running_browser_and_leaves_it(webdriver_url, cdp_url, site):
    browser_before = requests.get(f"{cdp_url}/json/version", timeout=10).json()["webSocketDebuggerUrl"]
    driver = webdriver.Remote(command_executor=webdriver_url, options=webdriver.ChromeOptions())
    try:
        driver.get(f"{site.url}/form.html")
        driver.find_element("id", "field").send_keys("typed by Selenium")
        driver.find_element("id", "button").click()
        assert driver.find_element("id", "field").get_attribute("value") == "typed by Selenium"
        assert driver.find_element("id", "button").get_attribute("class") == "clicked"
        pages = [target["url"] for target in requests.get(f"{cdp_url}/json/list", timeout=10).json()]
        assert f"{site.url}/form.html" in pages, "the page is not in the browser behind the CDP proxy"
    finally:
        driver.get("about:blank")
        driver.quit()
    browser_after = requests.get(f"{cdp_url}/json/version", timeout=10).json()["webSocketDebuggerUrl"]
    assert browser_after == browser_before


def test_the_websocket_url_names_the_proxy(webdriver_url):
    options = webdriver.ChromeOptions()
    options.set_capability("webSocketUrl", True)
    driver = webdriver.Remote(command_executor=webdriver_url, options=options)
    try:
        url = driver.capabilities["webSocketUrl"]
        assert url.startswith(webdriver_url.replace("http", "ws", 1) + "/session/")
    finally:
        driver.quit()
