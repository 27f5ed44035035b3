"""A plan that would lose the orders is refused, told to whoever decides, and made harmless."""

from typing import Any

from tests.stories import shop
from tests.stories.moves import Call, Event, Move, Seen, Story, Verdict
from tests.stories.words import Language, Words
from tests.stories.world import Production, World

REASON = Words("les commandes seraient perdues", "the orders would be lost")
PROTECTED = shop.DATABASE.replace("= false", "= true")


def story(world: World, _production: Production) -> Story:
    """The database is MySQL; a branch asks for PostgreSQL by changing one word."""
    main = world.terraform(shop.DATABASE.format(engine="mysql"))
    world.commit("The orders' database", **{".gitignore": shop.FILES[".gitignore"], "infra/main.tf": main,
                                            "devops.yaml": shop.brief(world.port)})  # fmt: skip
    world.applied()
    asked = main.replace('"mysql"', '"postgres"')

    def next_move(seen: Seen) -> Move | None:
        plans, applies = seen.times("plan_terraform"), seen.times("apply_terraform")
        if not seen.events:
            return Event(CHANGED, lambda: world.commit("PostgreSQL", **{"infra/main.tf": asked}))
        if not plans:
            return Call(PLAN, "plan_terraform", {"path": "infra"}, show=(*PLANNED, "report.blast_radius.stateful_lost"))
        report = seen.all("plan_terraform")[0]["report"]
        if report["verdict"] == "dangerous" and not applies:
            return Call(ASK, "apply_terraform", {"plan_id": seen.last("plan_terraform")["plan_id"]})
        if "error" in seen.all("apply_terraform")[0] and not seen.times("escalate"):
            return Call(TELL, "escalate", _escalation(report, world.language), show=("to", "title", "routes.status"))
        if not seen.times("read"):
            return Call(READ, "read", {"path": "infra/main.tf"}, show=("sha256",))
        if not seen.written():
            safe = world.terraform(PROTECTED.format(engine="mysql"))
            arguments = {"path": "infra/main.tf", "content": safe, "sha256": seen.last("read")["sha256"]}
            return Call(PROTECT, "write", arguments)
        if plans == 1:
            return Call(AGAIN, "plan_terraform", {"path": "infra"}, show=PLANNED)
        if seen.last("plan_terraform")["report"]["verdict"] != "dangerous" and applies == 1:
            plan = {"plan_id": seen.last("plan_terraform")["plan_id"]}
            return Call(APPLY, "apply_terraform", plan, show=("outcome", "completed", "drift"))
        return None

    def judge(shown: str) -> Verdict:
        """The person refuses whatever loses the orders; they read the plan, not the agent's opinion of it."""
        loses = "[critical] aws_db_instance.orders" in shown
        return Verdict(approve=False, reason=REASON.of(world.language)) if loses else Verdict()

    return Story(TITLE, OPENING, next_move, ENDING, judge)


def _escalation(report: dict[str, Any], language: Language) -> dict[str, object]:
    return {
        "situation": "production_downtime",
        "reason": MAY_IT.of(language).format(lost=", ".join(report["blast_radius"]["stateful_lost"])),
        "done_so_far": DONE.of(language),
        "obstacle": OBSTACLE.of(language),
        "options": [each.of(language) for each in OPTIONS],
        "files": ["infra/main.tf"],
    }


MAY_IT = Words("Peut-on remplacer {lost} ?", "May {lost} be replaced?")
DONE = Words(
    "Planifié, jugé dangereux, refusé par une personne. Rien n'a été changé.",
    "Planned, judged dangerous, refused by a person. Nothing was changed.",
)
OBSTACLE = Words(
    "Le moteur d'une base ne se change pas sur place : terraform la remplacerait par une base vide.",
    "The engine of a database cannot be changed in place: terraform would replace it by an empty one.",
)
OPTIONS = (
    Words(
        "Garder MySQL et protéger la base : aucun coût, aucune interruption.",
        "Keep MySQL and protect the database: no cost, no interruption.",
    ),
    Words(
        "Une seconde base, une migration des données, puis la bascule : deux semaines, quelques minutes d'interruption.",
        "A second database, a migration of the data, then the switch: two weeks, minutes of interruption.",
    ),
)
PLANNED = ("report.verdict", "report.summary", "report.risks.level", "report.risks.message")
TITLE = Words("Un plan dangereux est refusé", "A dangerous plan is refused")
OPENING = Words(
    "La base des commandes est en MySQL. Quelqu'un demande PostgreSQL en changeant un mot dans Terraform. Le "
    "fournisseur est un petit cloud d'essai ; `terraform`, lui, est le vrai.",
    "The orders' database is MySQL. Somebody asks for PostgreSQL by changing one word in Terraform. The provider is a "
    "small cloud for trials; `terraform` is the real one.",
)
CHANGED = Words(
    'Quelqu\'un remplace `engine = "mysql"` par `engine = "postgres"` et demande que ce soit appliqué.',
    'Somebody replaces `engine = "mysql"` by `engine = "postgres"` and asks for it to be applied.',
)
PLAN = Words(
    "Un mot dans le diff ; le plan dit ce que ce mot fait.", "One word in the diff; the plan says what it does."
)
ASK = Words(
    "Le verdict est « dangerous ». L'agent n'a pas à passer outre, ni à décider seul de renoncer : il présente le plan.",
    "The verdict is *dangerous*. It is not for the agent to override, nor to give up by itself: it presents the plan.",
)
TELL = Words(
    "Refusé. Qui décide d'une interruption de production est écrit dans la fiche de l'agent : `chef-equipe`.",
    "Refused. Who decides about production downtime stands in the agent's card: `chef-equipe`.",
)
READ = Words("L'agent lit le fichier avant de le changer.", "The agent reads the file before it changes it.")
PROTECT = Words(
    "Ce qui ne coûte rien peut être fait tout de suite : revenir à MySQL et protéger la base contre la suppression.",
    "What costs nothing can be done at once: back to MySQL, and the database protected against deletion.",
)
AGAIN = Words("Le nouveau plan, jugé de même.", "The new plan, judged alike.")
APPLY = Words("Rien n'est perdu : la personne approuve.", "Nothing is lost: the person approves.")
ENDING = Words(
    "Rien n'a été perdu, la base est protégée, et la décision est chez qui doit la prendre.",
    "Nothing was lost, the database is protected, and the decision lies with whoever must take it.",
)
