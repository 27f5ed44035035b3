"""One port per service: Dockerfile, compose file, stack, pods and health checks agree on it."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from resources.catalogue import _
from tools.consistency.world import Image, Said, Service, World
from tools.delivery import Mismatch


def check(world: World) -> Iterator[Mismatch]:
    """Every port that something expects and the image does not open."""
    for image in world.images.values():
        yield from _within(image, world)
    for service in world.services:
        built = world.images.get(service.dockerfile or "") or _image_called(service, world)
        for said in [*service.listens, *(service.opens if built else [])]:
            yield from _opened(built, said, service.name)
        if not built and service.listens and service.opens:
            for said in service.opens:
                if said.value not in {each.value for each in service.listens}:
                    yield _differs(service.name, service.listens[0], said)
        known = built.exposed if built and built.exposed else service.listens
        for asked in service.asked:
            if known and asked.value not in {each.value for each in known}:
                yield _differs(service.name, known[0], asked)
    yield from _stack_and_compose(world)
    for name, image in _images_of_pods(world).items():
        for said in (port for pods in world.pods if pods.name == name for port in pods.ports.values()):
            yield from _opened(image, said, name)


def _image_called(service: Service, world: World) -> Image | None:
    """The image of a service that names none: the one that a compose file builds under its name, or the only one."""
    built = {each.name: world.images[each.dockerfile] for each in world.services if each.dockerfile in world.images}
    if not service.task or service.name in built:
        return built.get(service.name)
    if len(world.images) == 1:
        return next(iter(world.images.values()))
    return next((image for name, image in built.items() if service.name.endswith(f"-{name}")), None)


def _within(image: Image, world: World) -> Iterator[Mismatch]:
    for path in image.copies:
        listens = next((said for known, said in world.listens.items() if _is_copied(path, known, image)), [])
        if image.exposed and listens and not {each.value for each in listens} & {each.value for each in image.exposed}:
            yield _differs(image.path, image.exposed[0], listens[0])
    for asked in [*image.asked, *image.opens]:
        if image.exposed and asked.value not in {each.value for each in image.exposed}:
            yield _differs(image.path, image.exposed[0], asked)


def _is_copied(path: str, known: str, image: Image) -> bool:
    """Whether the file `known` is what the image copies as `path`, from its own folder or from the top."""
    return known in {path, str(PurePosixPath(image.path).parent / path)}


def _opened(image: Image | None, said: Said, name: str) -> Iterator[Mismatch]:
    if image and image.exposed and said.value.isdigit() and said.value not in {each.value for each in image.exposed}:
        yield _differs(name, image.exposed[0], said)


def _stack_and_compose(world: World) -> Iterator[Mismatch]:
    """The same service in a compose file and in a stack listens on the same ports."""
    for stack in (each for each in world.services if each.stack and each.listens):
        for other in (each for each in world.services if not each.stack and each.name == stack.name and each.listens):
            if not {each.value for each in stack.listens} & {each.value for each in other.listens}:
                yield _differs(stack.name, other.listens[0], stack.listens[0])


def _images_of_pods(world: World) -> dict[str, Image]:
    """The Dockerfile behind each workload: by the service of a compose file it is named after, or the only one."""
    by_key = {each.name: world.images[each.dockerfile] for each in world.services if each.dockerfile in world.images}
    listening = [pods for pods in world.pods if pods.ports]
    found: dict[str, Image] = {}
    for pods in listening:
        image = by_key.get(pods.name)
        image = image or next((each for key, each in by_key.items() if pods.name.endswith(f"-{key}")), None)
        if image is None and len(world.images) == 1 and len(listening) == 1:
            image = next(iter(world.images.values()))
        if image is not None:
            found[pods.name] = image
    return found


def _differs(name: str, first: Said, second: Said) -> Mismatch:
    return Mismatch(
        subject=_("port of {name}", name=name),
        first=first.place,
        second=second.place,
        message=_(
            "{first} opens port {port}; {second} expects {other}.",
            first=first.place.path,
            port=first.value,
            second=second.place.path,
            other=second.value,
        ),
    )
