"""How the browser is set up: seen in what the browser then does, and in how often it was started for it."""

import json
import os
from pathlib import Path

import pytest
import requests
from extensions import blocking_extension, marking_extension, packed, zipped
from playwright.sync_api import Error, sync_playwright
from waiting import eventually


class Browser:
    """The stack's browser from outside, which comes and goes."""

    def __init__(self, api, cdp_url, run_directory):
        self.api = api
        self.cdp_url = cdp_url
        self.files = Path(run_directory)

    @property
    def starts(self) -> int:
        return (self.files / "log/chromium").read_text(errors="replace").count("DevTools listening on")

    @property
    def flags(self) -> str:
        """Of the latest start."""
        lines = (self.files / "log/chromium").read_text(errors="replace").splitlines()
        return [line for line in lines if line.startswith("flags: ")][-1]

    def see(self, look):
        """What `look(page)` says of a page of its own."""
        with sync_playwright() as playwright:
            browser = playwright.chromium.connect_over_cdp(self.cdp_url)
            page = browser.contexts[0].new_page()
            try:
                return look(page)
            finally:
                page.close()

    def state(self) -> dict:
        """All that a change may change: the files, the extensions, the screen."""
        kept = [self.files / "chromium/flags", self.files / "chromium/policies/managed/policy.json"]
        return {path.name: path.read_text() if path.exists() else None for path in kept} | {
            "extensions": sorted(path.name for path in (self.files / "browser/extensions").iterdir())}


@pytest.fixture(scope="module")
def browser(agent_url, cdp_url, stack):
    class API(requests.Session):
        def request(self, method, path, **options):
            options.setdefault("timeout", 120)
            return super().request(method, agent_url + path, **options)

    with API() as api:
        found = Browser(api, cdp_url, os.environ["GUEST_AGENT_RUN_DIR"])
        yield found
        # The tests after these find the browser as it was, but for a flag that it has anyway.
        for path in [found.files / "chromium/flags", found.files / "chromium/policies/managed/policy.json"]:
            path.unlink(missing_ok=True)
        assert api.patch("/chromium/flags", json={"flags": ["--no-first-run"]}).status_code == 200
        api.patch("/display", json={"width": 1920, "height": 1080, "refresh_rate": 60})


def test_flags_reach_chromium_and_are_not_set_twice(browser):
    before = browser.starts
    answer = browser.api.patch("/chromium/flags", json={"flags": ["--lang=de", "--lang=fr", "--user-agent=Agent 7"]})
    assert answer.status_code == 200, answer.text
    assert (browser.starts, answer.content) == (before + 1, b"")
    assert "--lang=fr" in browser.flags and "--lang=de" not in browser.flags
    assert browser.see(lambda page: page.evaluate("[navigator.userAgent, navigator.webdriver]")) == ["Agent 7", False]
    assert browser.api.patch("/chromium/flags", json={"flags": ["--lang=fr"]}).status_code == 200
    assert browser.starts == before + 1


@pytest.mark.parametrize("flags", [[], [""], ["lang=de"], ["-x"], ["--"], ["--a\n--b"], "--lang=de", None])
def test_what_is_no_flag_is_refused(browser, flags):
    before = browser.state()
    assert browser.api.patch("/chromium/flags", json={"flags": flags}).status_code == 400
    assert browser.state() == before


def test_policies_are_obeyed(browser, site):
    (site.directory / "forbidden.html").write_text("forbidden")
    answer = browser.api.patch("/chromium/policies", json={"URLBlocklist": ["*/forbidden.html"]})
    assert answer.status_code == 200, answer.text

    def visit(page):
        with pytest.raises(Error, match="ERR_BLOCKED_BY_ADMINISTRATOR"):
            page.goto(f"{site.url}/forbidden.html")

    browser.see(visit)


@pytest.mark.parametrize("policies", [
    {}, {"RemoteDebuggingAllowed": False}, {"ExtensionSettings": {}}, {"BookmarkBarEnabled": "yes"}, [],
    {"Unknown": json.loads("[" * 101 + "]" * 101)}])
def test_policies_that_are_refused_change_nothing(browser, policies):
    before = browser.state()
    assert browser.api.patch("/chromium/policies", json=policies).status_code == 400
    assert browser.state() == before


def upload(browser, path, *extensions):
    form = [part for name, archive in extensions
            for part in [("extensions.name", (None, name)), ("extensions.zip_file", ("x.zip", archive))]]
    return browser.api.post(path, files=form)


def mark(page, site):
    page.goto(f"{site.url}/form.html")
    return eventually(lambda: page.evaluate("document.documentElement.dataset.mark"))


def test_an_extension_is_loaded_into_the_running_browser(browser, site):
    before = browser.starts
    answer = upload(browser, "/chromium/upload-extensions", ("marking", zipped(marking_extension())))
    assert answer.status_code == 201, answer.text
    assert browser.see(lambda page: mark(page, site)) == "from the worker"
    assert browser.starts == before
    again = upload(browser, "/chromium/upload-extensions", ("marking", zipped(marking_extension())))
    assert again.status_code == 400 and "marking" in again.json()["message"]


