"""GET /fs/download_dir_zip and /fs/download_dir_zstd, read by the tools that others read archives with."""

import io
import os
import pathlib
import socket
import subprocess
import tarfile
import time
import zipfile
from urllib.parse import quote_from_bytes, urlsplit

import pytest
from waiting import eventually

NAMES = [b"plain", "caf\u00e9".encode(), "cafe\u0301".encode(), b"not\xff\xfeutf-8", b"two\nlines", b"back\\slash", b"n" * 255]


@pytest.fixture
def tree(tmp_path):
    """A bit of everything; bytes, for names are."""
    root = os.fsencode(tmp_path / "tree")
    for directory in (b"", b"/empty", b"/deep/er"):
        os.makedirs(root + directory)
    for name in NAMES:
        with open(root + b"/" + name, "wb") as file:
            file.write(name * 100)
    with open(root + b"/deep/er/program", "wb") as file:
        file.write(b"#!/bin/sh\necho ran\n")
    os.chmod(root + b"/deep/er/program", 0o4755)
    os.chmod(root + b"/empty", 0o1777)
    os.symlink(b"deep/er/program", root + b"/link")
    os.link(root + b"/plain", root + b"/twin")
    os.mkfifo(root + b"/fifo")
    os.utime(root + b"/plain", ns=(0, 1_600_000_000_123_456_789))
    os.utime(root + b"/empty", ns=(0, 1_600_000_001_000_000_000))
    return root


def download(api, kind, path, **parameters):
    answer = api.get(f"/fs/download_dir_{kind}?path={quote_from_bytes(path)}", params=parameters)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == {"zip": "application/zip", "zstd": "application/zstd"}[kind]
    return answer.content


def snapshot(root):
    """What a tree holds, FIFOs aside, with whole seconds."""
    result = {}
    for directory, directories, files in os.walk(root):
        for name in directories + files:
            path = os.path.join(directory, name)
            status = os.lstat(path)
            content = b""
            if os.path.islink(path):
                content = os.readlink(path)
            elif os.path.isfile(path):
                with open(path, "rb") as file:
                    content = file.read()
            elif not os.path.isdir(path):
                continue
            result[os.path.relpath(path, root)] = (oct(status.st_mode), int(status.st_mtime), content)
    return result


# Info-ZIP takes setuid away, and bsdtar recodes what is not UTF-8 in a zip: they have simpler trees below.
@pytest.mark.parametrize("command", ["tar --zstd -xpf", "bsdtar -xpf"])
def test_other_tools_unpack_the_very_same_tree(api, tree, tmp_path, command):
    archive, target = tmp_path / "archive", tmp_path / "target"
    archive.write_bytes(download(api, "zstd", tree))
    target.mkdir()
    # In a UTF-8 locale bsdtar composes the letters of decomposed names; in this one it says that it leaves them alone.
    done = subprocess.run(
        [*command.split(), archive, "-C", target], capture_output=True, env={**os.environ, "LC_ALL": "C"})
    assert done.returncode == 0 or b"can't be converted from UTF-8" in done.stderr
    assert snapshot(os.fsencode(target)) == snapshot(tree)


def test_a_tar_keeps_nanoseconds_owners_and_hard_links(api, tree, tmp_path):
    data = subprocess.run(
        ["zstd", "-dqc"], input=download(api, "zstd", tree), capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(data), errors="surrogateescape") as archive:
        members = {member.name: member for member in archive}
    assert [os.fsencode(name) for name in members] == sorted(os.fsencode(name) for name in members)
    assert members["plain"].pax_headers["mtime"] == "1600000000.123456789"
    assert members["plain"].uid == os.stat(tree + b"/plain").st_uid
    assert members["twin"].islnk() and members["twin"].linkname == "plain"
    assert members["link"].issym() and members["link"].linkname == "deep/er/program"
    assert members["deep/er/program"].mode == 0o4755
    assert {os.fsencode(name) for name in members} >= set(NAMES)
    assert "fifo" not in members and not any(name.startswith((".", "/")) for name in members)


def test_a_zip_says_which_names_are_utf8(api, tree):
    with zipfile.ZipFile(io.BytesIO(download(api, "zip", tree))) as archive:
        assert archive.testzip() is None
        members = {member.filename: member for member in archive.infolist()}
        assert archive.read("link") == b"deep/er/program"
    assert members["caf\u00e9"].flag_bits & 0x800 and members["cafe\u0301"].flag_bits & 0x800
    # Python shows names without the flag in code page 437.
    assert not members[b"not\xff\xfeutf-8".decode("cp437")].flag_bits & 0x800
    assert members["empty/"].external_attr >> 16 == 0o41777
    assert members["link"].external_attr >> 16 == 0o120777
    assert members["two\nlines"].file_size == len(b"two\nlines" * 100)


