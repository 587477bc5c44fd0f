"""Code that the agent runs beside the browser: what comes back, and what stops it."""

import concurrent.futures
import json
import os
import signal
import sysconfig
from pathlib import Path

import pytest
import requests
from own_agent import OwnAgent, stack_browser
from waiting import eventually


@pytest.fixture
def execute(api):
    """Runs code and returns the answer; further arguments are fields of the request."""

    def call(code: str, **fields):
        response = api.post("/playwright/execute", json={"code": code, **fields})
        assert response.status_code == 200, response.text
        return response.json()

    return call


@pytest.fixture(scope="module")
def executor(agent_url):
    """The name of an executor that is not the default one."""
    yield "tested"
    requests.delete(f"{agent_url}/playwright/executors/tested", timeout=60)


def is_busy(api, name: str) -> bool:
    executors = api.get("/playwright/executors").json()["executors"]
    return any(each["name"] == name and each["busy"] for each in executors)


def session_of(stat: Path) -> int | None:
    """Of a living process."""
    try:
        state, _, _, session = stat.read_text().rpartition(")")[2].split()[:4]
        return None if state == "Z" else int(session)
    except (FileNotFoundError, ProcessLookupError):
        return None


def test_page_context_and_browser_are_in_scope(execute, site):
    answer = execute(f"""
        await page.goto("{site.url}/form.html");
        await page.fill("#field", "typed");
        return {{value: await page.inputValue("#field"), pages: context.pages().length, up: browser.isConnected()}};
    """)
    assert answer["result"] == {"value": "typed", "pages": 1, "up": True}
    assert answer["success"] and not answer["tab"]["created"] and answer["tab"]["target_id"]


@pytest.mark.parametrize("code, result", [
    ("interface Point { x: number }\nconst p: Point = {x: 1};\nreturn (p as Point).x satisfies number;", 1),
    ("enum Colour { Red = 7 }\nreturn Colour.Red;", 7),
    ("const f = async <T,>(value: T): Promise<T> => value;\nreturn await f<string>('generic');", "generic"),
    ("const a = 1, b = 2, c = 3;\nreturn [a < b, b > (c)];", [True, False]),
    ("const { EOL } = await import('node:os');\nreturn EOL === require('os').EOL;", True),
    ("return 'ends with a comment' // of one line", "ends with a comment"),
])
def test_code_is_javascript_or_typescript(execute, code, result):
    assert execute(code)["result"] == result


@pytest.mark.parametrize("code, result", [
    ("return null", None),
    ("return 'ä€🎈\\u0000'", "ä€🎈\0"),
    ("return [1.5, true, {a: undefined, b: []}]", [1.5, True, {"b": []}]),
    ("return new Date(0)", "1970-01-01T00:00:00.000Z"),
])
def test_a_value_comes_back_as_json(execute, code, result):
    assert execute(code)["result"] == result


def test_nothing_returned_is_no_result(execute):
    for code in ["1 + 1", "return undefined", " ", "return () => 1"]:
        answer = execute(code)
        assert answer["success"] and "result" not in answer


def test_what_is_not_json_is_a_failure_that_says_so(execute):
    for code in ["const a = {}; a.self = a; return a", "return 1n"]:
        answer = execute(code)
        assert not answer["success"] and "cannot be written as JSON" in answer["error"]


def test_a_large_result_and_large_code(execute):
    assert execute("return 'x'.repeat(10_000_000)")["result"] == "x" * 10_000_000
    assert execute(f"return '{'y' * 4_000_000}'.length")["result"] == 4_000_000
    too_large = execute("return 'z'.repeat(64 << 20)")
    assert not too_large["success"] and "larger than" in too_large["error"]


def test_an_error_says_where_it_was_thrown(execute):
    answer = execute("const x: number = 1;\n  throw new TypeError('boom');")
    assert (answer["success"], answer["error"]) == (False, "boom")
    assert answer["stderr"] == "TypeError: boom\n    at code.ts:2:9"
    assert execute("throw 'a text'")["error"] == "'a text'"


def test_a_syntax_error_shows_the_line(execute):
    answer = execute("const fine = 1;\nconst x = ;")
    assert not answer["success"] and "code.ts:2" in answer["stderr"] and "const x = ;" in answer["stderr"]


def test_an_error_of_playwright_has_no_colours(execute):
    answer = execute("await page.click('#there-is-none', {timeout: 50})")
    assert "Timeout 50ms exceeded" in answer["error"] and "\x1b" not in json.dumps(answer)


def test_output_is_captured_and_belongs_to_its_call(execute):
    first = execute("""
        console.log('one', {two: 2}); console.error('three');
        require('child_process').execSync('echo four', {stdio: 'inherit'});
        setTimeout(() => console.log('late'), 20);
    """)
    assert (first["stdout"], first["stderr"]) == ("one { two: 2 }\nfour\n", "three\n")
    second = execute("await new Promise((done) => setTimeout(done, 100)); throw new Error('bad')")
    assert (second["stdout"], second["stderr"].splitlines()[0]) in [("late\n", "Error: bad"), ("", "Error: bad")]
    much = execute("process.stdout.write('x'.repeat(5 << 20)); return 1")
    assert much["result"] == 1 and len(much["stdout"]) < (4 << 20) + 100
    assert f"{1 << 20} more bytes" in much["stdout"]


