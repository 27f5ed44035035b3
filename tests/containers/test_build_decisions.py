"""The pure decisions of a build: which engine, which builder, what a report says."""

import io
import json
import socket
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest

from tools.containers.build_log import BuildLog
from tools.containers.dockerfile_features import needs_buildkit
from tools.containers.endpoint import NoEngineError, endpoint
from tools.containers.image_packages import packages
from tools.containers.image_report import image_report
from tools.containers.image_tag import tag
from tools.containers.sbom import cyclonedx
from tools.containers.scan_vulnerabilities import counted, read_report


def test_docker_host_wins_and_its_keys_are_found(tmp_path: Path) -> None:
    found = endpoint(
        {"DOCKER_HOST": "tcp://build:2376", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/keys"}, tmp_path
    )
    assert (found.url, found.tls, found.verify) == ("tcp://build:2376", Path("/keys"), True)
    assert found.environment()["DOCKER_TLS_VERIFY"] == "1"


def test_the_chosen_context_is_read_as_docker_stores_it(tmp_path: Path) -> None:
    name = sha256(b"remote").hexdigest()
    meta = tmp_path / ".docker/contexts/meta" / name / "meta.json"
    meta.parent.mkdir(parents=True)
    meta.write_text(json.dumps({"Name": "remote", "Endpoints": {"docker": {"Host": "ssh://me@host"}}}))
    (tmp_path / ".docker/config.json").write_text(json.dumps({"currentContext": "remote"}))
    assert endpoint({}, tmp_path).url == "ssh://me@host"
    (tmp_path / ".docker/config.json").write_text(json.dumps({"currentContext": "gone"}))
    with pytest.raises(NoEngineError, match="gone"):
        endpoint({}, tmp_path)


@pytest.mark.parametrize("name", ["docker.sock", "podman/podman.sock"])
def test_rootless_sockets_are_found(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    monkeypatch.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path.name)
        found = endpoint({"XDG_RUNTIME_DIR": str(tmp_path)}, tmp_path)
    if Path("/var/run/docker.sock").is_socket():
        pytest.skip("this machine has an engine of its own, which comes first")
    assert found.url == f"unix://{path}"


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("FROM a\nRUN true\nCOPY --from=x --chown=1:1 a b\nADD --chown=1 a b\n", False),
        ("FROM --platform=linux/amd64 a\n", False),
        ("FROM --platform=$BUILDPLATFORM a\n", True),
        ("# syntax=docker/dockerfile:1\nFROM a\n", True),
        ("# only a comment\n# syntax=docker/dockerfile:1\nFROM a\n", False),
        ("FROM a\nRUN <<EOF\ntrue\nEOF\n", True),
        ("FROM a\nCOPY <<-'END' /x\nhi\nEND\n", True),
        ("FROM a\nRUN cat <<< x\n", False),
        ("FROM a\nRUN \\\n  # why\n  --mount=type=cache,target=/c \\\n  true\n", True),
        ("from a\nrun --network=none true\n", True),
        ("FROM a\nCOPY --link a b\n", True),
        ("FROM a\nCOPY --chmod=755 a b\n", True),
        ("FROM a\nADD --checksum=sha256:1 http://x /y\n", True),
    ],
)
def test_buildkit_is_asked_for_when_only_it_understands(text: str, needed: bool) -> None:
    assert bool(needs_buildkit(text)) is needed


def test_a_buildkit_log_gives_steps_cache_and_the_failing_instruction() -> None:
    log = BuildLog.of("FROM a\nCOPY a b\nRUN make\n")
    lines = [
        "#1 [internal] load build definition from Dockerfile", "#1 DONE 0.0s", "#5 [1/3] FROM docker.io/library/a",
        "#6 [2/3] COPY a b", "#6 CACHED", "#7 [3/3] RUN make", "#7 0.231 cc: not found",
        '#7 ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 2',
    ]  # fmt: skip
    began = [line for line in lines if log.buildkit(line)]
    assert len(began) == log.total == 3
    assert log.cached == ["COPY a b"]
    assert (log.failed, list(log.last)) == ("RUN make", ["cc: not found"])
    assert "exit code: 2" in (log.error or "")


def test_tags_name_the_commit_and_what_is_not_committed() -> None:
    assert tag("a" * 40, "", dirty=False) == "sha-aaaaaaaaaaaa"
    assert tag("a" * 40, "b" * 64, dirty=True) == "sha-aaaaaaaaaaaa-dirty-bbbbbbbbbbbb"
    assert tag(None, "b" * 64, dirty=True) == "content-bbbbbbbbbbbb"


