"""Production stops answering; it is put right, and what happened is written down without blame."""

from tests.stories import shop
from tests.stories.moves import Call, Event, Move, Seen, Story
from tests.stories.words import Language, Words
from tests.stories.world import Production, World

REPORT = "docs/post-mortems/2026-11-26-shop.md"
FILES = {".gitignore": shop.FILES[".gitignore"]}


def story(world: World, production: Production) -> Story:
    """The shop runs as its repository says, until somebody makes its machine smaller by hand."""
    main = world.terraform(shop.SERVER.format(release="shop-1.4.0"))
    world.commit("Release 1.4.0", **FILES, **{"devops.yaml": shop.brief(world.port), "infra/main.tf": main})
    world.applied()
    check = {"kind": "http", "target": f"http://127.0.0.1:{world.port}/healthz", "expect": "ok"}
    looked = {"environment": "prod", "checks": [check], "probes": 2, "deadline": 2}

    def runs(_path: str) -> tuple[int, bytes]:
        sizes = [each["instance_type"] for each in world.cloud.things.values() if each["type"] == "instance"]
        return (200, b'{"status": "ok"}') if sizes == ["t4g.small"] else (503, b"out of memory\n")

    production.answers = runs

    def next_move(seen: Seen) -> Move | None:
        looks, plans, applies = (
            seen.times(each) for each in ("verify_deployment", "plan_terraform", "apply_terraform")
        )
        if not seen.events:
            return Event(BROKEN, lambda: world.cloud.edit(instance_type="t4g.nano"))
        if not looks:
            return Call(LOOK, "verify_deployment", looked, show=LOOKED)
        if seen.all("verify_deployment")[0]["verdict"] != "fail":
            return None
        if not seen.times("bash"):
            return Call(CHANGED, "bash", {"command": "git log --oneline --max-count 5"}, show=("decision", "stdout"))
        if not plans:
            return Call(DRIFT, "plan_terraform", {"path": "infra", "refresh_only": True}, show=RISKS)
        if plans == 1:
            return Call(REPAIR, "plan_terraform", {"path": "infra"}, show=("report.verdict", "report.summary"))
        if not applies:
            plan = {"plan_id": seen.last("plan_terraform")["plan_id"]}
            return Call(APPLY_REPAIR, "apply_terraform", plan, show=("outcome", "completed", "drift"))
        if looks == 1:
            return Call(LOOK_AGAIN, "verify_deployment", looked, show=LOOKED)
        if not seen.times("escalate"):
            return Call(TELL, "escalate", _escalation(seen, world.language), show=("to", "routes.status"))
        if not seen.times("generate_runbook"):
            return Call(RUNBOOK, "generate_runbook", {"kinds": ["incident"]}, show=("files.path",))
        if REPORT not in seen.written():
            return Call(WRITE, "write", {"path": REPORT, "content": _report(seen, world)})
        return None

    return Story(TITLE, OPENING, next_move, ENDING)


def _drift(seen: Seen) -> str:
    risks = seen.all("plan_terraform")[0]["report"]["risks"]
    found = next(each for each in risks if "drift" in each["rule"])
    what = ", ".join(f"{name}: {value}" for name, value in sorted(found["evidence"].items()))
    return f"`{found['address']}` ({what}): {found['message']}"


def _escalation(seen: Seen, language: Language) -> dict[str, object]:
    return {
        "situation": "production_downtime",
        "reason": WHO.of(language),
        "done_so_far": DONE.of(language),
        "obstacle": _drift(seen),
        "options": [each.of(language) for each in OPTIONS],
        "files": ["infra/main.tf"],
    }


def _report(seen: Seen, world: World) -> str:
    """The post-mortem, from what the tools answered: nothing in it is remembered otherwise."""
    failed, passed = (seen.all("verify_deployment")[number]["checks"][0] for number in (0, 1))
    form = FRENCH if world.language == "fr" else ENGLISH
    return form.format(
        drift=_drift(seen), reason=failed["reason"], verdict=passed["verdict"], log=seen.last("bash")["stdout"].strip()
    )


