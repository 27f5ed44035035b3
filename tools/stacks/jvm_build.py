"""What a build of a JVM project says, whatever tool it is for: the value that Maven's and Gradle's readers fill."""

from dataclasses import dataclass, field


@dataclass
class Build:
    """One pom.xml or build.gradle(.kts)."""

    tool: str
    manifest: str
    folder: str
    root: str
    """Folder of the outermost build this one is a module of."""
    dependencies: dict[str, str] = field(default_factory=dict)
    """`group:artifact`, or `plugin:…` for a plugin of the build, to the line that declares it."""
    inherited: frozenset[str] = frozenset()
    """Plugins that only a parent declares."""
    name: tuple[str, str] | None = None
    artifact: str | None = None
    """What the built file is called before its extension, relative to the output folder; None when it is computed."""
    version: tuple[str, str] | None = None
    """The Java release, with its line."""
    modules: tuple[str, ...] = ()
    siblings: tuple[str, ...] = ()
    """What this one is built from: folders of the repository (Gradle) or `group:artifact` of modules (Maven)."""
    packaging: str = "jar"
    kotlin: bool = False
    lock: str | None = None
    warnings: list[str] = field(default_factory=list)

    def has(self, *endings: str) -> str | None:
        """The line of the first dependency or plugin whose name ends with one of `endings`."""
        return next((line for name, line in self.dependencies.items() if name.endswith(endings)), None)

    def plugin(self, *parts: str) -> str | None:
        """The line of the first plugin whose name contains one of `parts`; a parent's counts without a line."""
        for name, line in self.dependencies.items():
            if name.startswith("plugin:") and any(part in name for part in parts):
                return line
        inherited = any(part in name for name in self.inherited for part in parts)
        return f"{self.manifest}:1" if inherited else None
