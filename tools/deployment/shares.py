"""Two versions side by side behind Traefik: which share of the traffic each hears, and how that is changed."""

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief
from tools.containers.workloads import workloads
from tools.delivery import Command, File, Rollback
from tools.deployment.scripts import PLACE
from tools.deployment.strategy import SIDES, Sides

SHARES = "deploy/traefik/dynamic/shares.yml"
CANARY = (10, 50)
"""The steps before a canary becomes everybody's version, in percent."""


def share_files(brief: Brief, versions: Sides) -> list[File]:
    """The shares to begin with, and the script that changes them."""
    if not versions.of:
        return []
    first, second = (ending or _("the version that runs") for ending, _share in SIDES[brief.context.platform.strategy])
    return [
        File(
            path=SHARES,
            content=render("traefik/shares.yml.j2", sides=versions.of),
            purpose=_("How much of the traffic each version hears."),
        ),
        File(
            path=f"{PLACE}/share.sh",
            content=render("scripts/share.sh.j2", sides=versions.of, old=first.strip("-"), new=second.strip("-")),
            purpose=_("Moves traffic from one version to the other."),
            executable=True,
        ),
    ]


def share_commands(brief: Brief, versions: Sides) -> list[Command]:
    """The release of a second version beside the first, in order."""
    if not versions.of:
        return []
    last = brief.context.environments[-1].name
    keys = {each.subject.name: each.key for each in workloads(versions.brief, overwrite=False) if each.process is None}
    new = " ".join(f"{keys[pair[1].name]}=IMAGE@sha256:…" for pair in versions.of.values())
    old = " ".join(f"{keys[pair[0].name]}=IMAGE@sha256:…" for pair in versions.of.values())
    told = [
        Command(run=f"{PLACE}/deploy.sh {last} {new}", purpose=_("Start the new version; nobody is sent to it yet."))
    ]
    if brief.context.platform.strategy == "blue_green":
        return [
            *told,
            Command(run=f"{PLACE}/share.sh 100", purpose=_("Send everybody to the new version, at once.")),
            Command(
                run=f"{PLACE}/deploy.sh {last} {old}",
                purpose=_("Once it has proved itself: bring the old colour to the same version."),
            ),
        ]
    return [
        *told,
        *(
            Command(
                run=f"{PLACE}/share.sh {share}",
                purpose=_("Send {share} % to it, and watch errors and latency before the next step.", share=share),
            )
            for share in CANARY
        ),
        Command(run=f"{PLACE}/deploy.sh {last} {old}", purpose=_("Make it the version that everybody has.")),
        Command(run=f"{PLACE}/share.sh 0", purpose=_("The canary has nothing to say any more.")),
    ]


def share_rollback(brief: Brief) -> Rollback:
    """The way back of both strategies: one file."""
    strategy = (
        _("Blue/green: the old version still runs; sending the traffic back is all there is to do.")
        if brief.context.platform.strategy == "blue_green"
        else _("Canary: only its share of the requests met the new version; it hears nothing any more.")
    )
    return Rollback(
        strategy=strategy,
        commands=[Command(run=f"{PLACE}/share.sh 0", purpose=_("Everybody is back with the version before."))],
        data=_("Volumes and migrated schemas stay as they are: take a backup before the deployment."),
    )
