"""How the network of an environment is shared out on Google Cloud, where a subnet spans a region."""

from dataclasses import dataclass
from ipaddress import IPv4Network


@dataclass(frozen=True)
class Ranges:
    """Pods get half: each node takes addresses for all the pods it could ever run."""

    pods: str
    private_services: str
    """Databases and other services of Google's, reached by peering; they ask for a /24 at least."""
    subnet: str
    services: str


def ranges(network: IPv4Network) -> Ranges:
    """Half for pods, a quarter for Google's services, an eighth for what runs, a sixteenth for cluster services."""
    lower, upper = network.subnets(1)
    private, rest = lower.subnets(1)
    subnet, last = rest.subnets(1)
    services, _spare = last.subnets(1)
    return Ranges(str(upper), str(private), str(subnet), str(services))