def test_an_extension_that_a_policy_installs_blocks_requests(browser, site, tmp_path):
    (site.directory / "unwanted.txt").write_text("unwanted")
    answer = upload(
        browser, "/chromium/upload-extensions-and-restart",
        ("blocking", zipped(packed(blocking_extension(), tmp_path))))
    assert answer.status_code == 201, answer.text
    update = browser.api.get("/extensions/blocking/update.xml")
    assert update.headers["content-type"].startswith("text/xml")
    assert f"{browser.api.get('/extensions/blocking/packed.crx').request.url}" in update.text.replace("'", '"')

    def is_blocked(page):
        page.goto(f"{site.url}/form.html")
        return page.evaluate("fetch('unwanted.txt').then(() => false, () => true)")

    assert eventually(lambda: browser.see(is_blocked), timeout=20)


@pytest.mark.parametrize("archive, named", [
    (b"no zip", "zip"), (zipped({"a.txt": "a"}), "manifest.json"), (zipped({"manifest.json": "{"}), "manifest.json"),
    (zipped({"../manifest.json": "{}"}), "manifest.json"),
])
def test_a_bad_extension_leaves_nothing(browser, archive, named):
    before = browser.state()
    answer = upload(browser, "/chromium/upload-extensions", ("bad", archive))
    assert answer.status_code == 400, answer.text
    assert named in answer.json()["message"]
    assert browser.state() == before


def test_forms_that_are_not_pairs_are_refused(browser):
    archive = ("x.zip", zipped(marking_extension()))
    for form in [
        [("extensions.name", (None, "a"))], [("extensions.zip_file", archive)], [("other", (None, "a"))],
        [("extensions.name", (None, "a")), ("extensions.name", (None, "b"))],
        [("extensions.name", (None, "a/b")), ("extensions.zip_file", archive)],
    ]:
        assert browser.api.post("/chromium/upload-extensions", files=form).status_code == 400


def test_served_files_stay_inside(browser):
    assert browser.api.get("/extensions/%2e%2e/user-data/Local%20State").status_code == 404
    assert browser.api.get("/extensions/nothing").status_code == 404
    for path, name in [("/extensions", b"marking/"), ("/extensions/marking", b"content.js")]:
        assert name in browser.api.get(path).content


def test_everything_at_once_with_one_restart_and_a_profile_that_moves(browser, site):
    def remember(page):
        page.goto(f"{site.url}/form.html")
        page.evaluate("localStorage.setItem('kept', 'yes')")

    browser.see(remember)
    before = browser.starts
    assert browser.api.head("/chromium/profile").status_code == 200
    assert browser.starts == before, "asking for a head pauses nothing"
    profile = browser.api.get("/chromium/profile")
    assert (profile.status_code, profile.headers["content-type"]) == (200, "application/zstd")
    assert browser.starts == before + 1
    browser.see(lambda page: (page.goto(f"{site.url}/form.html"), page.evaluate("localStorage.clear()")))
    answer = browser.api.post("/configure", files=[
        ("display", (None, json.dumps({"width": 1400, "height": 900}))),
        ("chromium_flags", (None, json.dumps({"flags": ["--proxy-bypass-list=<-loopback>"]}))),
        ("chrome_policies", (None, json.dumps({"BookmarkBarEnabled": True}))),
        ("start_url", (None, f"{site.url}/form.html")),
        ("extensions.name", (None, "second")), ("extensions.zip_file", ("x.zip", zipped(marking_extension()))),
        ("profile_archive", ("p.tar.zst", profile.content)),
    ])
    assert (answer.status_code, answer.json()) == (200, {"ok": True}), answer.text
    assert browser.starts == before + 2
    kept = browser.see(lambda page: (page.goto(f"{site.url}/form.html"), page.evaluate("localStorage.kept"))[1])
    assert kept == "yes"
    assert browser.see(lambda page: page.evaluate("[screen.width, screen.height]")) == [1400, 900]


def test_a_browser_that_does_not_start_is_as_before(browser):
    """Chromium prints its version and ends."""
    before, display = browser.state(), browser.api.patch("/display", json={"width": 1300}).json()
    answer = browser.api.post("/configure", files=[
        ("display", (None, json.dumps({"width": 1200, "height": 700}))),
        ("chromium_flags", (None, json.dumps({"flags": ["--version"]}))),
        ("chrome_policies", (None, json.dumps({"TranslateEnabled": False}))),
        ("extensions.name", (None, "third")), ("extensions.zip_file", ("x.zip", zipped(marking_extension()))),
    ])
    assert answer.status_code == 500, answer.text
    assert (answer.json()["phase"], answer.json()["step"]) == ("configure_phase", "start_chromium")
    assert browser.state() == before
    assert browser.see(lambda page: page.evaluate("screen.width")) == display["width"]


@pytest.mark.parametrize("field, value, step", [
    ("display", "{}", "display"), ("display", "{", "display"), ("chromium_flags", '{"flags": ["x"]}', "chromium_flags"),
    ("chrome_policies", "{}", "chrome_policies"), ("profile_archive", "no archive", "profile"),
    ("strip_components", "-1", "profile"), ("start_url", "a b", "start_url"), ("unknown", "x", "unknown"),
    ("extensions.name", "a", "extensions"),
])
def test_a_bad_field_of_configure_is_named(browser, field, value, step):
    before, starts = browser.state(), browser.starts
    answer = browser.api.post("/configure", files=[(field, (None, value))])
    assert answer.status_code == 400, answer.text
    assert step in answer.json()["message"]
    assert (browser.state(), browser.starts) == (before, starts)
    assert browser.api.post("/configure?extension_load_strategy=x", files=[("start_url", (None, "a"))]).status_code == 400