def test_a_report_names_the_instruction_of_each_layer_and_what_would_shrink_it() -> None:
    history = [
        {"CreatedBy": 'CMD ["x"]', "Size": 0},
        {"CreatedBy": "RUN /bin/sh -c apt-get update && apt-get install -y gcc # buildkit", "Size": 300_000_000},
        {"CreatedBy": "/bin/sh -c #(nop) COPY dir:1 in / ", "Size": 10},
        {"CreatedBy": "|1 V=1 /bin/sh -c pip install flask", "Size": 60_000_000},
    ]
    report = image_report({"Id": "sha256:1", "Os": "linux", "Architecture": "amd64", "Config": {}}, history)
    assert [each.instruction.split()[:2] for each in report.layers] == [
        ["RUN", "pip"],
        ["COPY", "dir:1"],
        ["RUN", "apt-get"],
    ]
    assert len(report.advice) >= 4


def _layer(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for path, data in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return made.getvalue()


def _saved(layers: list[dict[str, bytes]], *, oci: bool) -> io.BytesIO:
    files = {(f"blobs/sha256/{n}" if oci else f"{n}/layer.tar"): _layer(each) for n, each in enumerate(layers)}
    manifest = json.dumps([{"Config": "c.json", "Layers": list(files)}]).encode()
    # The order in the archive is not the order of the layers.
    return io.BytesIO(
        _layer({**dict(reversed(list(files.items()))), "blobs/sha256/c": b"{}", "manifest.json": manifest})
    )


@pytest.mark.parametrize("oci", [False, True])
def test_packages_are_those_left_after_the_last_layer(oci: bool) -> None:
    layers = [
        {
            "etc/os-release": b'ID="alpine"\nVERSION_ID=3.22\n',
            "lib/apk/db/installed": b"P:musl\nV:1.2.5-r1\nA:x86_64\nL:MIT\n\nP:zlib\nV:1.3-r2\n\n",
            "app/node_modules/left-pad/package.json": b'{"name": "left-pad", "version": "1.3.0", "license": "WTFPL"}',
            "app/node_modules/@acme/ui/package.json": b'{"name": "@acme/ui", "version": "2.0.0"}',
            "app/node_modules/broken/package.json": b"{",
            "opt/gone-1.0.dist-info/METADATA": b"Name: gone\nVersion: 1.0\n",
        },
        {
            "opt/.wh.gone-1.0.dist-info": b"",
            "usr/lib/Flask_Login-0.6.dist-info/METADATA": b"Name: Flask_Login\nVersion: 0.6\n",
        },
        {"app/node_modules/left-pad/.wh..wh..opq": b""},
    ]
    inside = packages(_saved(layers, oci=oci))
    assert [(each.kind, each.name, each.version) for each in inside.packages] == [
        ("apk", "musl", "1.2.5-r1"), ("apk", "zlib", "1.3-r2"), ("npm", "@acme/ui", "2.0.0"), ("pypi", "flask-login", "0.6"),
    ]  # fmt: skip
    bill = cyclonedx(inside, name="a:1", image_id="sha256:1", created="2026-01-01T00:00:00.123456789Z")
    assert bill == cyclonedx(inside, name="a:1", image_id="sha256:1", created="2026-01-01T00:00:00.123456789Z")
    purls = {each["purl"] for each in json.loads(bill)["components"]}
    assert "pkg:apk/alpine/musl@1.2.5-r1?arch=x86_64&distro=alpine-3.22" in purls
    assert "pkg:npm/%40acme/ui@2.0.0" in purls


def test_scanners_are_read_into_one_form_the_worst_first() -> None:
    trivy = {
        "Results": [
            {
                "Vulnerabilities": [
                    {"VulnerabilityID": "CVE-2", "PkgName": "a", "InstalledVersion": "1", "Severity": "LOW"},
                    {"VulnerabilityID": "CVE-1", "PkgName": "b", "Severity": "CRITICAL", "FixedVersion": "2"},
                ]
            },
            {},
        ]
    }
    grype = {
        "matches": [
            {
                "vulnerability": {"id": "CVE-3", "severity": "High", "fix": {"versions": ["9"]}},
                "artifact": {"name": "c", "version": "8"},
            }
        ]
    }
    said = counted("trivy", read_report("trivy", trivy))
    assert ([each.id for each in said.worst], said.counts) == (["CVE-1", "CVE-2"], {"critical": 1, "low": 1})
    assert read_report("grype", grype)[0].fixed_in == "9"
