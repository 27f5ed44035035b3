"""What is read of an image that is odd: replaced folders, links, hostile metadata, layers nobody can unpack."""

import io
import json
import tarfile

import pytest

from tools.containers.image_packages import packages
from tools.containers.sbom import cyclonedx

Content = bytes | tuple[bytes, str]
DPKG = {"var/lib/dpkg/status": b"Package: x\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n"}
ZSTANDARD = b"\x28\xb5\x2f\xfd" + b"x" * 100


def _tar(files: dict[str, Content]) -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            if isinstance(content, tuple):
                info.type, info.linkname = content
                tar.addfile(info)
            else:
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    return archive.getvalue()


def _image(*layers: dict[str, Content] | bytes) -> io.BytesIO:
    files: dict[str, Content] = {
        f"{number}.tar": each if isinstance(each, bytes) else _tar(each) for number, each in enumerate(layers)
    }
    listed = json.dumps([{"Layers": list(files)}]).encode()
    return io.BytesIO(_tar({**files, "manifest.json": listed}))


def _node(**said: object) -> bytes:
    return json.dumps(said).encode()


@pytest.mark.parametrize(
    "above",
    [
        {".wh..wh..opq": b""},
        {"var/.wh.lib": b""},
        {"var/lib/dpkg/.wh..wh..opq": b""},
        {"var/lib/dpkg": (tarfile.SYMTYPE, "/elsewhere")},
    ],
)
def test_what_a_later_layer_hides_is_not_listed(above: dict[str, Content]) -> None:
    assert packages(_image(dict(DPKG), above)).packages == ()


@pytest.mark.parametrize("content", [_node(name="", version="1"), _node(name="@s/", version="1"),
                                     _node(name="a", version=""), b"[" * 200_000, b"\xff", b"[]"])  # fmt: skip
def test_metadata_that_names_nothing_is_passed_over(content: bytes) -> None:
    inside = packages(_image({"node_modules/a/package.json": content, **DPKG}))
    bill = json.loads(cyclonedx(inside, name="n", image_id="sha256:1", created=None))
    assert [each["name"] for each in bill["components"]] == ["x"]


def test_two_copies_of_a_package_are_told_once_with_their_licence_and_the_same_again() -> None:
    inside = packages(
        _image(
            {
                "node_modules/a/package.json": _node(name="a", version="1"),
                "app/node_modules/a/package.json": _node(name="a", version="1", license="MIT"),
            }
        )
    )
    bills = [cyclonedx(inside, name="n", image_id="sha256:1", created="2026-01-01T00:00:00Z") for _time in range(2)]
    (component,) = json.loads(bills[0])["components"]
    assert component["bom-ref"] == "pkg:npm/a@1"
    assert component["licenses"] == [{"license": {"id": "MIT"}}]
    assert bills[0] == bills[1]


@pytest.mark.parametrize("layers", [(dict(DPKG), ZSTANDARD), ()])
def test_layers_that_cannot_be_unpacked_are_said(layers: tuple[dict[str, Content] | bytes, ...]) -> None:
    assert packages(_image(*layers)).not_read == ("layers that could not be unpacked",)


def test_links_are_read_where_they_lead_to_a_package_and_said_where_not() -> None:
    first = "node_modules/.pnpm/a/node_modules/a/package.json"
    inside = packages(
        _image(
            {
                first: _node(name="a", version="1"),
                "node_modules/.pnpm/b/node_modules/b/package.json": (tarfile.LNKTYPE, "store/v3/files/00/ab"),
            },
            {"other/node_modules/a/package.json": (tarfile.LNKTYPE, first)},
        )
    )
    assert [each.name for each in inside.packages] == ["a"]
    assert inside.not_read == ("packages linked into a store",)


def test_a_layer_stored_once_and_linked_to_is_read() -> None:
    listed = json.dumps([{"Layers": ["b/layer.tar"]}]).encode()
    archive = _tar(
        {"a/layer.tar": _tar(dict(DPKG)), "b/layer.tar": (tarfile.SYMTYPE, "../a/layer.tar"), "manifest.json": listed}
    )
    assert [each.name for each in packages(io.BytesIO(archive)).packages] == ["x"]


def test_a_licence_is_told_when_it_is_a_name() -> None:
    head = "Metadata-Version: 2.1\nName: {}\nVersion: 1\nLicense: {}\n\n"
    files: dict[str, Content] = {
        f"lib/{name}-1.dist-info/METADATA": head.format(name, licence).encode()
        for name, licence in {"a": "MIT", "b": "UNKNOWN", "c": "Permission is granted " * 50}.items()
    }
    assert [each.licence for each in packages(_image(files)).packages] == ["MIT", None, None]
