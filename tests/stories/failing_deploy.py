"""A release that does not answer is taken back."""

from tests.stories import shop
from tests.stories.moves import Call, Event, Move, Seen, Story
from tests.stories.words import Words
from tests.stories.world import Production, World

GOOD, BAD = "shop-1.4.0", "shop-1.5.0"


def story(world: World, production: Production) -> Story:
    """Release 1.4.0 runs. The image of 1.5.0 starts and answers 500."""
    world.commit("Release 1.4.0", **{".gitignore": shop.FILES[".gitignore"], "devops.yaml": shop.brief(world.port),
                                     "infra/main.tf": world.terraform(shop.SERVER.format(release=GOOD))})  # fmt: skip
    world.applied()
    check = {"kind": "http", "target": f"http://127.0.0.1:{world.port}/healthz", "expect": "ok"}
    looked = {"environment": "prod", "checks": [check], "probes": 2, "deadline": 2}

    def runs(_path: str) -> tuple[int, bytes]:
        release = [each["ami"] for each in world.cloud.things.values() if each["type"] == "instance"]
        if not release:
            return 503, b"nothing runs\n"
        return (200, b'{"status": "ok"}') if release == [GOOD] else (500, b"KeyError: 'CURRENCY'\n")

    production.answers = runs

    def next_move(seen: Seen) -> Move | None:
        plans, applies, looks = (
            seen.times(each) for each in ("plan_terraform", "apply_terraform", "verify_deployment")
        )
        if not looks:
            return Call(LOOK, "verify_deployment", looked, show=LOOKED)
        if not seen.events:
            release = world.terraform(shop.SERVER.format(release=BAD))
            return Event(RELEASED, lambda: world.commit("Release 1.5.0", **{"infra/main.tf": release}))
        if not plans:
            return Call(PLAN, "plan_terraform", {"path": "infra"}, show=PLANNED)
        if not applies:
            plan = {"plan_id": seen.last("plan_terraform")["plan_id"]}
            return Call(APPLY, "apply_terraform", plan, show=("outcome", "completed"))
        if looks == 1:
            return Call(LOOK_NEW, "verify_deployment", looked, show=LOOKED)
        if seen.all("verify_deployment")[1]["verdict"] == "fail" and not seen.times("rollback_terraform"):
            return Call(BACK, "rollback_terraform", {"path": "infra"}, show=(*PLANNED, "data_not_restored"))
        if applies == 1:
            back = {"plan_id": seen.last("rollback_terraform")["plan_id"]}
            return Call(APPLY_BACK, "apply_terraform", back, show=("outcome", "completed"))
        if looks == 2:
            return Call(LOOK_AGAIN, "verify_deployment", looked, show=LOOKED)
        if seen.last("verify_deployment")["verdict"] == "pass" and not seen.times("bash"):
            return Call(REVERT, "bash", {"command": "git revert --no-edit HEAD"}, show=("exit_status", "stdout"))
        return None

    return Story(TITLE, OPENING, next_move, ENDING)


PLANNED = ("report.verdict", "report.summary", "report.risks.message")
LOOKED = ("verdict", "checks.reason")
TITLE = Words("Un déploiement échoue, on revient en arrière", "A deployment fails and is taken back")
OPENING = Words(
    "La version 1.4.0 tourne, la 1.5.0 arrive. L'infrastructure est décrite par Terraform, jouée sur un petit cloud "
    "d'essai ; ce que le cloud exécute répond sur cette machine.",
    "Release 1.4.0 runs, 1.5.0 arrives. The infrastructure is Terraform, played on a small cloud for trials; what the "
    "cloud runs answers on this machine.",
)
LOOK = Words("La 1.4.0 répond-elle ?", "Does 1.4.0 answer?")
RELEASED = Words("La version 1.5.0 est fusionnée.", "Release 1.5.0 is merged.")
PLAN = Words("Le plan de la nouvelle version : la machine est remplacée.",
                 "The new release's plan: the machine is replaced.")  # fmt: skip
APPLY = Words("La personne l'approuve ; terraform réussit.", "The person approves it; terraform succeeds.")
LOOK_NEW = Words("Terraform est content. Le service l'est-il ?", "Terraform is content. Is the service?")
BACK = Words(
    "Il ne répond pas. La règle de l'agent : revenir d'abord, chercher ensuite. Le retour est un plan du commit "
    "précédent, jugé comme les autres.",
    "It does not answer. The agent's rule: go back first, look for the cause afterwards. The way back is a plan of the "
    "commit before, judged like any other.",
)
APPLY_BACK = Words(
    "Un retour est un apply : la personne l'approuve.", "A way back is an apply: the person approves it."
)
LOOK_AGAIN = Words("Et de l'extérieur ?", "And from outside?")
REVERT = Words(
    "Le dépôt dit encore 1.5.0 : le prochain plan la remettrait. L'agent annule le commit.",
    "The repository still says 1.5.0: the next plan would bring it back. The agent reverts the commit.",
)
ENDING = Words(
    "La 1.4.0 répond, le dépôt le dit, et le journal garde qui a approuvé quoi.",
    "1.4.0 answers, the repository says so, and the journal keeps who approved what.",
)
