"""What ends a gesture before its time: whatever it is, nothing stays pressed."""

import json
import signal
import threading
import time
from contextlib import contextmanager

import pytest
import requests
from own_agent import OwnAgent
from own_display import OwnDisplay
from raw_http import RawClient
from waiting import eventually
from x_display import XDisplay

LONG_DRAG = {
    "path": [[100, 100], [700, 500]], "hold_keys": ["Shift_L"], "smooth": False, "steps_per_segment": 1000,
    "step_delay_ms": 20}
LONG_PRESS = {"keys": ["x"], "duration": 20_000, "hold_keys": ["Control_L"]}
HUMAN_DRAG = {"path": [[100, 100], [700, 500]], "duration_ms": 10_000}


@contextmanager
def calling(url, operation, body):
    """A call on a connection of its own; it is not waited for."""
    data = json.dumps(body).encode()
    with RawClient(url) as client:
        client.send("POST", f"/computer/{operation}", f"Content-Length: {len(data)}", body=data)
        yield client


@pytest.mark.parametrize("operation, body", [
    ("drag_mouse", LONG_DRAG), ("drag_mouse", HUMAN_DRAG), ("press_key", LONG_PRESS),
    ("batch", {"actions": [{"type": "drag_mouse", "drag_mouse": HUMAN_DRAG}]}),
], ids=["drag", "human drag", "press", "batch"])
def test_a_client_that_leaves(agent_url, api, display, operation, body):
    with calling(agent_url, operation, body):
        eventually(lambda: display.buttons or display.keys)
    left = time.monotonic()
    eventually(lambda: not display.buttons and not display.keys, timeout=5)
    assert time.monotonic() - left < 2
    assert api.post("/computer/move_mouse", json={"x": 5, "y": 5, "smooth": False}).ok
    assert display.position == (5, 5)


def test_a_client_that_leaves_the_queue(agent_url, api, display):
    with calling(agent_url, "drag_mouse", HUMAN_DRAG):
        eventually(lambda: display.buttons)
        with calling(agent_url, "click_mouse", {"x": 9, "y": 9, "click_type": "down", "smooth": False}):
            assert display.buttons == {"left"}
        # The two clients are served by different threads; nothing tells when the agent has noticed the first one leave.
        time.sleep(0.5)
    eventually(lambda: not display.buttons)
    assert api.post("/computer/move_mouse", json={"x": 5, "y": 5, "smooth": False}).ok
    assert not display.buttons and display.position == (5, 5)


def test_the_agent_stops_in_the_middle_of_a_drag(display):
    with OwnAgent() as agent, calling(agent.url, "drag_mouse", LONG_DRAG) as client:
        eventually(lambda: display.buttons)
        start = time.monotonic()
        agent.process.send_signal(signal.SIGTERM)
        assert client.head()[0] == 503
        eventually(lambda: not display.buttons and not display.keys)
        assert agent.process.wait(10) == 0
        assert time.monotonic() - start < 5


def test_the_agent_stops_while_a_button_is_kept_down(display):
    with OwnAgent() as agent:
        body = {"x": 300, "y": 300, "click_type": "down", "smooth": False}
        assert agent.post("/computer/click_mouse", json=body).ok and display.buttons == {"left"}
    assert not display.buttons


def test_the_x_server_dies_in_the_middle_of_a_drag():
    with OwnDisplay() as server, OwnAgent(DISPLAY_NUM=str(server.number)) as agent:
        with calling(agent.url, "drag_mouse", LONG_DRAG) as client:
            with XDisplay(server.name) as display:
                eventually(lambda: display.buttons and display.keys)
            server.kill()
            status, fields = client.head()
            assert status == 503, client.body(int(fields["content-length"]))
        assert agent.post("/computer/click_mouse", json={"x": 1, "y": 1}).status_code == 503
        server.start()
        eventually(lambda: agent.post("/computer/move_mouse", json={"x": 7, "y": 8, "smooth": False}).ok)
        with XDisplay(server.name) as display:
            assert (display.position, display.buttons, display.keys) == ((7, 8), set(), set())
            assert agent.post("/computer/click_mouse", json={"x": 70, "y": 80}).ok
            assert (display.position, display.buttons) == ((70, 80), set())


def test_a_hidden_pointer_stays_hidden_when_the_x_server_comes_back():
    with OwnDisplay() as server, OwnAgent(DISPLAY_NUM=str(server.number)) as agent:
        def picture():
            answer = agent.post("/computer/screenshot")
            return answer.ok and answer.content

        assert agent.post("/computer/move_mouse", json={"x": 400, "y": 300, "smooth": False}).ok
        shown = picture()
        assert agent.post("/computer/cursor", json={"hidden": True}).ok
        hidden = picture()
        assert shown != hidden
        server.kill()
        assert agent.post("/computer/cursor", json={"hidden": True}).status_code == 503
        server.start()
        eventually(lambda: agent.post("/computer/move_mouse", json={"x": 400, "y": 300, "smooth": False}).ok)
        assert eventually(picture) == hidden
        assert agent.post("/computer/cursor", json={"hidden": False}).ok and picture() == shown


def test_many_clients_that_leave_at_random(agent_url, api, display):
    def client(seed):
        with calling(agent_url, "drag_mouse", HUMAN_DRAG | {"seed": seed, "duration_ms": 500}):
            time.sleep(0.013 * seed)

    clients = [threading.Thread(target=client, args=[seed]) for seed in range(30)]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    assert api.post("/computer/move_mouse", json={"x": 50, "y": 60, "smooth": False}).ok
    assert (display.position, display.buttons, display.keys) == ((50, 60), set(), set())
    assert requests.get(f"{agent_url}/health", timeout=10).ok
