"""Maven and Gradle projects of any JVM language: which modules are components, and their drafts."""

import re
from functools import partial

from resources.catalogue import _
from tools.stacks.ci_versions import by_number, ci_versions
from tools.stacks.draft import Draft
from tools.stacks.folders import is_aside
from tools.stacks.gradle import read_gradle
from tools.stacks.image import dockerfiles_of
from tools.stacks.jvm_build import Build
from tools.stacks.jvm_commands import note_commands
from tools.stacks.jvm_service import application, is_scala, main_method, note_service, sources
from tools.stacks.maven import read_maven
from tools.stacks.tree import Hit, Tree, base, contains, join, parent

_BUILD_LOGIC = frozenset({"buildSrc", "build-logic", "buildLogic", "gradle-plugins", "build-conventions"})


def jvm_drafts(tree: Tree, language: str) -> list[Draft]:
    """The components written in `language` ('java' or 'kotlin'): what is built into something of its own."""
    warnings: list[str] = []
    builds = _builds(tree, warnings)
    drafts = [
        _draft(tree, build, builds, language)
        for build in _components(tree, builds)
        if (language == "kotlin") == _is_kotlin(tree, build) and not is_scala(tree, build)
    ]
    if drafts and language == "java":
        drafts[0].warnings.extend(warnings)
    return drafts


def _builds(tree: Tree, warnings: list[str]) -> list[Build]:
    builds = [build for path in tree.named("pom.xml") if (build := read_maven(tree, path)) is not None]
    taken = {build.folder: build for build in builds}
    for path in tree.named("build.gradle", "build.gradle.kts"):
        folder = parent(path)
        if _BUILD_LOGIC & set(folder.split("/")):
            continue
        build = read_gradle(tree, path)
        other = taken.get(folder)
        if other is None:
            builds.append(build)
            taken[folder] = build
        elif other.tool == "maven":
            used = _used_tool(tree, folder)
            warnings.append(_("{path} can be built with Maven and with Gradle; {used} is described.",
                              path=folder, used=used.capitalize()))  # fmt: skip
            if used == "gradle":
                builds[builds.index(other)] = build
    return builds


def _used_tool(tree: Tree, folder: str) -> str:
    """Of two build tools the one that the Dockerfile or the pipeline uses; Maven when both or none is."""
    pipelines = [*tree.within(".github/workflows"), ".gitlab-ci.yml", "Jenkinsfile"]
    for paths in (dockerfiles_of(tree, folder, []), [path for path in pipelines if tree.has(path)]):
        maven = any(tree.search(path, r"\bmvnw?\b") for path in paths)
        gradle = any(tree.search(path, r"\bgradlew?\b") for path in paths)
        if maven != gradle:
            return "maven" if maven else "gradle"
    return "maven"


def _components(tree: Tree, builds: list[Build]) -> list[Build]:
    """What is deployed; where nothing is, the outermost that hold code. Aggregating parents are no components."""
    group = _groups(builds)
    deployed = [build for build in builds if _is_deployed(tree, build, group[build.folder])]
    groups = {group[build.folder] for build in deployed}
    # The other modules of a deployed build are its libraries.
    others = [build for build in builds if group[build.folder] not in groups]
    return deployed + _outermost([build for build in others if sources(tree, build) or build.modules or build.warnings])


def _groups(builds: list[Build]) -> dict[str, str]:
    """Folder to the folder of the outermost build it belongs to: by its parent, its settings, or a list of modules."""
    group = {build.folder: build.root for build in builds}
    for build in sorted(builds, key=lambda each: -each.folder.count("/")):
        for module in build.modules:
            folder = join(build.folder, module.removesuffix("/pom.xml").strip("/"))
            if folder in group and group[folder] == folder:
                group[folder] = group[build.folder]
    return group


def _outermost(builds: list[Build]) -> list[Build]:
    return [
        build
        for build in builds
        if not any(other.folder != build.folder and contains(other.folder, build.folder) for other in builds)
    ]


def _is_deployed(tree: Tree, build: Build, group: str) -> bool:
    if build.packaging == "pom" or not sources(tree, build):
        return False
    relative = build.folder[len(group) + 1 :] if group != "." else build.folder
    if relative not in {"", "."} and is_aside(relative):
        return False
    if application(tree, build) is not None or tree.first(build.folder, "Dockerfile") is not None:
        return True
    runs = build.plugin("plugin:application", "plugin:com.android.application", "maven-shade-plugin") is not None
    return (runs and main_method(tree, build) is not None) or build.packaging == "war"


def _is_kotlin(tree: Tree, build: Build) -> bool:
    code = sources(tree, build)
    kotlin = sum(path.endswith(".kt") for path in code)
    return kotlin > 0 and (build.kotlin or kotlin == len(code)) and kotlin * 2 >= len(code)


def _siblings(build: Build, builds: list[Build]) -> list[Build]:
    """The modules of the repository that this one is built from, at any remove."""
    by_folder = {each.folder: each for each in builds if each.tool == build.tool}
    by_name = {each.name[0].lower(): each for each in builds if each.tool == "maven" and each.name}
    reached: list[Build] = []
    queue = [build]
    for each in queue:
        for name in each.siblings:
            found = by_folder.get(name) if each.tool == "gradle" else by_name.get(name.partition(":")[2])
            if found is not None and found is not build and found not in reached and found.tool == each.tool:
                reached.append(found)
                queue.append(found)
    return reached


def _draft(tree: Tree, build: Build, builds: list[Build], language: str) -> Draft:
    draft = Draft(path=build.folder, language=language, manifest=build.manifest, warnings=list(build.warnings))
    siblings = _siblings(build, builds)
    for each in (build, *siblings):
        for name, line in each.dependencies.items():
            if not name.startswith("plugin:"):
                draft.dependencies.setdefault(name, line)
    draft.shared = tuple(folder for each in siblings for folder in tree.folders_under(join(each.folder, "src/main")))
    manifest = f"{build.manifest}:1"
    if build.name:
        draft.note("name", *build.name)
    draft.note("package_manager", build.tool, manifest)
    if build.lock:
        draft.note("lock_file", build.lock, f"{build.lock}:1")
    _version(tree, draft, build)
    note_service(tree, draft, build)
    note_commands(tree, draft, build)
    return draft


def _version(tree: Tree, draft: Draft, build: Build) -> None:
    if build.version:
        draft.note("language_version", *build.version)
    for folder in dict.fromkeys((build.folder, build.root, ".")):
        look = partial(_look, tree, folder)
        for hit in (
            look(".sdkmanrc", r"^java\s*=\s*(\d+)"),
            look(".java-version", r"^(?:\D*-)?(?:1\.)?(\d+)"),
            look(".tool-versions", r"^java\s+(?:[a-z-]+)?(\d+)"),
            look("mise.toml", r"^java\s*=\s*\"(?:[a-z-]+)?(\d+)"),
            look("system.properties", r"^java\.runtime\.version\s*=\s*(?:1\.)?(\d+)"),
        ):
            if hit is not None:
                draft.note("language_version", hit.match[1], hit.evidence)
    ci = ci_versions(tree, "java")
    versions = sorted({each for each in ci.versions if re.fullmatch(r"\d+", each)}, key=by_number) if ci else []
    if ci is not None and len(versions) > 1:
        draft.note("tested_versions", versions, ci.evidence)
    elif ci is not None and versions:
        draft.presume("language_version", versions[0], ci.evidence)


def _look(tree: Tree, folder: str, name: str, pattern: str) -> Hit | None:
    path = tree.first(folder, name)
    return tree.search(path, pattern) if path and base(path) == name else None
