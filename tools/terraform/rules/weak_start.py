"""What is made weak from the start, or runs or writes something that no plan shows."""

import posixpath
from collections.abc import Iterator

from resources.catalogue import _
from tools.delivery import Severity
from tools.terraform.plan_change import Change, leaves
from tools.terraform.risk_report import PlanRisk

_SCRIPTS = frozenset({
    "user_data", "user_data_base64", "custom_data", "metadata_startup_script", "startup_script", "cloud_init",
})  # fmt: skip
_FILES = frozenset({"local_file", "local_sensitive_file"})
_WHOLE_CLOUD = ("cloud-platform", "https://www.googleapis.com/auth/cloud-platform")
# By path: the weak values, how grave, and what it is.
_WEAK: dict[str, tuple[tuple[object, ...], Severity, str]] = {
    "root_block_device.encrypted": ((False,), "medium", "disk"),
    "ebs_block_device.encrypted": ((False,), "medium", "disk"),
    "block_device_mappings.ebs.encrypted": ((False, "false"), "medium", "disk"),
    "metadata_options.http_tokens": (("optional",), "low", "metadata"),
    "disable_password_authentication": ((False,), "medium", "password"),
    "service_account.scopes": (_WHOLE_CLOUD, "low", "scope"),
    "rule.object_ownership": (("ObjectWriter", "BucketOwnerPreferred"), "low", "ownership"),
}
_LOOKED_AT = frozenset(path.partition(".")[0] for path in _WEAK)
_KEYS = frozenset({"tls_private_key"})


def check(change: Change) -> Iterator[PlanRisk]:
    """Low where it is a choice somebody may have made on purpose, medium where few would."""
    if not change.made:
        return
    for name in sorted(_SCRIPTS & change.after.keys()):
        if change.after[name]:
            yield _said(change, "low", name, _("It runs a script at its start, which no rule has read."))
    if change.type in _FILES:
        yield _file(change)
    if change.type in _KEYS:
        yield _said(change, "low", "private_key_pem", _("Its private key stands in the state, in clear."))
    if _answers_in_clear(change):
        yield _said(change, "low", "protocol", _("It answers without encryption."))
    for name in sorted(_LOOKED_AT & change.after.keys()):
        for path, leaf in leaves(change.after[name], name):
            if path in _WEAK and leaf in _WEAK[path][0]:
                _values, level, what = _WEAK[path]
                yield _said(change, level, name, _weakness(what))


def _answers_in_clear(change: Change) -> bool:
    if change.type not in {"aws_lb_listener", "aws_alb_listener"} or change.after.get("protocol") != "HTTP":
        return False
    kinds = {each for path, each in leaves(change.after.get("default_action"), "action") if path == "action.type"}
    return kinds != {"redirect"}


def _file(change: Change) -> PlanRisk:
    name = change.after.get("filename")
    path = posixpath.normpath(str(name or "?"))
    outside = name is None or path.startswith(("/", "~", ".."))
    message = (
        _("It writes a file outside the configuration, on the machine that applies.")
        if outside
        else _("It writes a file into the private copy of the configuration, not into your folder.")
    )
    return _said(change, "high" if outside else "low", "filename", message)


def _said(change: Change, level: Severity, name: str, message: str) -> PlanRisk:
    return change.risk("weak_start", level, message, attribute=name, after=change.shown(name, "after")[:120])


def _weakness(what: str) -> str:
    return {
        "disk": _("A disk is made without encryption."),
        "metadata": _("The metadata, credentials among them, are given without a token."),
        "password": _("People may sign in with a password."),
        "scope": _("It may use every interface of the cloud that its account may."),
        "ownership": _("Access lists count: whoever writes an object may open it to others."),
    }[what]