@pytest.mark.parametrize("command", ["unzip -q {archive} -d {target}", "bsdtar -xpf {archive} -C {target}"])
def test_a_zip_is_unpacked_by_other_tools(api, tmp_path, command):
    tree, target = tmp_path / "tree", tmp_path / "target"
    (tree / "sub").mkdir(parents=True)
    (tree / "sub" / "big").write_bytes(os.urandom(3_000_000))
    (tree / "sub" / "text").write_text("text " * 100_000)
    (tree / "empty").touch()
    (tree / "link").symlink_to("sub/text")
    archive = tmp_path / "archive.zip"
    archive.write_bytes(download(api, "zip", os.fsencode(tree)))
    subprocess.run(["unzip", "-tq", archive], check=True, capture_output=True)
    target.mkdir()
    subprocess.run(command.format(archive=archive, target=target).split(), check=True)
    unpacked, original = snapshot(os.fsencode(target)), snapshot(os.fsencode(tree))
    for each in (unpacked, original):
        # Without its time, which Info-ZIP does not restore for links.
        each[b"link"] = each[b"link"][::2]
    assert unpacked == original


@pytest.mark.parametrize("kind", ["zip", "zstd"])
def test_levels_trade_size_for_time(api, tmp_path, kind):
    sources = sorted(pathlib.Path(os.__file__).parent.glob("*.py"))[:40]
    (tmp_path / "text").write_bytes(b"".join(source.read_bytes() for source in sources))
    sizes = [len(download(api, kind, os.fsencode(tmp_path), compression_level=level))
             for level in ("fastest", "default", "better", "best")]
    assert sizes[0] >= sizes[1] > sizes[2] > sizes[3]
    assert len(download(api, kind, os.fsencode(tmp_path))) == sizes[1]
    answer = api.get(f"/fs/download_dir_{kind}", params={"path": str(tmp_path), "compression_level": "ultra"})
    assert answer.status_code == 400 and "fastest" in answer.json()["message"]


@pytest.mark.parametrize("kind", ["zip", "zstd"])
def test_errors_before_the_first_byte_are_a_status(api, tmp_path, kind):
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "fifo")
    for path, status in [("", 400), (tmp_path / "file", 400), (tmp_path / "fifo", 400), (tmp_path / "missing", 404)]:
        answer = api.get(f"/fs/download_dir_{kind}", params={"path": str(path)})
        assert answer.status_code == status, path
        assert str(path) in answer.json()["message"]


@pytest.mark.parametrize("kind", ["zip", "zstd"])
def test_an_empty_directory_is_an_empty_archive(api, tmp_path, kind):
    data = download(api, kind, os.fsencode(tmp_path))
    if kind == "zip":
        assert zipfile.ZipFile(io.BytesIO(data)).namelist() == []
    else:
        assert subprocess.run(["tar", "--zstd", "-t"], input=data, capture_output=True, check=True).stdout == b""


def test_large_files_and_many(api, tmp_path):
    """Beyond what 32 bits count; sparse, so that it takes no disk."""
    with open(tmp_path / "large", "wb") as file:
        file.truncate((4 << 30) + 5)
        file.seek(4 << 30)
        file.write(b"12345")
    for index in range(300):
        (tmp_path / f"{index:03}").write_text(str(index))
    with subprocess.Popen(["tar", "--zstd", "-tv"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as lister:
        with api.get("/fs/download_dir_zstd", params={"path": str(tmp_path)}, stream=True) as answer:
            for chunk in answer.iter_content(1 << 20):
                lister.stdin.write(chunk)
        lister.stdin.close()
        lines = lister.stdout.read().decode().splitlines()
    assert lister.returncode == 0 and len(lines) == 301
    assert str((4 << 30) + 5) in next(line for line in lines if line.endswith("large"))


def test_a_client_that_leaves_or_stalls_costs_nothing(agent_url, stack, tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    for index in range(40):
        (tree / str(index)).write_bytes(os.urandom(1_000_000))
    address = urlsplit(agent_url)
    descriptors, before = stack.agent_descriptors(), resident(stack.agent_pid)
    readers = []
    for kind in ("zip", "zstd") * 4:
        reader = socket.create_connection((address.hostname, address.port))
        reader.sendall(f"GET /fs/download_dir_{kind}?path={tree} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert reader.recv(12) == b"HTTP/1.1 200"
        readers.append(reader)
    # Each holds its connection, the tree's directory and perhaps a file; and a few shares of the tree.
    assert stack.agent_descriptors() - descriptors <= 8 * 4
    assert resident(stack.agent_pid) - before < 8 * 16
    for reader in readers:
        reader.close()
    eventually(lambda: stack.agent_descriptors() <= descriptors)


def test_a_tree_that_cannot_be_read_to_its_end_is_cut_off(agent_url, tmp_path):
    """A directory that is moved away midway: the client must not take what it has for the whole."""
    tree = tmp_path / "tree"
    (tree / "a" / "b").mkdir(parents=True)
    for index in range(60):
        (tree / "a" / "b" / f"{index:02}").write_bytes(os.urandom(1_000_000))
    (tree / "z").write_text("last")
    address = urlsplit(agent_url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(f"GET /fs/download_dir_zstd?path={tree} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        data = connection.recv(65536)
        os.rename(tree / "a" / "b", tmp_path / "b")
        deadline = time.monotonic() + 30
        while chunk := connection.recv(1 << 20):
            data = data[-20:] + chunk
            assert time.monotonic() < deadline
    assert not data.endswith(b"0\r\n\r\n")


def resident(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024
