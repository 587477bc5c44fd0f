"""Prints the bill of materials of the agent's binary, SPDX 2.3 in JSON.

Usage: bill_of_materials.py BINARY VERSION TIME. It has the Swift packages of Package.resolved and the Debian packages of
static libraries, which are in the binary, and the Debian packages of the libraries it loads at its start and later.
"""

import datetime
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: Loaded with dlopen when a recording starts.
LOADED = ["libavutil.so.57", "libavcodec.so.59", "libavformat.so.59", "libswscale.so.6", "libpulse.so.0"]


def output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def swift_packages() -> list[dict]:
    pins = json.loads((ROOT / "Package.resolved").read_text())["pins"]
    return [
        package(
            "swift", pin["identity"], pin["state"].get("version", pin["state"]["revision"]),
            location=f"git+{pin['location']}@{pin['state']['revision']}",
            reference=f"pkg:swift/{re.sub(r'^https://|[.]git$', '', pin['location'])}@"
                      f"{pin['state'].get('version', pin['state']['revision'])}")
        for pin in pins
    ]


def static_packages() -> list[dict]:
    """Of the archives that Package.swift names, ":libNAME.a"."""
    manifest = (ROOT / "Package.swift").read_text()
    folder = output("gcc", "-print-file-name=libc.a").strip().removesuffix("libc.a")
    return debian_packages(owner for name in re.findall(r'":(lib\S+\.a)"', manifest) for owner in owner_of(folder + name))


def loaded_packages(binary: str) -> list[dict]:
    """Of the libraries the binary names itself; what those need is the distribution's concern."""
    needed = re.findall(r"\(NEEDED\).*\[(.+)\]", output("readelf", "--dynamic", binary))
    known = dict(re.findall(r"^\s*(\S+) .*=> (\S+)$", output("/sbin/ldconfig", "-p"), re.MULTILINE))
    return debian_packages(
        owner for library in [*needed, *LOADED] if library in known for owner in owner_of(known[library]))


def debian_packages(owners: Iterable[str]) -> list[dict]:
    found = []
    for owner in sorted(set(owners)):
        name, version, architecture = output(
            "dpkg-query", "--show", "--showformat", "${Package} ${Version} ${Architecture}", owner).split()
        found.append(package(
            "debian", name, version, location="NOASSERTION",
            reference=f"pkg:deb/debian/{name}@{version}?arch={architecture}&distro=debian-12"))
    return found


def owner_of(path: str) -> set[str]:
    for candidate in (path, str(Path(path).resolve()), "/usr" + path, path.removeprefix("/usr")):
        result = subprocess.run(["dpkg-query", "--search", candidate], capture_output=True, text=True, check=False)
        if result.returncode == 0:
            return {result.stdout.split(": ")[0].split(",")[0]}
    return set()


def package(kind: str, name: str, version: str, location: str, reference: str) -> dict:
    return {
        "SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", f"{kind}-{name}"),
        "name": name,
        "versionInfo": version,
        "downloadLocation": location,
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "copyrightText": "NOASSERTION",
        "externalRefs": [
            {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": reference}],
    }


def document(binary: str, version: str, time: int) -> dict:
    digest = hashlib.sha256(Path(binary).read_bytes()).hexdigest()
    agent = package("agent", "guest-agent", version, location="NOASSERTION",
                    reference=f"pkg:generic/guest-agent@{version}")
    agent |= {"licenseDeclared": "Apache-2.0", "checksums": [{"algorithm": "SHA256", "checksumValue": digest}]}
    contained, linked = swift_packages() + static_packages(), loaded_packages(binary)
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"guest-agent-{version}",
        "documentNamespace": f"https://spdx.org/spdxdocs/guest-agent-{version}-{digest}",
        "creationInfo": {
            "created": datetime.datetime.fromtimestamp(time, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "creators": ["Tool: scripts/lib/bill_of_materials.py"]},
        "packages": [agent, *contained, *linked],
        "relationships": [
            {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
             "relatedSpdxElement": agent["SPDXID"]},
            *[{"spdxElementId": agent["SPDXID"], "relationshipType": "CONTAINS", "relatedSpdxElement": each["SPDXID"]}
              for each in contained],
            *[{"spdxElementId": agent["SPDXID"], "relationshipType": "DYNAMIC_LINK",
               "relatedSpdxElement": each["SPDXID"]} for each in linked],
        ],
    }


if __name__ == "__main__":
    print(json.dumps(document(sys.argv[1], sys.argv[2], int(sys.argv[3])), indent=2))
