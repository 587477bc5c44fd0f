"""POST /fs/upload_zip and /fs/upload_zstd: archives of other tools' making, and forms that are wrong."""

import io
import os
import stat
import subprocess
import tarfile
import zipfile

import pytest


def tar_zst(*members, options=()):
    """An archive of `(name, content)` or TarInfo members, compressed by the zstd tool."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                archive.addfile(info, io.BytesIO(member[1]))
    return subprocess.run(["zstd", "-q", "-c", *options], input=data.getvalue(), capture_output=True, check=True).stdout


def zip_of(*members):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return data.getvalue()


def link(name, target, kind=tarfile.SYMTYPE):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def upload(api, kind, archive, dest, first=True, **fields):
    field = {"zip": "zip_file", "zstd": "archive"}[kind]
    parts = [(field, ("a", archive)), ("dest_path", (None, str(dest)))]
    parts += [(name, (None, str(value))) for name, value in fields.items()]
    return api.post(f"/fs/upload_{kind}", files=parts if first else parts[::-1])


def tree(directory):
    return {
        os.path.relpath(os.path.join(path, name), directory): os.readlink(os.path.join(path, name))
        if os.path.islink(os.path.join(path, name)) else open(os.path.join(path, name), "rb").read()
        for path, _, names in os.walk(directory) for name in names}


MAKERS = {"zip": zip_of, "zstd": tar_zst}


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("archive_first", [True, False])
def test_an_archive_is_unpacked_whatever_the_order_of_the_form(api, tmp_path, kind, archive_first):
    archive = MAKERS[kind](("a", b"A"), ("deep/er/b", b"B" * 1_000_000), ("empty", b""))
    answer = upload(api, kind, archive, tmp_path / "new" / "target", archive_first)
    assert (answer.status_code, answer.text) == (201, "")
    assert tree(tmp_path) == {
        "new/target/a": b"A", "new/target/deep/er/b": b"B" * 1_000_000, "new/target/empty": b""}


@pytest.mark.parametrize("kind", MAKERS)
def test_directories_merge_and_files_replace(api, tmp_path, kind):
    (tmp_path / "dir").mkdir(mode=0o700)
    (tmp_path / "dir/kept").write_text("kept")
    (tmp_path / "dir/replaced").write_text("old")
    assert upload(api, kind, MAKERS[kind](("dir/replaced", b"new"), ("dir/added", b"added")), tmp_path).status_code == 201
    assert tree(tmp_path) == {"dir/kept": b"kept", "dir/replaced": b"new", "dir/added": b"added"}
    assert stat.S_IMODE((tmp_path / "dir").stat().st_mode) == 0o700


def test_what_the_tools_pack_arrives_as_it_was(api, tmp_path):
    source = tmp_path / "source"
    (source / "empty").mkdir(parents=True)
    (source / "run.sh").write_text("#!/bin/sh\n")
    (source / "run.sh").chmod(0o755)
    (source / "link").symlink_to("run.sh")
    os.utime(source / "run.sh", (1_000_000_000, 1_000_000_000))
    subprocess.run(["zip", "-qry", "../a.zip", "."], cwd=source, check=True)
    subprocess.run(["tar", "--zstd", "-cf", "../a.tar.zst", "."], cwd=source, check=True)
    for kind, name in [("zip", "a.zip"), ("zstd", "a.tar.zst")]:
        target = tmp_path / kind
        assert upload(api, kind, (tmp_path / name).read_bytes(), target).status_code == 201
        assert tree(target) == {"run.sh": b"#!/bin/sh\n", "link": "run.sh"}
        assert (target / "empty").is_dir()
        assert stat.S_IMODE((target / "run.sh").stat().st_mode) == 0o755
        assert (target / "run.sh").stat().st_mtime == 1_000_000_000


def test_leading_components_are_left_out(api, tmp_path):
    archive = tar_zst(("top/a", b"A"), ("top/sub/b", b"B"), ("short", b"-"), link("top/c", "top/a", tarfile.LNKTYPE))
    assert upload(api, "zstd", archive, tmp_path / "one", strip_components=1).status_code == 201
    assert tree(tmp_path / "one") == {"a": b"A", "sub/b": b"B", "c": b"A"}
    for number, nonsense in enumerate(["-1", "many", ""]):
        target = tmp_path / str(number)
        assert upload(api, "zstd", archive, target, strip_components=nonsense).status_code == 201
        assert "top/sub/b" in tree(target)


@pytest.mark.same_machine("shares the root directory with the agent")
@pytest.mark.parametrize("kind", MAKERS)
def test_the_root_can_be_a_target(api, tmp_path, kind):
    relative = str(tmp_path).lstrip("/") + "/file"
    assert upload(api, kind, MAKERS[kind]((relative, b"content")), "/").status_code == 201
    assert (tmp_path / "file").read_bytes() == b"content"


ESCAPES = [
    ("zip", zip_of(("../outside/x", b"x"))),
    ("zip", zip_of(("/tmp/guest-agent-escape", b"x"))),
    ("zip", zip_of(("a/../../outside/x", b"x"))),
    ("zstd", tar_zst(("../outside/x", b"x"))),
    ("zstd", tar_zst(("/tmp/guest-agent-escape", b"x"))),
    ("zstd", tar_zst(link("out", "../outside"), ("out/x", b"x"))),
    ("zstd", tar_zst(link("out", "/tmp"), ("out/guest-agent-escape", b"x"))),
    ("zstd", tar_zst(link("hard", "../outside/file", tarfile.LNKTYPE))),
    ("zstd", tar_zst(link("hard", "/etc/hostname", tarfile.LNKTYPE))),
    ("zstd", tar_zst(link("device", "", tarfile.CHRTYPE))),
    ("zstd", tar_zst(link("fifo", "", tarfile.FIFOTYPE))),
]


@pytest.mark.parametrize("kind,archive", ESCAPES, ids=range(len(ESCAPES)))
def test_nothing_escapes(api, tmp_path, kind, archive):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/file").write_text("kept")
    (tmp_path / "target").mkdir()
    (tmp_path / "target/old").write_text("old")
    answer = upload(api, kind, archive, tmp_path / "target")
    assert answer.status_code == 400, answer.text
    assert tree(tmp_path) == {"outside/file": b"kept", "target/old": b"old"}
    assert not os.path.exists("/tmp/guest-agent-escape")


def test_a_link_that_is_there_already_is_not_written_through(api, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "target").mkdir()
    (tmp_path / "target/link").symlink_to("../outside")
    answer = upload(api, "zstd", tar_zst(("link/x", b"x")), tmp_path / "target")
    assert answer.status_code in (400, 409), answer.text
    assert os.listdir(tmp_path / "outside") == []


WRONG = [
    ("zip", b"", 400), ("zip", b"no archive", 400), ("zip", tar_zst(("a", b"A")), 400),
    ("zip", zip_of(("a", b"A" * 1000))[:-30], 400), ("zstd", b"", 400), ("zstd", b"no archive", 400),
    ("zstd", zip_of(("a", b"A")), 400), ("zstd", tar_zst(("a", os.urandom(100_000)))[:-5000], 400),
    ("zstd", subprocess.run(["zstd", "-qc"], input=b"no tar" * 1000, capture_output=True).stdout, 400),
]


@pytest.mark.parametrize("kind,archive,status", WRONG, ids=range(len(WRONG)))
def test_what_is_no_archive_is_refused(api, tmp_path, kind, archive, status):
    answer = upload(api, kind, archive, tmp_path)
    assert answer.status_code == status, answer.text
    assert answer.json()["message"]
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("kind", MAKERS)
def test_forms_that_lack_something_are_refused(api, tmp_path, kind):
    archive, field = MAKERS[kind](("a", b"A")), {"zip": "zip_file", "zstd": "archive"}[kind]
    dest = ("dest_path", (None, str(tmp_path)))
    for parts, hint in [
        ([(field, ("a", archive))], "dest_path"), ([dest], field),
        ([(field, ("a", archive)), ("dest_path", (None, "relative"))], "absolute"),
        ([(field, ("a", archive)), dest, ("surprise", (None, "x"))], "surprise"),
        ([(field, ("a", archive)), (field, ("a", archive)), dest], "twice"),
        ([dest, dest, (field, ("a", archive))], "twice"),
    ]:
        answer = api.post(f"/fs/upload_{kind}", files=parts)
        assert answer.status_code == 400, answer.text
        assert hint in answer.json()["message"]
    assert os.listdir(tmp_path) == []


def test_a_file_in_the_way_of_a_directory_is_a_conflict(api, tmp_path):
    (tmp_path / "name").write_text("kept")
    answer = upload(api, "zstd", tar_zst(("first", b"1"), ("name/below", b"x")), tmp_path)
    assert answer.status_code in (400, 409), answer.text
    assert tree(tmp_path) == {"name": b"kept"}


def test_the_sdk_uploads_a_zip(sdk, tmp_path):
    sdk.browsers.fs.upload_zip("vm-1", dest_path=str(tmp_path), zip_file=zip_of(("a", b"A")))
    assert tree(tmp_path) == {"a": b"A"}


@pytest.mark.parametrize("download,kind", [("zip", "zip"), ("zstd", "zstd")])
def test_what_is_downloaded_can_be_uploaded(api, tmp_path, download, kind):
    source = tmp_path / "source"
    (source / "empty").mkdir(parents=True)
    (source / "file").write_bytes(os.urandom(300_000))
    (source / "link").symlink_to("file")
    archive = api.get(f"/fs/download_dir_{download}", params={"path": source}).content
    assert upload(api, kind, archive, tmp_path / "copy").status_code == 201
    assert tree(tmp_path / "copy") == tree(source)
    assert (tmp_path / "copy/empty").is_dir()
