"""One job of a GitLab pipeline, as a value."""

from dataclasses import dataclass, field

Script = list[str]


@dataclass(frozen=True)
class Image:
    """What a job runs in. An image whose entrypoint is no shell is told to have none."""

    name: str
    bare: bool = False


@dataclass(frozen=True)
class Service:
    """A container beside a job, reached under `alias`."""

    name: str
    alias: str
    port: int
    env: dict[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cache:
    """Folders kept between pipelines while `keys` (files) do not change."""

    prefix: str
    keys: tuple[str, ...]
    paths: tuple[str, ...]
    fills: bool = False
    """Whether this job writes the cache; the others only read it."""


@dataclass(frozen=True)
class Rule:
    """When a job is in the pipeline. Expressions are our own, never a brief's."""

    condition: str
    manual: bool = False
    blocks: bool = True
    """Whether the pipeline waits for a manual job."""


@dataclass(frozen=True)
class Environment:
    """Where a job deploys to."""

    name: str
    tier: str | None = None
    url: str | None = None
    action: str | None = None
    on_stop: str | None = None
    auto_stop_in: str | None = None


@dataclass(frozen=True)
class Need:
    """A job that must have succeeded, and whether its artifacts are wanted."""

    job: str
    artifacts: bool = False


@dataclass(frozen=True)
class Artifacts:
    """What a job leaves for later ones: files, or variables in a dotenv file."""

    paths: tuple[str, ...] = ()
    dotenv: str | None = None
    expire_in: str = "1 week"


@dataclass(frozen=True)
class Job:
    """A job. `data` are variables whose value is taken as it is: GitLab would expand `$NAME` in `variables`."""

    name: str
    stage: str | None = None
    image: Image | None = None
    script: Script = field(default_factory=list)
    extends: str | None = None
    """The hidden job that says the rest."""
    comment: str | None = None
    before: Script = field(default_factory=list)
    after: Script = field(default_factory=list)
    after_comment: str | None = None
    services: list[Service] = field(default_factory=list)
    services_comment: str | None = None
    needs: list[Need] | None = None
    rules: list[Rule] = field(default_factory=list)
    rules_comment: str | None = None
    variables: dict[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    """Variable that holds an id token -> its audience."""
    cache: Cache | None = None
    versions: list[str] = field(default_factory=list)
    """Runs once for each, as `VERSION`."""
    artifacts: Artifacts | None = None
    environment: Environment | None = None
    lock: str | None = None
    timeout: str | None = None
    confirm: str | None = None
    once: bool = False
    """Never started a second time by itself, nor cut short by a newer pipeline."""
    fetches: bool = True
    """Whether it needs the sources; without them it starts in an empty folder."""
