"""Vercel: a vercel.json per component that it can run; previews for every branch, production when a person says so."""

from typing import Any

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.delivery import RECIPIENTS, Check, Command, Delivery, Escalation, File, Risk, Rollback, VariableToSet
from tools.deployment.platforms import built
from tools.deployment.platforms.region import region
from tools.deployment.platforms.settings import Setting, exposed, settings_of, to_set
from tools.pipelines.trust.shell import quoted
from tools.project import Component, Question

SCHEMA = "https://openapi.vercel.sh/vercel.json"
# What the detectors call a framework -> what Vercel does; None: files, or a function that it finds itself.
FRAMEWORKS = {
    "next": "nextjs", "nuxt": "nuxtjs", "sveltekit": "sveltekit", "astro": "astro", "remix": "remix",
    "react-router": "react-router", "gatsby": "gatsby", "angular": "angular", "vite": "vite", "vitepress": "vitepress",
    "vuepress": "vuepress", "docusaurus": "docusaurus-2", "eleventy": "eleventy", "hugo": "hugo", "jekyll": "jekyll",
    "tanstack-start": "tanstack-start", "solidstart": "solidstart-1", "qwik": None, "parcel": "parcel",
    "nestjs": "nestjs", "express": "express", "fastify": "fastify", "hono": "hono", "koa": "koa", "elysia": "elysia",
    "h3": "h3", "nitro": "nitro", "fastapi": "fastapi", "flask": "flask", "django": "django",
}  # fmt: skip
REGIONS = frozenset({"arn1", "bom1", "cdg1", "cle1", "cpt1", "dub1", "dxb1", "fra1", "gru1", "hkg1", "hnd1", "iad1",
                     "icn1", "kix1", "lhr1", "pdx1", "sfo1", "sin1", "syd1", "yul1"})  # fmt: skip
NEAR = {
    "europe": "fra1", "eu-west-3": "cdg1", "eu-central-1": "fra1", "eu-west-1": "dub1", "eu-west-2": "lhr1",
    "eu-north-1": "arn1", "us-east-1": "iad1", "us-east-2": "cle1", "us-west-1": "sfo1", "us-west-2": "pdx1",
    "ap-south-1": "bom1", "ap-northeast-1": "hnd1", "ap-northeast-2": "icn1", "ap-southeast-1": "sin1",
    "ap-southeast-2": "syd1", "sa-east-1": "gru1", "af-south-1": "cpt1", "ca-central-1": "yul1",
}  # fmt: skip
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "SAMEORIGIN",
}
# Needs -> the integration of its marketplace.
INTEGRATIONS = {"postgres": "neon", "redis": "upstash", "mongodb": "mongodbatlas"}
YEAR = 31_536_000
LONGEST = 256
"""Characters of a command that Vercel accepts."""


def vercel(brief: Brief) -> Delivery:
    """The files of `brief`; what Vercel cannot run is said, and escalated."""
    services = built.built(brief)
    able = [each for each in services if runs(each)]
    unable = [each for each in services if not runs(each)]
    if not able:
        return Delivery(status="blocked", questions=_questions(unable), escalations=_misfit(unable, []))
    files = [_file(brief, each) for each in able]
    questions = [*_questions(unable), *(each for component in able for each in _folder(component))]
    variables = [
        VariableToSet(name=each.name, secret=each.secret, where=each.where, purpose=each.purpose)
        for component in able
        for environment in brief.context.environments
        for each in to_set(_settings(component), _where(brief, component, environment))
    ]
    return Delivery(
        status="waiting" if questions else "done",
        files=files,
        commands=_commands(brief, able),
        variables=variables,
        checks=_checks(brief, able),
        rollback=[_rollback(brief, able)],
        risks=[*_risks(brief, able), *(risk for each in able for risk in exposed(each))],
        escalations=_misfit(unable, [file.path for file in files]),
        questions=questions,
    )


def runs(component: Component) -> bool:
    """Whether Vercel can: sites, and services of a framework it knows as functions; never what works on its own."""
    if component.kind == "worker":
        return False
    return component.kind == "static" or component.framework in FRAMEWORKS


def target(brief: Brief, environment: Environment) -> str:
    """Vercel's name for an environment: the last is production, the first what every branch gets."""
    environments = brief.context.environments
    if environment.name.startswith("prod") or environment is environments[-1]:
        return "production"
    return "preview" if environment is environments[0] else environment.name