def test_an_error_nobody_waits_for_is_told_and_survived(execute):
    answer = execute("Promise.reject(new Error('floating')); await new Promise((done) => setTimeout(done, 20)); return 1")
    assert answer["result"] == 1 and "floating" in answer["stderr"]


def test_the_timeout_stops_the_code_whatever_it_does(api, execute):
    endings = ["while (true) {}", "await new Promise(() => {})", "require('child_process').execSync('sleep 1000')"]

    def stopped(name: str, ending: str):
        execute("return 1", executor=name)
        answer = execute(f"console.log('began'); {ending}", executor=name, timeout_sec=2)
        again = execute("return 'again'", executor=name)
        api.delete(f"/playwright/executors/{name}")
        return answer, again["result"]

    with concurrent.futures.ThreadPoolExecutor() as pool:
        for answer, again in pool.map(stopped, ["one", "two", "three"], endings):
            assert (answer["success"], answer["stdout"], again) == (False, "began\n", "again")
            assert "did not end within 2 s" in answer["error"]


def test_code_that_was_stopped_does_nothing_more(execute):
    pid = execute("return process.pid")["result"]
    assert not execute("require('child_process').spawn('sleep', ['1000']); while (true) {}", timeout_sec=1)["success"]
    assert not Path(f"/proc/{pid}").exists()
    assert not [each for each in Path("/proc").glob("[0-9]*/stat") if session_of(each) == pid]


def test_waiting_for_a_turn_counts(api, execute, executor):
    execute("return 1", executor=executor)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        first = pool.submit(execute, "await new Promise((done) => setTimeout(done, 2500)); return 1", executor=executor)
        eventually(lambda: is_busy(api, executor))
        second = execute("return 2", executor=executor, timeout_sec=1)
        assert not second["success"] and "within 1 s" in second["error"]
        assert first.result()["result"] == 1


def test_code_whose_client_has_gone_is_stopped(api, execute, executor):
    execute("return 1", executor=executor)
    with pytest.raises(requests.ReadTimeout):
        api.post("/playwright/execute", json={"code": "while (true) {}", "executor": executor}, timeout=1)
    eventually(lambda: not is_busy(api, executor))
    assert execute("return 2", executor=executor)["result"] == 2


@pytest.mark.same_machine("looks at processes beside the agent")
def test_code_that_ends_its_process_fails_alone(execute):
    assert "exit code 3" in execute("process.exit(3)")["error"]
    node = execute("return process.pid")["result"]
    os.kill(node, signal.SIGKILL)
    eventually(lambda: not Path(f"/proc/{node}").exists())
    assert execute("return 1")["result"] == 1


def test_code_that_writes_to_the_channel_fails_alone(execute):
    answer = execute("require('fs').writeSync(0, 'x'.repeat(100)); await new Promise(() => {})", timeout_sec=20)
    assert not answer["success"] and "signal 9" in answer["error"]
    assert execute("return 1")["result"] == 1


def test_no_secret_of_the_agent_is_in_the_environment(execute):
    environment = execute("return process.env")["result"]
    assert set(environment) <= {"PATH", "LANG", "HOME", "USER", "LOGNAME"}


def test_the_code_runs_as_the_browsers_user(execute, stack):
    chromium = stack.pids("chromium")[0]
    assert execute("return process.getuid()")["result"] == os.stat(f"/proc/{chromium}").st_uid


def test_a_restarted_chromium_is_connected_to_anew(execute, stack):
    execute("return 1")
    oldest = stack.pids("chromium")[0]
    os.kill(oldest, signal.SIGKILL)
    eventually(lambda: oldest not in stack.pids("chromium"))
    answer = execute("return await page.evaluate(() => 6 * 7)")
    assert answer.get("result") == 42, answer


def test_downloads_are_the_codes_during_a_call_and_the_users_after_it(execute, stack):
    link = "<a download=NAME href='data:text/plain,content'>x</a>"
    saved = execute(f"""
        await page.setContent("{link.replace('NAME', 'during')}");
        const [download] = await Promise.all([page.waitForEvent('download'), page.click('a')]);
        return require('fs').readFileSync(await download.path(), 'utf8');
    """)
    assert saved.get("result") == "content", saved
    name = f"after-{os.getpid()}.txt"
    execute(f"""
        await page.setContent("{link.replace('NAME', name)}");
        await page.evaluate("setTimeout(() => document.querySelector('a').click(), 300)");
    """)
    home = next(Path(os.environ["GUEST_AGENT_RUN_DIR"]).glob("**/browser/home"))
    file = eventually(lambda: next(home.glob(f"**/{name}"), None))
    assert eventually(file.read_text) == "content"