ENGLISH = """\
# Post-mortem: the shop did not answer, 26 November 2026

## What users saw

The health check failed: {reason}

## Cause

{drift}

The repository had not changed; its newest commits were:

    {log}

## What helped

A plan that only refreshes shows what was changed outside the repository, and changes nothing.

## What put it right

The repository's plan was judged, approved by a person and applied. Seen from outside afterwards: {verdict}.

## Actions

| what | who | until |
|---|---|---|
| Nobody changes machines by hand | chef-equipe | 2026-12-03 |
| A plan that looks for drift, every hour | platform | 2026-12-10 |
"""
FRENCH = """\
# Post-mortem : la boutique ne répondait plus, 26 novembre 2026

## Ce que les utilisateurs ont vu

Le contrôle de santé échouait : {reason}

## Cause

{drift}

Le dépôt n'avait pas changé ; ses derniers commits :

    {log}

## Ce qui a aidé

Un plan qui ne fait que rafraîchir montre ce qui a été changé hors du dépôt, et ne change rien.

## Ce qui a rétabli le service

Le plan du dépôt a été jugé, approuvé par une personne, puis appliqué. Vu de l'extérieur ensuite : {verdict}.

## Actions

| quoi | qui | pour le |
|---|---|---|
| Plus personne ne change de machine à la main | chef-equipe | 2026-12-03 |
| Un plan qui cherche la dérive, toutes les heures | plateforme | 2026-12-10 |
"""
WHO = Words("Qui peut changer la production hors du dépôt ?", "Who may change production outside the repository?")
DONE = Words(
    "La boutique répond de nouveau ; sa machine est comme le dépôt le dit.",
    "The shop answers again; its machine is as the repository says.",
)
OPTIONS = (
    Words("Retirer aux personnes le droit de changer les machines : aucun coût.",
          "Take the right to change machines from people: no cost."),
    Words("Chercher la dérive toutes les heures : quelques minutes par jour.",
          "Look for drift every hour: minutes a day."),
)  # fmt: skip
LOOKED = ("verdict", "checks.reason")
RISKS = ("report.verdict", "report.risks.message")
TITLE = Words("De l'incident au post-mortem", "From incident to post-mortem")
OPENING = Words(
    "La boutique tourne comme son dépôt le dit. Puis quelqu'un change sa machine à la main.",
    "The shop runs as its repository says. Then somebody changes its machine by hand.",
)
BROKEN = Words(
    "Un soir, quelqu'un réduit la machine dans la console du cloud, pour économiser. L'alerte sonne.",
    "One evening somebody makes the machine smaller in the cloud's console, to save money. The alert rings.",
)
LOOK = Words("D'abord constater, sans rien changer.", "First observe, without changing anything.")
CHANGED = Words("Puis demander ce qui a changé. Le dépôt : rien. Une lecture ne demande l'accord de personne.",
                "Then ask what changed. The repository: nothing. A plain read asks nobody.")  # fmt: skip
DRIFT = Words(
    "Alors peut-être le cloud. Un plan qui ne fait que rafraîchir compare, et ne change rien.",
    "Then perhaps the cloud. A plan that only refreshes compares, and changes nothing.",
)
REPAIR = Words("Une hypothèse, donc l'acte le plus petit qui la vérifie : remettre ce que dit le dépôt.",
               "One hypothesis, so the smallest act that tests it: put back what the repository says.")  # fmt: skip
APPLY_REPAIR = Words("La personne approuve.", "The person approves.")
LOOK_AGAIN = Words("Le service est-il rendu ?", "Is the service served?")
TELL = Words("C'était la production : `chef-equipe` doit le savoir, et décider de la suite.",
             "This was production: `chef-equipe` must know, and decide what follows.")  # fmt: skip
RUNBOOK = Words("La prochaine fois, la marche à suivre sera prête.", "Next time the procedure will be at hand.")
WRITE = Words(
    "Le post-mortem est fait de ce que les outils ont répondu, sans coupable.",
    "The post-mortem is made of what the tools answered, without a culprit.",
)
ENDING = Words(
    "Le service est rendu, la cause est connue, et ce qui reste à faire a un responsable et une date.",
    "The service is served, the cause is known, and what remains to be done has an owner and a date.",
)
