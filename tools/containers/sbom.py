"""The software bill of materials of an image, as CycloneDX 1.6."""

import uuid
import warnings
from datetime import datetime

from tools.containers.image_packages import Inside, Package

# Sources: the purl specification's types, and its qualifiers for distributions.
DISTRIBUTIONS = {"deb": "debian", "apk": "alpine"}


def cyclonedx(inside: Inside, *, name: str, image_id: str, created: str | None) -> str:
    """The bill as JSON text. The same image gives the same bytes: number and time come from it."""
    from cyclonedx.contrib.license.factories import LicenseFactory  # noqa: PLC0415 - a quarter of a second to load
    from cyclonedx.model.bom import Bom  # noqa: PLC0415
    from cyclonedx.model.component import Component, ComponentType  # noqa: PLC0415
    from cyclonedx.output.json import JsonV1Dot6  # noqa: PLC0415
    from packageurl import PackageURL  # noqa: PLC0415

    licences = LicenseFactory()
    bill = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_OID, image_id))
    if created is not None:
        bill.metadata.timestamp = datetime.fromisoformat(created)
    bill.metadata.component = Component(name=name, type=ComponentType.CONTAINER, version=image_id, bom_ref=image_id)
    told: set[str] = set()
    # Those with a licence first: of two copies of a package the one that states it is told.
    for each in sorted(inside.packages, key=lambda package: package.licence is None):
        purl = PackageURL(each.kind, *_named(each, inside), each.version, _qualifiers(each, inside))
        if purl.to_string() in told:
            continue  # a second reference of one name would be given a random one
        told.add(purl.to_string())
        bill.components.add(
            Component(
                name=each.name,
                version=each.version,
                type=ComponentType.LIBRARY,
                purl=purl,
                bom_ref=purl.to_string(),
                licenses=[licences.make_from_string(each.licence)] if each.licence else None,
            )
        )
    with warnings.catch_warnings():  # an image does not depend on its packages one by one
        warnings.simplefilter("ignore")
        return str(JsonV1Dot6(bill).output_as_string(indent=2))


def _named(package: Package, inside: Inside) -> tuple[str | None, str]:
    if package.kind in DISTRIBUTIONS:
        return inside.distribution or DISTRIBUTIONS[package.kind], package.name
    scope, _, name = package.name.rpartition("/")
    return scope or None, name


def _qualifiers(package: Package, inside: Inside) -> dict[str, str]:
    if package.kind not in DISTRIBUTIONS:
        return {}
    given = {"arch": package.architecture} if package.architecture else {}
    if inside.release:
        given["distro"] = f"{inside.distribution or DISTRIBUTIONS[package.kind]}-{inside.release}"
    return given
