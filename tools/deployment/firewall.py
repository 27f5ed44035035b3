"""What may come in to a machine that serves: the ports of the brief, for nftables, and the same for ufw."""

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief
from tools.containers.workloads import workloads
from tools.delivery import Check, Command, Delivery, File, Risk, Rollback
from tools.deployment.strategy import sides

PATH = "deploy/firewall/nftables.conf"
WEB = (80, 443)
NODES = "10.0.0.0/24"
"""Where the machines of a swarm are: an example to replace."""


def firewall(brief: Brief) -> Delivery:
    """One set of rules for every machine of `brief`; nothing but SSH, the proxy, and a swarm's own."""
    swarm = brief.context.platform.target == "swarm"
    # Two versions side by side publish two ports: Docker would open the second one to everybody.
    every = sides(brief, "swarm" if swarm else "compose").brief if brief.context.proxy == "traefik" else brief
    published = sorted({each.published for each in workloads(every, overwrite=False) if each.published})
    outer = open_ports(brief)
    content = render(
        "firewall/nftables.conf.j2",
        project=brief.name,
        table=brief.name.replace("-", "_"),
        outer=outer,
        inner=[port for port in published if port not in outer],
        nodes=[NODES] if swarm else [],
    )
    file = File(path=PATH, content=content, purpose=_("Closes every port but those of the brief."))
    return Delivery(
        files=[file],
        commands=_commands(brief, outer, swarm=swarm),
        checks=[
            Check(
                name=_("Only the ports of the brief are open"),
                run="nmap -Pn -p- --open HOST",
                expect=", ".join(map(str, [22, *outer])),
            )
        ],
        rollback=[
            Rollback(
                strategy=_("The rules are a table of their own: without it everything is as it was."),
                commands=[
                    Command(
                        run=f"sudo nft delete table inet {brief.name.replace('-', '_')}",
                        purpose=_("Take the rules away."),
                    )
                ],
                data=_("Nothing is stored here."),
            )
        ],
        risks=[
            Risk(
                kind="downtime",
                level="medium",
                message=_("A wrong rule closes SSH as well: who applies it may lock themselves out."),
                mitigation=_("Keep a second session open; unless kept, the rules go after two minutes."),
            )
        ],
    )


def open_ports(brief: Brief) -> list[int]:
    """What anybody may reach: the proxy; without one, the components themselves."""
    if brief.context.proxy is not None:
        return [80] if brief.context.certificates == "acm" else list(WEB)
    if brief.context.platform.target == "compose":
        return []  # published on the loopback address only
    return sorted({each.published for each in workloads(brief, overwrite=False) if each.published})


def _commands(brief: Brief, outer: list[int], *, swarm: bool) -> list[Command]:
    table = brief.name.replace("-", "_")
    undo = f"sudo systemd-run --on-active=2min --unit=firewall-undo nft delete table inet {table}"
    allowed = " && ".join(f"sudo ufw allow {port}/tcp" for port in outer)
    peers = [f"sudo ufw allow from {NODES} to any port {port}" for port in
             ("2377,7946 proto tcp", "4789,7946 proto udp")] if swarm else []  # fmt: skip
    return [
        Command(run=f"sudo nft --check --file {PATH}", purpose=_("Try the rules without applying them.")),
        Command(
            run=f"{undo} && sudo nft --file {PATH}",
            purpose=_("Apply them for two minutes: from a second session, see that SSH still answers."),
        ),
        Command(
            run=f"sudo systemctl stop firewall-undo.timer && sudo install -m 644 {PATH} /etc/nftables.conf "
            "&& sudo systemctl enable nftables",
            purpose=_("Keep them, also over a restart."),
        ),
        Command(
            run=" && ".join(
                ["sudo ufw default deny incoming", "sudo ufw limit 22/tcp", *([allowed] if allowed else []), *peers,
                 "sudo ufw --force enable"]
            ),
            purpose=_("Or the same with ufw, which Docker's published ports pass by."),
        ),
    ]  # fmt: skip
