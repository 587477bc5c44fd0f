"""PUT /fs/write_file with a body that is encoded."""

import gzip
import os
import random
import subprocess

import pytest

PLAIN = [b"", b"x", b"text " * 100_000, random.Random(1).randbytes(3_000_000), bytes(256 * 1024), bytes(5_000_000)]


def zstd(data, *options):
    return subprocess.run(["zstd", "-q", "-c", *options], input=data, capture_output=True, check=True).stdout


ENCODERS = {"gzip": gzip.compress, "x-gzip": gzip.compress, "zstd": zstd, "identity": lambda data: data}


def write(api, path, data, encoding):
    return api.put("/fs/write_file", params={"path": path}, data=data, headers={"Content-Encoding": encoding})


@pytest.mark.parametrize("encoding", ENCODERS)
@pytest.mark.parametrize("plain", PLAIN, ids=lambda plain: str(len(plain)))
def test_what_is_written_is_decoded(api, tmp_path, encoding, plain):
    answer = write(api, tmp_path / "file", ENCODERS[encoding](plain), encoding)
    assert answer.status_code == 201, answer.text
    assert (tmp_path / "file").read_bytes() == plain


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_several_members_are_one_file(api, tmp_path, encoding):
    encode = ENCODERS[encoding]
    assert write(api, tmp_path / "file", encode(b"one ") + encode(b"") + encode(b"two"), encoding).status_code == 201
    assert (tmp_path / "file").read_bytes() == b"one two"


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
@pytest.mark.parametrize("damage", [
    lambda data: data[:-1], lambda data: data[: len(data) // 2], lambda data: data[:5], lambda data: b"no such thing",
    lambda data: data + b"garbage behind it", lambda data: data[:50] + b"\0\1\2\3" + data[54:],
], ids=["last byte", "half", "head", "plain", "garbage", "flipped"])
def test_damaged_bodies_leave_the_old_file(api, tmp_path, encoding, damage):
    (tmp_path / "file").write_bytes(b"old")
    data = damage(ENCODERS[encoding](random.Random(2).randbytes(1_000_000)))
    answer = write(api, tmp_path / "file", data, encoding)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_argument")
    assert encoding in answer.json()["message"]
    assert (tmp_path / "file").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("encoding", ["br", "gzip, zstd", "deflate", "xyz"])
def test_other_encodings_are_refused(api, tmp_path, encoding):
    answer = write(api, tmp_path / "file", b"x", encoding)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert "gzip or zstd" in answer.json()["message"]
    assert os.listdir(tmp_path) == []


def test_a_bomb_is_refused_before_it_fills_the_disk(api, tmp_path):
    bomb = zstd(bytes(1 << 30))
    assert len(bomb) < 200_000
    answer = write(api, tmp_path / "file", bomb, "zstd")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert os.listdir(tmp_path) == []


def test_a_window_that_takes_too_much_memory_is_refused(api, tmp_path):
    answer = write(api, tmp_path / "file", zstd(random.Random(3).randbytes(40_000_000), "--long=27"), "zstd")
    assert answer.status_code == 400
    assert os.listdir(tmp_path) == []
