"""The official `kernel` SDK, unmodified, against the agent."""

import base64

import kernel
import pytest
from video import duration, frame_times, probe
from waiting import eventually


def test_exec_returns_both_streams_and_the_code(sdk):
    result = sdk.browsers.process.exec("vm-1", command="sh", args=["-c", "echo out; echo err >&2; exit 3"])
    assert result.exit_code == 3
    assert base64.b64decode(result.stdout_b64) == b"out\n"
    assert base64.b64decode(result.stderr_b64) == b"err\n"
    assert result.duration_ms >= 0


def test_a_missing_program_is_a_bad_request_that_names_it(sdk):
    with pytest.raises(kernel.BadRequestError, match="no-such-program"):
        sdk.browsers.process.exec("vm-1", command="no-such-program")


def test_a_missing_file_is_not_found(sdk):
    with pytest.raises(kernel.NotFoundError, match="/no/such/file"):
        sdk.browsers.fs.read_file("vm-1", path="/no/such/file")


def test_an_empty_directory_lists_as_an_empty_array(sdk, machine_directory):
    assert sdk.browsers.fs.list_files("vm-1", path=machine_directory) == []


def test_file_info_tells_size_and_mode(sdk, machine_directory):
    file = f"{machine_directory}/ä file"
    sdk.browsers.fs.write_file("vm-1", b"12345", path=file, mode="0640")
    info = sdk.browsers.fs.file_info("vm-1", path=file)
    assert (info.name, info.size_bytes, info.is_dir, info.mode) == ("ä file", 5, False, "-rw-r-----")


def test_the_mouse_is_where_it_was_put(sdk):
    for x, y in [(0, 0), (100, 200), (7, 9)]:
        sdk.browsers.computer.move_mouse("vm-1", x=x, y=y)
        position = sdk.browsers.computer.get_mouse_position("vm-1")
        assert (position.x, position.y) == (x, y)


def test_a_region_of_the_screen(sdk):
    region = {"x": 10, "y": 20, "width": 64, "height": 48}
    png = sdk.browsers.computer.capture_screenshot("vm-1", region=region).read()
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (64, 48)


def test_every_action_of_mouse_and_keyboard(sdk):
    computer = sdk.browsers.computer
    computer.click_mouse("vm-1", x=300, y=300, button="left", click_type="click", num_clicks=2, hold_keys=["Shift_L"])
    computer.move_mouse("vm-1", x=400, y=300, duration_ms=100)
    computer.scroll("vm-1", x=400, y=300, delta_x=1, delta_y=-2)
    computer.drag_mouse("vm-1", path=[[300, 300], [350, 320]], steps_per_segment=3, step_delay_ms=5, delay=10)
    computer.press_key("vm-1", keys=["Ctrl+a", "Left"], duration=10, hold_keys=["shift"])
    assert computer.set_cursor_visibility("vm-1", hidden=True).ok
    assert computer.set_cursor_visibility("vm-1", hidden=False).ok
    position = computer.get_mouse_position("vm-1")
    assert (position.x, position.y) == (350, 320)


def test_a_batch_and_the_action_that_fails_in_it(sdk):
    batch = sdk.browsers.computer.batch
    batch("vm-1", actions=[
        {"type": "move_mouse", "move_mouse": {"x": 20, "y": 30, "smooth": False}},
        {"type": "sleep", "sleep": {"duration_ms": 1}}])
    with pytest.raises(kernel.BadRequestError, match=r"actions\[1\] \(press_key\): "):
        batch("vm-1", actions=[
            {"type": "move_mouse", "move_mouse": {"x": 21, "y": 31, "smooth": False}},
            {"type": "press_key", "press_key": {"keys": ["NoSuchKey"]}}])
    position = sdk.browsers.computer.get_mouse_position("vm-1")
    assert (position.x, position.y) == (21, 31)


