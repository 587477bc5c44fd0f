"""POST /fs/upload: forms of all kinds, and those that do not end well."""

import os
import random
import socket
from urllib.parse import urlsplit

import pytest
from waiting import eventually

FORMS = ["files[{}].{}", "files[{}][{}]", "files.{}.{}"]


def names(directory):
    return sorted(os.listdir(directory))


def post(api, fields):
    """Sends `(name, content)` pairs in their order; contents that are bytes are files."""
    parts = [(name, (None, value) if isinstance(value, str) else ("upload.bin", value)) for name, value in fields]
    return api.post("/fs/upload", files=parts)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("content_first", [False, True])
def test_all_forms_in_any_order(api, tmp_path, form, content_first):
    fields = []
    for index in (3, 0):
        pair = [(form.format(index, "dest_path"), f"{tmp_path}/sub/{index}"), (form.format(index, "file"), b"\r\n%d" % index)]
        fields += reversed(pair) if content_first else pair
    answer = post(api, fields)
    assert (answer.status_code, answer.text) == (201, "")
    assert {name: (tmp_path / "sub" / name).read_bytes() for name in names(tmp_path / "sub")} == {
        "0": b"\r\n0", "3": b"\r\n3"}
    assert (tmp_path / "sub" / "0").stat().st_mode & 0o777 == 0o644


def test_single_file_without_a_number(api, tmp_path):
    assert post(api, [("file", b""), ("dest_path", f"{tmp_path}/empty")]).status_code == 201
    assert (tmp_path / "empty").read_bytes() == b""


def test_forms_may_be_mixed(api, tmp_path):
    fields = [("file", b"0"), ("files[1].file", b"1"), ("files.1.dest_path", f"{tmp_path}/1"),
              ("files[0][dest_path]", f"{tmp_path}/0")]
    assert post(api, fields).status_code == 201
    assert names(tmp_path) == ["0", "1"]


def test_several_hundred_files(api, tmp_path):
    fields = []
    for index in range(300):
        fields += [(f"files[{index}][dest_path]", f"{tmp_path}/{index}"), (f"files[{index}][file]", b"%d" % index)]
    assert post(api, fields).status_code == 201
    assert all((tmp_path / str(index)).read_bytes() == b"%d" % index for index in range(300))


@pytest.mark.parametrize("content_first", [False, True])
def test_large_content_comes_through(api, tmp_path, content_first):
    content = random.Random(1).randbytes(20_000_000)
    fields = [("dest_path", f"{tmp_path}/large"), ("file", content)]
    assert post(api, reversed(fields) if content_first else fields).status_code == 201
    assert (tmp_path / "large").read_bytes() == content


REFUSED = [
    ([], "boundary"),
    ([("file", b"x")], "dest_path"),
    ([("dest_path", "{}/x")], "content"),
    ([("file", b"x"), ("dest_path", "relative")], "absolute"),
    ([("file", b"x"), ("dest_path", "")], "absolute"),
    ([("document", b"x"), ("dest_path", "{}/x")], "document"),
    ([("files[-1].file", b"x"), ("files[-1].dest_path", "{}/x")], "files[-1]"),
    ([("files[a].file", b"x")], "files[a]"),
    ([("files[0]file", b"x")], "files[0]file"),
    ([("file", b"x"), ("file", b"y"), ("dest_path", "{}/x")], "twice"),
    ([("dest_path", "{}/x"), ("dest_path", "{}/y"), ("file", b"y")], "twice"),
    ([("dest_path", "{}/dir"), ("file", b"y")], "directory"),
    ([("dest_path", "{}/a\0b"), ("file", b"y")], "NUL"),
]


@pytest.mark.parametrize("fields,hint", REFUSED, ids=range(len(REFUSED)))
def test_refused_forms_write_nothing(api, tmp_path, fields, hint):
    (tmp_path / "dir").mkdir()
    (tmp_path / "old").write_text("old")
    good = [("files[7].dest_path", f"{tmp_path}/old"), ("files[7].file", b"new")] if fields else []
    filled = [(name, value.format(tmp_path) if isinstance(value, str) else value) for name, value in fields]
    answer = post(api, good + filled)
    assert answer.status_code == 400, answer.text
    assert hint in answer.json()["message"]
    assert names(tmp_path) == ["dir", "old"]
    assert (tmp_path / "old").read_text() == "old"


def test_a_client_that_vanishes_leaves_nothing(agent_url, stack, tmp_path):
    (tmp_path / "old").write_text("old")
    before = stack.agent_descriptors()
    address = urlsplit(agent_url)
    head = (f"POST /fs/upload HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: 10000000\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
            f'--b\r\nContent-Disposition: form-data; name="dest_path"\r\n\r\n{tmp_path}/old\r\n'
            '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n')
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(head.encode() + b"x" * 1_000_000)
    eventually(lambda: stack.agent_descriptors() <= before)
    assert names(tmp_path) == ["old"]
    assert (tmp_path / "old").read_text() == "old"


def test_the_sdk_uploads(sdk, tmp_path):
    sdk.browsers.fs.upload("vm-1", files=[
        {"dest_path": f"{tmp_path}/a", "file": b"AAA"}, {"dest_path": f"{tmp_path}/b", "file": b"BBB"}])
    assert [(tmp_path / name).read_bytes() for name in "ab"] == [b"AAA", b"BBB"]
