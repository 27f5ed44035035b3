"""The wheel installs one package, and a hostile repository cannot make it run its own code."""

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    argv = [sys.executable, "-m", "uv", "build", "--quiet", "--wheel", "--out-dir", str(out), str(ROOT)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=110)
    if done.returncode and "hatchling" in done.stderr and "fetch" in done.stderr:
        pytest.skip("the build backend cannot be fetched: no network")
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.whl"))


def test_the_wheel_holds_only_one_package(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"astreinte"}
    assert "astreinte/resources/locale/fr/LC_MESSAGES/astreinte.mo" in names
    assert not [name for name in names if name.endswith((".po", ".pyc"))]


def test_the_installed_command_ignores_a_hostile_workspace(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "venv"
    venv.create(place)
    install = ["-m", "uv", "pip", "install", "--quiet", "--python", str(place / "bin/python"), str(wheel)]
    done = subprocess.run([sys.executable, *install], capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stderr
    hostile = tmp_path / "repository"
    for name in ("server", "tools", "resources", "mcp", "click"):
        (hostile / name).mkdir(parents=True)
        (hostile / name / "__init__.py").write_text("raise SystemExit('the repository ran its code')\n")
    for name in ("sitecustomize", "usercustomize", "json"):
        (hostile / f"{name}.py").write_text("raise SystemExit('the repository ran its code')\n")
    (hostile / "package.json").write_text('{"name": "shop", "scripts": {"start": "node index.js"}}')
    argv = [str(place / "bin/astreinte"), "call", "inspect_project", "--workspace", "."]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(argv, cwd=hostile, env=environment, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["components"]
    site = next((place / "lib").glob("python*/site-packages"))
    assert not [name for name in ("server", "tools", "resources") if (site / name).exists()]


@pytest.mark.parametrize("runner", ["uvx", "pipx"])
def test_it_runs_without_being_installed(wheel: Path, tmp_path: Path, runner: str) -> None:
    argv = [sys.executable, "-m", "uv", "tool", "run"]
    if runner == "pipx":
        argv += ["pipx@1.18", "run", "--backend", "uv", "--spec", str(wheel), "astreinte", "--version"]
    else:
        argv += ["--from", str(wheel), "astreinte", "--version"]
    bin_ = Path(sys.executable).parent  # where pipx finds uv
    environment = {**os.environ, "PIPX_HOME": str(tmp_path), "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(argv, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stderr
    assert "astreinte" in done.stdout
