"""A service that nobody has ever deployed comes into production."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import Any

from tests.stories import shop
from tests.stories.moves import Call, Event, Move, Seen, Story
from tests.stories.words import Words
from tests.stories.world import Production, World

COMMAND = 'git add --all && git commit --quiet --message "Deliver shop to production"'


def story(world: World, production: Production) -> Story:
    """The repository holds a program and its test, nothing else."""
    world.commit("The shop's prices", **shop.FILES)
    context = {
        "components": [{"path": ".", "health_path": "/healthz", "install_command": "pip install -r requirements.txt"}],
        "platform": {"target": "compose"},
        "environments": [{"name": "prod", "url": f"http://127.0.0.1:{world.port}"}],
    }
    brief = {"service": "shop", "context": context, "deliverables": ["pipeline", "containers"]}

    def next_move(seen: Seen) -> Move | None:
        if not seen.times("inspect_project"):
            return Call(INSPECT, "inspect_project", show=("components.framework", "components.start_command"))
        if not seen.times("deliver"):
            shown = ("files.path", "variables.name", "rollback.strategy", "risks.message", "escalations.to")
            return Call(DELIVER, "deliver", {"brief": brief}, show=shown)
        delivery = seen.last("deliver")
        assert not [each for each in delivery["validations"] if each["status"] == "failed"]
        for file in delivery["files"]:
            if file["path"] not in seen.written():
                first = not seen.times("write")
                arguments = {name: file[name] for name in ("path", "content") if file.get(name)}
                return Call(WRITE if first else ANOTHER, "write", arguments, brief=not first)
        if "devops.yaml" not in seen.written():
            return Call(BRIEF, "write", {"path": "devops.yaml", "content": _as_yaml(brief)})
        if not seen.times("validate"):
            return Call(VALIDATE, "validate", show=("mismatches",))
        if not seen.times("bash"):
            return Call(COMMIT, "bash", {"command": COMMAND}, show=("decision", "exit_status"))
        if seen.last("bash").get("exit_status") != 0:
            return None
        if not seen.events:
            return Event(MERGED, lambda: _deploy(world, production))
        if not seen.times("verify_deployment"):
            here = f"http://127.0.0.1:{world.port}"
            checks = [
                {"kind": "http", "target": f"{here}/healthz", "expect": "ok"},
                {"kind": "http", "target": f"{here}/prices", "expect": "apple", "max_ms": 2000},
            ]
            seen_from = {"environment": "prod", "checks": checks, "probes": 2, "deadline": 10}
            return Call(VERIFY, "verify_deployment", seen_from, show=("verdict", "checks.target", "checks.verdict"))
        if not seen.times("handoff"):
            return Call(HAND_OVER, "handoff", show=("status", "missing.what"))
        return None

    return Story(TITLE, OPENING, next_move, ENDING)


def _as_yaml(brief: dict[str, Any]) -> str:
    import io

    from ruamel.yaml import YAML

    out = io.StringIO()
    YAML().dump({"version": 1, **brief}, out)
    return out.getvalue()


def _deploy(world: World, production: Production) -> None:
    """What the pipeline does here: the commit is laid out, the program started, and asked until it answers."""
    place = world.root / "production"
    place.mkdir()
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=world.repository, check=True, capture_output=True)
    subprocess.run(["tar", "-x"], cwd=place, input=archive.stdout, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    argv = [sys.executable, "-m", "uvicorn", "shop.main:app", "--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen(argv, cwd=place, stdin=subprocess.DEVNULL)
    production.ends_with(process)

    def through_the_proxy(path: str) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, b""
        except OSError:
            return 502, b""

    until = time.monotonic() + 20
    while through_the_proxy("/healthz")[0] != 200:
        assert process.poll() is None, "the shop ended"
        assert time.monotonic() < until, "the shop did not answer"
        time.sleep(0.05)
    production.answers = through_the_proxy


TITLE = Words("Un nouveau service, jusqu'en production", "A new service, all the way to production")
OPENING = Words(
    "Un dépôt contient un programme et son test, rien d'autre. À la fin, il tourne en production, et quelqu'un "
    "d'autre peut prendre la suite.",
    "A repository holds a program and its test, nothing else. In the end it runs in production, and somebody else can "
    "take over.",
)
INSPECT = Words(
    "Avant de proposer quoi que ce soit, l'agent lit le dépôt.", "Before it proposes anything, the agent reads."
)
DELIVER = Words(
    "La cible, l'adresse et le chemin de santé ne se lisent pas dans le code : ils viennent de la demande. Rien n'est "
    "encore écrit.",
    "The target, the address and the health path cannot be read in the code: they come from the request. Nothing is "
    "written yet.",
)
WRITE = Words(
    "Aucun vérificateur n'a de reproche : l'agent écrit les fichiers, un par un. Ce qui décide de ce qui s'exécute "
    "attend une personne.",
    "No checker objects: the agent writes the files, one by one. What decides what runs waits for a person.",
)
ANOTHER = Words("De même.", "Likewise.")
BRIEF = Words(
    "La demande devient un fichier : la prochaine livraison partira du même point.",
    "The request becomes a file: the next delivery starts from the same place.",
)
VALIDATE = Words(
    "Ce qui est sur le disque est jugé à son tour, pas seulement ce qui était proposé.",
    "What is on disk is judged in its turn, not only what was proposed.",
)
COMMIT = Words("L'agent enregistre son travail. Un commit change le dépôt : la garde demande.",
               "The agent commits. A commit changes the repository: the guard asks.")  # fmt: skip
MERGED = Words(
    "La personne relit et fusionne. Le pipeline déploie ; dans cette histoire, il démarre le programme du commit sur "
    "cette machine.",
    "The person reviews and merges. The pipeline deploys; in this story it starts the commit's program on this machine.",
)
VERIFY = Words("Déployé ne veut pas dire rendu : l'agent va voir, de l'extérieur.",
               "Deployed is not served: the agent looks, from outside.")  # fmt: skip
HAND_OVER = Words(
    "Reste à dire ce qui est en place, ce qui manque, et qui peut le donner.",
    "What remains is to say what is in place, what is missing, and who can give it.",
)
ENDING = Words(
    "Le service répond. La passation dit ce que seules des personnes peuvent encore donner : les variables, les accès.",
    "The service answers. The handoff says what only people can still give: variables and access.",
)
