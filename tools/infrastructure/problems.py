"""What of a brief makes no infrastructure: each error says what to change."""

from tools.guard.errors import BriefError


class UnknownRegionError(BriefError):
    """The cloud has no region of that name."""


class RegionNotAllowedError(BriefError):
    """A regulation or the hosting requirement keeps the data out of that region."""


class MissingDomainError(BriefError):
    """TLS needs a name, and the brief says none."""


class OverlappingNetworksError(BriefError):
    """Two environments would use the same addresses."""


class NetworkSizeError(BriefError):
    """The network is too small, or larger than a cloud makes it."""


class ContradictionError(BriefError):
    """Two fields of the brief cannot both hold."""


class AddressError(BriefError):
    """An address of `moved` or `imports` is none that Terraform knows."""