def _file(brief: Brief, component: Component) -> File:
    folder = "" if component.path == "." else f"{component.path}/"
    framework = FRAMEWORKS.get(component.framework or "")
    content: dict[str, Any] = {"$schema": SCHEMA, "framework": framework}
    if component.language in {"node", "bun"}:
        # Without an install command of its own Vercel would choose one that may change the lock file.
        content |= {
            key: value
            for key, value in (
                ("installCommand", component.install_command),
                ("buildCommand", component.build_command),
            )
            if value
        }
    site = component.kind == "static"
    if site:
        content["outputDirectory"] = component.output_directory or ("." if component.language == "static" else "dist")
    place = None if site else region(brief, None, REGIONS, NEAR)
    if place is not None:
        content["regions"] = [place]
    if any(each.needs_approval for each in brief.context.environments):
        content["git"] = {"deploymentEnabled": {brief.context.default_branch: False}}
    ignored = _ignored(brief, component, f"{folder}vercel.json")
    if ignored is not None:
        content["ignoreCommand"] = ignored
    everywhere = [{"key": key, "value": value} for key, value in HEADERS.items()]
    content["headers"] = [{"source": "/(.*)", "headers": everywhere}]
    if site and framework == "vite":
        kept = [{"key": "Cache-Control", "value": f"public, max-age={YEAR}, immutable"}]
        content["headers"].append({"source": "/assets/(.*)", "headers": kept})
        content["rewrites"] = [{"source": "/(.*)", "destination": "/index.html"}]
    name = built.name_of(brief, component)
    purpose = _("How Vercel builds and serves {name}.", name=name)
    return File(path=f"{folder}vercel.json", content=built.document(content), purpose=purpose)


def _ignored(brief: Brief, component: Component, file: str) -> str | None:
    """Ends well where nothing that concerns the component has changed since its last deployment: no build then."""
    watched = built.watched(brief, component, file)
    paths = [_pathspec(each) for each in watched]
    command = " ".join(['git diff --quiet "${VERCEL_GIT_PREVIOUS_SHA:-HEAD^}" HEAD --', *map(quoted, paths)])
    return command if watched and len(command) <= LONGEST else None


def _pathspec(pattern: str) -> str:
    words = "top,exclude,glob" if pattern.startswith("!") else "top,glob"
    return f":({words}){pattern.removeprefix('!')}"


def _settings(component: Component) -> list[Setting]:
    # It listens nowhere: Vercel calls it.
    return [each for each in settings_of(component, {}) if each.name != "PORT"]


def _where(brief: Brief, component: Component, environment: Environment) -> str:
    name = built.name_of(brief, component)
    return _("Vercel, project {name}, {environment}", name=name, environment=target(brief, environment))


def _commands(brief: Brief, able: list[Component]) -> list[Command]:
    told: list[Command] = []
    for component in able:
        name, inside = built.name_of(brief, component), _inside(component)
        told.append(
            Command(
                run=f"vercel link --yes --project {name}{inside}",
                purpose=_(
                    "Make or find the project {name}, and give it the root directory /{path}.",
                    name=name,
                    path=component.path.removeprefix("."),
                ),
            )
        )
        told += [
            Command(
                run=f"vercel integration add {INTEGRATIONS[need]}{inside}",
                purpose=_(
                    "A {need} from the marketplace; give its address to the variable that the code reads.", need=need
                ),
            )
            for need in component.needs
            if need in INTEGRATIONS
        ]
        told += [
            Command(run=run, purpose=purpose, where=environment.name)
            for environment in brief.context.environments
            for each in _settings(component)
            for run, purpose in _set(brief, environment, each, inside)
        ]
    for component in able:
        told += _promotion(brief, component)
    return told


def _inside(component: Component) -> str:
    return "" if component.path == "." else f" --cwd {quoted(component.path)}"


def _set(brief: Brief, environment: Environment, setting: Setting, inside: str) -> list[tuple[str, str]]:
    where = target(brief, environment)
    if setting.secret:
        purpose = _("Asks for the value of {name}; nobody can read it back.", name=setting.name)
        return [(f"vercel env add {setting.name} {where} --sensitive{inside}", purpose)]
    if setting.value is None:
        return []
    purpose = _("{name} is public.", name=setting.name)
    return [(f"printf '%s' {quoted(setting.value)} | vercel env add {setting.name} {where}{inside}", purpose)]