def test_a_dialog_waits_for_its_user_between_calls(execute, cdp_url):
    execute("""
        await page.setContent('<title>-</title>');
        await page.evaluate(() => {
            setTimeout(() => { document.title = 'asking'; document.title = `answered ${confirm('?')}` }, 100);
        });
    """)

    def titles():
        return [tab["title"] for tab in requests.get(f"{cdp_url}/json/list", timeout=10).json()]

    eventually(lambda: "asking" in titles())
    for _ in range(20):
        assert "asking" in titles()
    answer = execute("await page.waitForFunction(() => document.title != 'asking'); return await page.title()")
    assert answer.get("result") == "answered false", answer


def test_a_dialog_during_a_call_is_dismissed_unless_the_code_listens(execute):
    assert execute("return await page.evaluate(() => confirm('?'))")["result"] is False
    accepting = "page.once('dialog', (dialog) => dialog.accept()); return await page.evaluate(() => confirm('?'))"
    assert execute(accepting)["result"] is True


def test_page_is_the_tab_that_was_active_last(execute):
    opened = execute("""
        const other = await context.newPage();
        await other.goto('data:text/html,<title>other</title>');
        await page.bringToFront();
    """)
    assert opened["success"]
    assert execute("return await page.title()")["result"] != "other"
    execute("for (const each of context.pages()) if (await each.title() === 'other') await each.bringToFront()")
    assert execute("const title = await page.title(); await page.close(); return title")["result"] == "other"


def test_a_named_executor_has_a_tab_of_its_own(api, execute, executor):
    api.delete(f"/playwright/executors/{executor}")
    first = execute("await page.goto('data:text/html,<title>own</title>'); globalThis.mark = 1", executor=executor)
    assert first["tab"]["created"]
    again = execute("return [await page.title(), globalThis.mark]", executor=executor)
    assert again["result"] == ["own", 1]
    assert again["tab"] == {"target_id": first["tab"]["target_id"], "created": False}
    assert execute("return [await page.title() === 'own', typeof globalThis.mark]")["result"] == [False, "undefined"]
    default, own = api.get("/playwright/executors").json()["executors"]
    assert default["name"] == "default" and "target_id" not in default
    assert (own["target_id"], own["url"]) == (first["tab"]["target_id"], "data:text/html,<title>own</title>")
    execute("await page.close()", executor=executor)
    assert execute("return 1", executor=executor)["tab"]["created"]


def test_executors_run_side_by_side(api, execute, executor):
    slow = "await new Promise((done) => setTimeout(done, 3000)); return Date.now()"
    execute("return 1", executor=executor)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        stuck = pool.submit(execute, slow, executor=executor)
        eventually(lambda: is_busy(api, executor))
        ended = execute("return Date.now()")["result"]
        assert ended < stuck.result()["result"]


def test_calls_of_one_executor_take_turns(execute):
    code = "const began = Date.now(); await new Promise((done) => setTimeout(done, 50)); return [began, Date.now()]"
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        spans = sorted(answer["result"] for answer in pool.map(lambda _: execute(code), range(8)))
    assert all(before[1] <= after[0] for before, after in zip(spans, spans[1:]))


def test_deleting_an_executor_fails_its_call_and_closes_its_tab(api, execute, executor, cdp_url):
    tab = execute("return 1", executor=executor)["tab"]["target_id"]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        stuck = pool.submit(execute, "while (true) {}", executor=executor)
        eventually(lambda: is_busy(api, executor))
        assert api.delete(f"/playwright/executors/{executor}").status_code == 204
        assert "deleted" in stuck.result()["error"]
    eventually(lambda: tab not in [each["id"] for each in requests.get(f"{cdp_url}/json/list", timeout=10).json()])
    assert api.delete(f"/playwright/executors/{executor}").status_code == 404
    assert api.delete("/playwright/executors/default").status_code == 204
    assert execute("return 1")["result"] == 1


def test_refusals(api):
    for body in [{}, {"code": ""}, {"code": "1", "executor": "a b"}, {"code": "1", "executor": ""}, {"code": 1}]:
        assert api.post("/playwright/execute", json=body).status_code == 400, body
    assert api.delete("/playwright/executors/none").status_code == 404


@pytest.mark.same_machine("starts a daemon of its own")
def test_playwright_itself_can_be_chosen():
    packages = os.path.realpath(sysconfig.get_path("purelib"))
    with OwnAgent(
            PLAYWRIGHT_ENGINE="playwright-core", PLAYWRIGHT_DIR=packages,
            DEVTOOLS_UPSTREAM_ADDR=stack_browser()) as agent:
        answer = agent.post("/playwright/execute", json={
            "code": "const n: number = await page.evaluate(() => 2); return [n, process.execPath]"}).json()
        assert answer["result"] == [2, f"{packages}/playwright/driver/node"]


@pytest.mark.same_machine("starts a daemon of its own")
def test_a_missing_library_is_an_error_of_the_server(tmp_path):
    with OwnAgent(PLAYWRIGHT_DIR=str(tmp_path), DEVTOOLS_UPSTREAM_ADDR=stack_browser()) as agent:
        answer = agent.post("/playwright/execute", json={"code": "return 1"})
        assert answer.status_code == 500 and "cannot be started" in answer.json()["message"]
