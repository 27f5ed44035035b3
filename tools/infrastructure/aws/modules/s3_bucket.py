"""A private bucket."""

from resources.catalogue import _
from tools.infrastructure.aws import inputs
from tools.infrastructure.module import Module, Output, Variable, matches, number, text, texts


def s3_bucket() -> Module:
    """A bucket that is private, versioned and encrypted."""
    return Module(
        name="s3_bucket",
        template=f"{inputs.FOLDER}/s3_bucket",
        about=_("A private bucket: versioned, encrypted, TLS only, tidied by itself."),
        variables=(
            text(
                "bucket",
                _("Name of the bucket, unique in the world."),
                matches(
                    "bucket", "^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", _("3 to 63 lower-case letters, digits and hyphens.")
                ),
            ),
            inputs.account_id(),
            inputs.kms_key_arn(optional=True),
            Variable(
                "readers",
                _("Services that may read, each for one resource of theirs."),
                "list(object({ service = string, source_arn = string }))",
                [],
            ),
            texts("log_writers", _("Services that may write logs, for this account."), default=[]),
            text("log_bucket", _("Bucket that gets the access logs; null: none."), default=None),
            number("noncurrent_days", _("Days that overwritten and deleted versions are kept."), 1, 3650, default=30),
            Variable("expire_days", _("Days after which objects go away; null: never."), "number", None),
        ),
        outputs=(
            Output("bucket", "aws_s3_bucket.main.bucket", _("Name of the bucket.")),
            Output("arn", "aws_s3_bucket.main.arn", _("ARN of the bucket.")),
            Output("domain_name", "aws_s3_bucket.main.bucket_regional_domain_name", _("Where it is read.")),
        ),
    )