def _promotion(brief: Brief, component: Component) -> list[Command]:
    inside, last = _inside(component), brief.context.environments[-1].name
    told = [
        Command(
            run=f'DEPLOYMENT="$(vercel deploy --prod --skip-domain{inside})"',
            purpose=_("Build for production from a clean checkout, without giving it the address yet."),
            where=last,
        )
    ]
    if component.migrate_command:
        told.append(
            Command(
                run=component.migrate_command,
                purpose=_(
                    "Migrate, with the address of production's database: Vercel has no step for it, and the build of a "
                    "preview must not."
                ),
                where=last,
            )
        )
    told += [
        Command(
            run=f'vercel curl {quoted(component.health_path or "/")} --deployment "${{DEPLOYMENT}}"{inside} -- --fail',
            purpose=_("Ask the new version before anybody else does."),
            where=last,
        ),
        Command(
            run=f'vercel promote "${{DEPLOYMENT}}"{inside}', purpose=_("Give it the address of production."), where=last
        ),
    ]
    return told


def _checks(brief: Brief, able: list[Component]) -> list[Check]:
    return built.asked(able, brief)


def _rollback(brief: Brief, able: list[Component]) -> Rollback:
    last = brief.context.environments[-1].name
    return Rollback(
        strategy=_(
            "Production's address goes back to an earlier deployment at once, without a build. Until the next promote "
            "it stays there, whatever is deployed. The free plan goes back one deployment only."
        ),
        commands=[
            command
            for each in able
            for command in (
                Command(
                    run=f"vercel list --prod{_inside(each)}",
                    purpose=_("Find the last good deployment of {name}.", name=built.name_of(brief, each)),
                ),
                Command(
                    run=f'vercel rollback "${{DEPLOYMENT:?}}"{_inside(each)}', purpose=_("Put it back."), where=last
                ),
            )
        ],
        data=_("Data and migrations are not taken back: keep migrations compatible with the version before."),
    )


def _risks(brief: Brief, able: list[Component]) -> list[Risk]:
    told = []
    stored = [each for each in able if set(each.needs) - {"redis", "s3"} and each.kind != "static"]
    if stored:
        told.append(
            Risk(
                kind="downtime",
                level="medium",
                message=_("Functions open a connection each: a database of fixed size runs out of them under load."),
                mitigation=_("Reach it through a pooler, and keep one connection per instance."),
            )
        )
    if any(each.migrate_command for each in able):
        told.append(
            Risk(
                kind="data_loss",
                level="high",
                message=_("Vercel has no step that migrates: code and schema change at different moments."),
                mitigation=_("Expand, deploy, contract: each migration works with the version before and after."),
            )
        )
    if (
        any(each.name not in {"production", "preview"} for each in brief.context.environments)
        and len(brief.context.environments) > 2
    ):
        told.append(
            Risk(
                kind="cost",
                level="low",
                message=_("An environment between preview and production is one of the Pro plan's."),
                mitigation=_("Make it in the project's settings, or leave it out of devops.yaml."),
            )
        )
    return told


def _folder(component: Component) -> list[Question]:
    if component.kind != "static" or component.language == "static" or component.output_directory:
        return []
    text = _("Which folder does the build write? «dist» is assumed until it is said.")
    return [Question(component=component.path, field="output_directory", question=text)]


def _questions(unable: list[Component]) -> list[Question]:
    return [
        Question(
            component=each.path,
            field="context.platform.target",
            question=_("Vercel does not run {name}: what does?", name=each.name or each.path),
        )
        for each in unable
    ]


def _misfit(unable: list[Component], paths: list[str]) -> list[Escalation]:
    if not unable:
        return []
    names = ", ".join(each.name or each.path for each in unable)
    return [
        Escalation(
            situation="incompatible_architecture",
            to=RECIPIENTS["incompatible_architecture"],
            reason=_("Vercel runs sites and functions; {names} is neither.", names=names),
            done_so_far=_("What Vercel can run is configured."),
            obstacle=_("The choice is one of architecture."),
            options=[
                _("Run it on Railway or Render, beside the site."),
                _("One platform for everything: change the target in devops.yaml."),
            ],
            files=paths,
        )
    ]
