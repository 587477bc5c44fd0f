"""Small extensions, and how Chromium packs them."""

import io
import json
import shutil
import subprocess
import zipfile
from hashlib import sha256
from pathlib import Path


def manifest(name: str, **fields) -> dict:
    return {"manifest_version": 3, "name": name, "version": "1.0"} | fields


def marking_extension() -> dict[str, str]:
    """Its content script marks every page with what its service worker answers."""
    return {
        "manifest.json": json.dumps(manifest(
            "marking", background={"service_worker": "worker.js"},
            content_scripts=[{"matches": ["<all_urls>"], "js": ["content.js"]}])),
        "worker.js": "chrome.runtime.onMessage.addListener((m, s, answer) => answer('from the worker'));",
        "content.js": "chrome.runtime.sendMessage('?', a => document.documentElement.dataset.mark = a);",
    }


def blocking_extension() -> dict[str, str]:
    """Cancels requests whose address has "unwanted" in it, which only one that a policy installs may do."""
    return {
        "manifest.json": json.dumps(manifest(
            "blocking", background={"service_worker": "worker.js"}, host_permissions=["<all_urls>"],
            permissions=["webRequest", "webRequestBlocking"])),
        "worker.js":
            "chrome.webRequest.onBeforeRequest.addListener(d => ({cancel: d.url.includes('unwanted')}),"
            " {urls: ['<all_urls>']}, ['blocking']);",
    }


def zipped(files: dict[str, str | bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name, content)
    return archive.getvalue()


def packed(files: dict[str, str], directory: Path) -> dict[str, str | bytes]:
    """The same with a `.crx`, signed with a new key, and the `update.xml` that names it."""
    source = directory / "extension"
    source.mkdir()
    for name, content in files.items():
        (source / name).write_text(content)
    profile = directory / "profile"
    subprocess.run(
        ["/usr/lib/chromium/chromium", "--no-sandbox", "--headless=new", f"--user-data-dir={profile}",
         f"--pack-extension={source}"], check=True, capture_output=True, timeout=60)
    shutil.rmtree(profile, ignore_errors=True)
    key = subprocess.run(
        ["openssl", "pkey", "-in", directory / "extension.pem", "-pubout", "-outform", "DER"],
        check=True, capture_output=True).stdout
    identifier = "".join(chr(ord("a") + int(digit, 16)) for digit in sha256(key).hexdigest()[:32])
    update = (
        "<?xml version='1.0' encoding='UTF-8'?>"
        "<gupdate xmlns='http://www.google.com/update2/response' protocol='2.0'>"
        f"<app appid='{identifier}'><updatecheck codebase='http://elsewhere/extensions/other/packed.crx' version='1.0'/>"
        "</app></gupdate>")
    return files | {"packed.crx": (directory / "extension.crx").read_bytes(), "update.xml": update}
