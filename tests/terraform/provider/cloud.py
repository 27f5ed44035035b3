"""A Terraform provider that plays a small stateful cloud, kept in one JSON file: databases, buckets, doors, servers."""

import fcntl
import json
import os
import signal
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tf.runner
from tf.iface import CreateContext, DeleteContext, ReadContext, Resource, State, UpdateContext
from tf.schema import Attribute, Schema
from tf.types import Bool, List, Number, String
from tf.utils import Diagnostics

# However slow a test wants the cloud to be.
LONGEST = 60.0


class Cloud:
    """The provider. Its one setting, `endpoint`, is the file."""

    def __init__(self) -> None:
        self.path = Path("/nonexistent")

    def get_model_prefix(self) -> str:
        return "aws_"

    def full_name(self) -> str:
        return "example.com/astreinte/aws"

    def get_provider_schema(self, diags: Diagnostics) -> Schema:
        return Schema(
            attributes=[
                Attribute("endpoint", String(), required=True),
                Attribute("token", String(), optional=True, sensitive=True),
            ]
        )

    def validate_config(self, diags: Diagnostics, config: dict[str, Any]) -> None:
        return

    def configure_provider(self, diags: Diagnostics, config: dict[str, Any]) -> None:
        self.path = Path(config["endpoint"])

    def get_data_sources(self) -> list[Any]:
        return []

    def get_resources(self) -> list[Any]:
        return [Database, Bucket, SecurityGroup, Server]

    def get_functions(self) -> list[Any]:
        return []

    def new_resource(self, klass: Any) -> Any:
        return klass(self)

    @contextmanager
    def things(self) -> Iterator[dict[str, Any]]:
        """Everything there is, by id, written back at the end; one process at a time."""
        with Path(f"{self.path}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            things = json.loads(self.path.read_text()) if self.path.exists() else {}
            yield things
            waiting = Path(f"{self.path}.new")
            waiting.write_text(json.dumps(things, indent=1))
            waiting.replace(self.path)


class Thing(Resource):  # type: ignore[misc]
    """What all of them do. A change takes `delay` seconds; `fail_on` names the change that fails.

    What is created exists from the start of the delay: killed in it, terraform leaves an orphan.
    """

    NAME = ""
    ATTRIBUTES: tuple[Attribute, ...] = ()

    def __init__(self, provider: Cloud) -> None:
        self.provider = provider

    @classmethod
    def get_name(cls) -> str:
        return cls.NAME

    @classmethod
    def get_schema(cls) -> Schema:
        own = [
            Attribute("id", String(), computed=True),
            Attribute("delay", Number(), optional=True),
            Attribute("fail_on", String(), optional=True),
        ]
        return Schema(attributes=[*own, *cls.ATTRIBUTES])

    def _made(self, thing: dict[str, Any]) -> None:
        """What the cloud itself decides."""

    def create(self, ctx: CreateContext, planned: State) -> State | None:
        if self._fails(ctx, planned, "create"):
            return None
        with self.provider.things() as things:
            made = {**planned, "id": f"{self.NAME}-{uuid.uuid4().hex[:8]}"}
            self._made(made)
            things[made["id"]] = {"type": self.NAME, **made}
        self._wait(planned)
        if planned.get("fail_on") == "afterwards":
            ctx.diagnostics.add_error("It was made and does not answer", f"{made}")
        return made

    def read(self, ctx: ReadContext, current: State) -> State | None:
        with self.provider.things() as things:
            found = things.get(current["id"])
        if found and self._fails(ctx, {**found, "delay": 0}, "read"):
            return current
        return {name: found.get(name) for name in current} if found else None

    def update(self, ctx: UpdateContext, current: State, planned: State) -> State | None:
        if self._fails(ctx, planned, "update"):
            return current
        self._wait(planned)
        with self.provider.things() as things:
            if current["id"] not in things:
                ctx.diagnostics.add_error("It does not exist any more", current["id"])
                return current
            things[current["id"]].update(planned)
        return {**planned, "id": current["id"]}

    def delete(self, ctx: DeleteContext, current: State) -> None:
        if current.get("deletion_protection"):
            ctx.diagnostics.add_error("It is protected against deletion", current["id"])
            return
        if self._fails(ctx, current, "delete"):
            return
        self._wait(current)
        with self.provider.things() as things:
            things.pop(current["id"], None)

    def _wait(self, state: State) -> None:
        time.sleep(min(float(state.get("delay") or 0), LONGEST))

    def _fails(self, ctx: Any, state: State, what: str) -> bool:
        if state.get("fail_on") != what:
            return False
        self._wait(state)
        secret = state.get("password") or ""
        ctx.diagnostics.add_error(f"The cloud refused to {what}", f"request was {secret!r}")
        return True


class Database(Thing):
    """A database: engine and identifier cannot be changed, the password is sensitive."""

    NAME = "db_instance"
    ATTRIBUTES = (
        Attribute("identifier", String(), required=True, requires_replace=True),
        Attribute("engine", String(), required=True, requires_replace=True),
        Attribute("instance_class", String(), optional=True),
        Attribute("password", String(), optional=True, sensitive=True),
        Attribute("publicly_accessible", Bool(), optional=True),
        Attribute("deletion_protection", Bool(), optional=True),
        Attribute("skip_final_snapshot", Bool(), optional=True),
        Attribute("address", String(), computed=True),
        Attribute("master_password", String(), computed=True, sensitive=True),
    )

    def _made(self, thing: dict[str, Any]) -> None:
        thing["address"] = f"{thing['identifier']}.db.example"
        thing["master_password"] = f"made-{uuid.uuid4().hex}"


class Bucket(Thing):
    """A bucket: its name cannot be changed."""

    NAME = "s3_bucket"
    ATTRIBUTES = (
        Attribute("bucket", String(), required=True, requires_replace=True),
        Attribute("acl", String(), optional=True),
        Attribute("force_destroy", Bool(), optional=True),
    )


class SecurityGroup(Thing):
    """A door."""

    NAME = "security_group"
    ATTRIBUTES = (
        Attribute("name", String(), required=True, requires_replace=True),
        Attribute("cidr_blocks", List(String()), optional=True),
    )


class Server(Thing):
    """A machine."""

    NAME = "instance"
    ATTRIBUTES = (
        Attribute("ami", String(), required=True, requires_replace=True),
        Attribute("instance_type", String(), optional=True),
    )


def _finish(self: Any, continuation: Any, details: Any) -> Any:
    """The SDK's own stops the server at StopProvider, which drops the answers under way."""
    if details.method == "/plugin.GRPCController/Shutdown":
        self.stopped = True
    return continuation(details)


def _end_with(parent: int) -> None:
    """A terraform that was killed cannot stop its provider, which would stay for ever."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)


if __name__ == "__main__":
    # An interrupt reaches the whole group: terraform answers it, providers leave it alone, as those in Go do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    os.environ.setdefault("HOME", "/tmp")
    tf.runner._ShutdownInterceptor.intercept_service = _finish
    tf.runner.run_provider(Cloud(), sys.argv)
