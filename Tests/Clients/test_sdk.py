"""The official `kernel` SDK, unmodified, against the agent."""

import base64

import kernel
import pytest


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


def test_an_empty_directory_lists_as_an_empty_array(sdk, tmp_path):
    assert sdk.browsers.fs.list_files("vm-1", path=str(tmp_path)) == []


def test_file_info_tells_size_and_mode(sdk, tmp_path):
    file = tmp_path / "ä file"
    file.write_bytes(b"12345")
    file.chmod(0o640)
    info = sdk.browsers.fs.file_info("vm-1", path=str(file))
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


def test_what_is_not_built_says_so(sdk):
    with pytest.raises(kernel.InternalServerError) as error:
        sdk.browsers.computer.press_key("vm-1", keys=["Return"])
    assert error.value.status_code == 501