def test_a_process_from_spawn_to_exit(sdk):
    process = sdk.browsers.process.spawn(
        "vm-1", command="sh", args=["-c", "read line; echo got $line; echo oops >&2; sleep 0.1; exit 6"])
    status = sdk.browsers.process.status(process.process_id, id_or_name="vm-1")
    assert (status.state, status.exit_code) == ("running", None)
    data = base64.b64encode(b"words\n").decode()
    written = sdk.browsers.process.stdin(process.process_id, id_or_name="vm-1", data_b64=data)
    assert written.written_bytes == 6
    events = list(sdk.browsers.process.stdout_stream(process.process_id, id_or_name="vm-1"))
    output = {"stdout": b"", "stderr": b""}
    for event in events[:-1]:
        output[event.stream] += base64.b64decode(event.data_b64)
    assert output == {"stdout": b"got words\n", "stderr": b"oops\n"}
    assert (events[-1].event, events[-1].exit_code) == ("exit", 6)
    assert sdk.browsers.process.status(process.process_id, id_or_name="vm-1").exit_code == 6


def test_a_large_output_through_the_sdk(sdk):
    process = sdk.browsers.process.spawn("vm-1", command="head", args=["-c", "3000000", "/dev/zero"])
    events = list(sdk.browsers.process.stdout_stream(process.process_id, id_or_name="vm-1"))
    assert sum(len(base64.b64decode(event.data_b64)) for event in events[:-1]) == 3_000_000
    assert events[-1].event == "exit"


def test_a_terminal_is_resized_and_killed(sdk):
    process = sdk.browsers.process.spawn("vm-1", command="cat", allocate_tty=True, rows=24, cols=80)
    assert sdk.browsers.process.resize(process.process_id, id_or_name="vm-1", rows=50, cols=132).ok
    assert sdk.browsers.process.kill(process.process_id, id_or_name="vm-1", signal="KILL").ok
    events = list(sdk.browsers.process.stdout_stream(process.process_id, id_or_name="vm-1"))
    assert (events[-1].event, events[-1].exit_code) == ("exit", -1)
    with pytest.raises(kernel.ConflictError):
        sdk.browsers.process.kill(process.process_id, id_or_name="vm-1", signal="KILL")


def test_a_replay_from_start_to_download(sdk, tmp_path):
    replays = sdk.browsers.replays
    replay = replays.start("vm-1", framerate=15, max_duration_in_seconds=60, record_audio=True)
    assert replay.started_at and replay.finished_at is None
    with pytest.raises(kernel.BadRequestError, match="framerate"):
        replays.start("vm-1", framerate=21)
    video = tmp_path / "replay.mp4"

    def recorded_seconds():
        replays.download(replay.replay_id, id_or_name="vm-1").write_to_file(video)
        return duration(video)

    eventually(lambda: recorded_seconds() > 1)
    replays.stop(replay.replay_id, id_or_name="vm-1")
    listed = next(each for each in replays.list("vm-1") if each.replay_id == replay.replay_id)
    assert listed.finished_at >= listed.started_at == replay.started_at
    replays.download(replay.replay_id, id_or_name="vm-1").write_to_file(video)
    assert {stream["codec_type"] for stream in probe(video)["streams"]} == {"video", "audio"}
    assert len(frame_times(video)) >= 1
    with pytest.raises(kernel.NotFoundError):
        replays.download("unknown", id_or_name="vm-1")


def test_playwright_code_and_the_executors_it_runs_in(sdk):
    playwright = sdk.browsers.playwright
    answer = playwright.execute(
        "vm-1", code="console.log('said'); return (await page.evaluate(() => 6 * 7)) as number;", timeout_sec=30)
    assert (answer.success, answer.result, answer.stdout, answer.tab.created) == (True, 42, "said\n", False)
    failed = playwright.execute("vm-1", code="throw new Error('no')", executor="second")
    assert (failed.success, failed.error, failed.tab.created) == (False, "no", True)
    default, second = playwright.executors.list("vm-1").executors
    assert (default.name, second.name, second.busy) == ("default", "second", False)
    assert (second.target_id, second.url) == (failed.tab.target_id, "about:blank")
    playwright.executors.delete("second", id_or_name="vm-1")
    with pytest.raises(kernel.NotFoundError):
        playwright.executors.delete("second", id_or_name="vm-1")
