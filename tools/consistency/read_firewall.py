"""What a set of nftables rules closes and what it lets in."""

import re

from tools.consistency.world import Said, World
from tools.delivery import Place
from tools.validate.checker import Source

_RULE = re.compile(
    r"^\s*(?P<who>[^#]*?)\btcp dport (?P<ports>\d+|\{[\d\s,]+\})\s+(?P<rest>.*?)\b(?P<end>accept|drop)\b"
)


def applies(source: Source) -> bool:
    """Rules by ending or name."""
    return source.suffix == ".nft" or source.name == "nftables.conf"


def read(source: Source, world: World) -> None:
    """Rules that hold for everybody: one for some addresses, or up to a rate, says nothing of a port as such."""
    for number, line in enumerate(source.text.split("\n"), start=1):
        rule = _RULE.match(line)
        if rule is None or "saddr" in rule["who"] or rule["rest"].strip():
            continue
        place = Place(path=source.path, line=number, says=line.strip()[:200])
        ports = [Said(port, place) for port in re.findall(r"\d+", rule["ports"])]
        (world.closed if rule["end"] == "drop" else world.admitted).extend(ports)
