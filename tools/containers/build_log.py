"""Reads what a builder prints: which instruction runs, what came from the cache, where it failed."""

import re
from collections import deque
from dataclasses import dataclass, field

from tools.containers.dockerfile_features import instructions

LAST_LINES = 40
_LAYERS = re.compile(r"(FROM|RUN|COPY|ADD|WORKDIR)\s", re.IGNORECASE)
# `#7 [build 2/5] RUN make`, `#7 CACHED`, `#7 ERROR: …`, `#7 0.512 printed by the command`
_VERTEX = re.compile(r"#(?P<id>\d+) (?P<said>.*)")
_NUMBERED = re.compile(r"\[(?:(?P<stage>[^\]]*?) )?(?P<step>\d+)/(?P<of>\d+)\] (?P<text>.*)")
_PRINTED = re.compile(r"\d+\.\d+ (.*)")
_CLASSIC = re.compile(r"Step (\d+)/(\d+) : (.*)")


@dataclass
class BuildLog:
    """What has been read so far. `started` are the instructions that ran or were found in the cache."""

    total: int
    started: list[str] = field(default_factory=list)
    cached: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    last: deque[str] = field(default_factory=lambda: deque(maxlen=LAST_LINES))
    failed: str | None = None
    error: str | None = None
    _names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, dockerfile: str) -> "BuildLog":
        """A log of the build of `dockerfile`, whose instructions that make layers are counted."""
        return cls(total=sum(1 for each in instructions(dockerfile) if _LAYERS.match(each)))

    @property
    def current(self) -> str:
        """The instruction that began last."""
        return self.started[-1] if self.started else ""

    def buildkit(self, line: str) -> bool:
        """Read one line of `--progress=plain`; whether an instruction has begun."""
        vertex = _VERTEX.match(line)
        if vertex is None:
            if line.startswith(("WARNING:", " - ", "1 warning found", "warning:")):
                self.warnings.append(line.strip(" -"))
            return False
        known, said = vertex["id"], vertex["said"]
        if printed := _PRINTED.match(said):
            self.last.append(printed[1])
            return False
        name = self._names.get(known, "")
        if said == "CACHED" and name and name not in self.cached:
            self.cached.append(name)
        elif said.startswith("ERROR"):
            self.failed = self.failed or name or None
            self.error = said.partition(": ")[2] or said
        elif numbered := _NUMBERED.match(said):
            text = numbered["text"]
            if known not in self._names:
                self._names[known] = text
                self.started.append(text)
                return True
        return False

    def classic(self, text: str) -> bool:
        """Read what the classic builder prints, which may hold several lines; whether an instruction has begun."""
        began = False
        for line in text.splitlines():
            step = _CLASSIC.match(line)
            if step:
                self.started.append(step[3])
                self.total = int(step[2])
                began = True
            elif line.strip() == "---> Using cache":
                self.cached.append(self.current)
            elif line.startswith("[Warning]"):
                self.warnings.append(line.removeprefix("[Warning]").strip())
            elif line.strip() and not line.lstrip().startswith(("--->", "Removing intermediate", "Successfully")):
                self.last.append(line.rstrip())
        return began

    def refused(self, message: str) -> None:
        """The classic builder ended with `message`."""
        self.failed, self.error = self.current or None, message
