"""The operations of /fs on names, over HTTP and through the SDK."""

import os
import pwd
import subprocess

import pytest


def put(api, operation, **body):
    return api.put(f"/fs/{operation}", json=body)


def test_a_life_of_a_directory(api, tmp_path):
    assert put(api, "create_directory", path=f"{tmp_path}/a/b", mode="700").status_code == 201
    assert (tmp_path / "a/b").stat().st_mode & 0o7777 == 0o700
    api.put("/fs/write_file", params={"path": f"{tmp_path}/a/b/file"}, data=b"content").raise_for_status()
    assert put(api, "set_file_permissions", path=f"{tmp_path}/a/b/file", mode="4640", owner="daemon", group="1").status_code == 200
    info = api.get("/fs/file_info", params={"path": f"{tmp_path}/a/b/file"}).json()
    assert (info["mode"], info["mode_octal"], info["owner"], info["uid"], info["gid"]) == (
        "urw-r-----", "4640", "daemon", pwd.getpwnam("daemon").pw_uid, 1)
    assert put(api, "move", src_path=f"{tmp_path}/a/b/file", dest_path=f"{tmp_path}/moved").status_code == 200
    assert (tmp_path / "moved").read_bytes() == b"content"
    assert put(api, "delete_file", path=f"{tmp_path}/moved").status_code == 200
    assert put(api, "delete_directory", path=f"{tmp_path}/a").status_code == 200
    assert os.listdir(tmp_path) == []


def test_the_sdk_does_the_same(sdk, tmp_path):
    fs = sdk.browsers.fs
    fs.create_directory("vm-1", path=f"{tmp_path}/dir")
    fs.write_file("vm-1", b"content", path=f"{tmp_path}/dir/file", mode="600")
    fs.set_file_permissions("vm-1", path=f"{tmp_path}/dir/file", mode="755")
    fs.move("vm-1", src_path=f"{tmp_path}/dir/file", dest_path=f"{tmp_path}/dir/moved")
    entries = fs.list_files("vm-1", path=f"{tmp_path}/dir")
    assert [(entry.name, entry.mode, entry.size_bytes) for entry in entries] == [("moved", "-rwxr-xr-x", 7)]
    fs.delete_file("vm-1", path=f"{tmp_path}/dir/moved")
    fs.delete_directory("vm-1", path=f"{tmp_path}/dir")
    assert os.listdir(tmp_path) == []


def test_pages(api, tmp_path):
    for number in range(25):
        (tmp_path / f"{number:02}").touch()
    seen, offset = [], 0
    while offset is not None:
        answer = api.get("/fs/list_files", params={"path": tmp_path, "limit": 10, "offset": offset})
        seen += [entry["name"] for entry in answer.json()]
        offset = answer.headers.get("X-Next-Offset")
        assert answer.headers["X-Has-More"] == ("true" if offset else "false")
    assert seen == [f"{number:02}" for number in range(25)]


def test_a_whole_tree(api, tmp_path):
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/file").touch()
    answer = api.get("/fs/list_files", params={"path": tmp_path, "recursive": "true"})
    assert [entry["path"] for entry in answer.json()] == [f"{tmp_path}/a", f"{tmp_path}/a/b", f"{tmp_path}/a/b/file"]
    assert answer.headers["X-Has-More"] == "false"


def test_names_that_are_not_utf8_lead_to_their_files(api, tmp_path):
    with open(os.fsencode(tmp_path) + b"/caf\xe9 \n", "wb") as file:
        file.write(b"content")
    [entry] = api.get("/fs/list_files", params={"path": tmp_path}).json()
    assert entry["name"] == "caf\ufffd \n"
    assert api.get("/fs/read_file?path=" + entry["path_encoded"]).content == b"content"


def test_large_trees_and_deep_ones_go(api, tmp_path):
    subprocess.run(["bash", "-c", "mkdir wide; cd wide; seq 5000 | xargs touch"], cwd=tmp_path, check=True)
    deep = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("deep", dir_fd=deep)
        above, deep = deep, os.open("deep", os.O_RDONLY, dir_fd=deep)
        os.close(above)
    os.close(deep)
    for name in ["wide", "deep"]:
        assert put(api, "delete_directory", path=f"{tmp_path}/{name}").status_code == 200
    assert os.listdir(tmp_path) == []


REFUSED = [
    ("create_directory", {"path": "{}/file"}, 409, "a regular file is there"),
    ("create_directory", {"path": "{}/file/below"}, 400, "file"),
    ("create_directory", {"path": "{}/x", "mode": "abc"}, 400, "octal"),
    ("create_directory", {"path": "{}/x", "mode": "99999"}, 400, "octal"),
    ("create_directory", {"path": ""}, 400, "path"),
    ("create_directory", {}, 400, "path is required"),
    ("create_directory", {"path": "{}/" + "n" * 256}, 400, "too long"),
    ("create_directory", {"path": "/proc/x"}, 404, "/proc/x"),
    ("delete_file", {"path": "{}/missing"}, 404, "{}/missing"),
    ("delete_file", {"path": "{}/full"}, 409, "not empty"),
    ("delete_file", {"path": "{}/file/below"}, 400, "delete"),
    ("delete_directory", {"path": "{}/file"}, 400, "not a directory"),
    ("delete_directory", {"path": "/"}, 400, "cannot delete /"),
    ("set_file_permissions", {"path": "{}/file"}, 400, "mode is required"),
    ("set_file_permissions", {"path": "{}/file", "mode": "8"}, 400, "octal"),
    ("set_file_permissions", {"path": "{}/file", "mode": "644", "owner": "no-such-user"}, 400, "no-such-user"),
    ("set_file_permissions", {"path": "{}/file", "mode": "644", "group": "no-such-group"}, 400, "no-such-group"),
    ("set_file_permissions", {"path": "{}/missing", "mode": "644"}, 404, "{}/missing"),
    ("move", {"src_path": "{}/missing", "dest_path": "{}/x"}, 404, "{}/missing"),
    ("move", {"src_path": "{}/file", "dest_path": "{}/missing/x"}, 404, "directory"),
    ("move", {"src_path": "{}/file", "dest_path": "{}/full"}, 400, "{}/full"),
    ("move", {"src_path": "{}/empty", "dest_path": "{}/full"}, 409, "{}/full"),
    ("move", {"src_path": "{}/full", "dest_path": "{}/full/below"}, 400, "{}/full"),
    ("move", {"src_path": "{}/file"}, 400, "dest_path is required"),
]


@pytest.mark.parametrize("operation,body,status,hint", REFUSED, ids=range(len(REFUSED)))
def test_refused(api, tmp_path, operation, body, status, hint):
    (tmp_path / "file").write_text("kept")
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").write_text("kept")
    answer = put(api, operation, **{key: value.format(tmp_path) for key, value in body.items()})
    assert answer.status_code == status, answer.text
    assert hint.format(tmp_path) in answer.json()["message"]
    assert sorted(os.listdir(tmp_path)) == ["empty", "file", "full"]
    assert (tmp_path / "file").read_text() == "kept"


@pytest.mark.parametrize("query", ["limit=0", "limit=-1", "limit=ten", "offset=-1", "offset=1.5"])
def test_paging_must_be_numbers(api, tmp_path, query):
    answer = api.get(f"/fs/list_files?path={tmp_path}&{query}")
    assert answer.status_code == 400
    assert query.split("=")[0] in answer.json()["message"]
