"""The network of an environment."""

from resources.catalogue import _
from tools.infrastructure.aws import inputs
from tools.infrastructure.module import Module, Output, Rule, Variable, number, texts

ZONES = "map(object({\n    public = string\n    private = string\n    data = string\n  }))"


def network() -> Module:
    """Subnets over zones, the way out, and who spoke to whom."""
    return Module(
        name="network",
        template=f"{inputs.FOLDER}/network",
        about=_("A network over several zones: public, private and data subnets, the way out, endpoints, flow logs."),
        variables=(
            inputs.name(),
            inputs.account_id(),
            cidr(),
            zones(),
            nat_gateways(),
            endpoints(),
            inputs.kms_key_arn(),
            inputs.log_days(),
        ),
        outputs=(
            Output("vpc_id", "aws_vpc.main.id", _("The network.")),
            Output(
                "public_subnet_ids", "[for each in aws_subnet.public : each.id]", _("Subnets the internet reaches.")
            ),
            Output("public_subnets", "{ for zone, each in aws_subnet.public : zone => each.id }", _("By zone.")),
            Output("private_subnet_ids", "[for each in aws_subnet.private : each.id]", _("Subnets of what runs.")),
            Output("private_subnets", "{ for zone, each in aws_subnet.private : zone => each.id }", _("By zone.")),
            Output("data_subnet_ids", "[for each in aws_subnet.data : each.id]", _("Subnets without a way out.")),
            Output(
                "public_addresses",
                "[for each in aws_eip.nat : each.public_ip]",
                _("Addresses that others see, where there is a NAT gateway."),
            ),
        ),
        parts=("main", "routes", "endpoints", "flow_logs"),
    )


def cidr() -> Variable:
    """Its addresses."""
    rule = Rule("can(cidrhost(var.cidr, 0))", _("Write a network, for example 10.16.0.0/16."))
    return Variable("cidr", _("Addresses of the network."), rules=(rule,))


def zones() -> Variable:
    """Its zones and subnets."""
    rule = Rule("length(var.zones) >= 2", _("Two zones at least: load balancers and databases ask for them."))
    return Variable("zones", _("Availability zone to the addresses of its subnets."), ZONES, rules=(rule,))


def nat_gateways() -> Variable:
    """Its ways out."""
    told = _("NAT gateways: one a zone, one for all, or 0: then what runs has public addresses of its own.")
    return number("nat_gateways", told, 0, 4)


def endpoints() -> Variable:
    """Services of AWS reached from inside."""
    rule = Rule(
        'alltrue([for each in var.endpoints : can(regex("^[a-z0-9.-]+$", each))])',
        _("Each must be the name of a service, for example ecr.api."),
    )
    return texts("endpoints", _("Services of AWS that are reached without leaving the network."), rule, default=[])
