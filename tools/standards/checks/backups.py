"""What holds data is copied, and the copy has been restored once."""

from resources.catalogue import _
from tools.standards.repository import Repository
from tools.standards.standing import Evidence, Standing, failed, passed, unknown

NAME = "backups"
STATEFUL = frozenset({"postgres", "mysql", "mariadb", "mongodb", "elasticsearch", "opensearch", "s3", "minio"})
DATABASES = STATEFUL - {"s3", "minio"}
BACKUP = (
    r"backup_retention_period\s*=\s*[1-9]|point_in_time_recovery|pg_dump|mysqldump|mongodump|restic|velero|wal-g|barman"
    r"|aws_backup_plan|backup_configuration|BackupTooOld|kind:\s*ScheduledBackup"
)
NONE = r"backup_retention_period\s*=\s*0\b|skip_final_snapshot\s*=\s*true"


def check(repository: Repository) -> Standing:
    """Each stateful service that a component needs, against anything that copies."""
    needs = sorted({need for each in repository.brief.context.components for need in each.needs if need in STATEFUL})
    off = repository.grep(NONE, "terraform")
    if off:
        return failed(NAME, off, _("Keep backups for a week at least, and a final snapshot."))
    if not needs:
        return unknown(NAME, _("No component needs a service that holds data."))
    found = repository.grep(BACKUP)
    if not found and "devops.yaml" not in repository.paths and len(DATABASES & set(needs)) > 2:
        # Drivers of every database there is: a library, or a tool that watches those of others.
        fix = _("The code can talk to {needs}: say in devops.yaml which of them hold data.", needs=", ".join(needs))
        return unknown(NAME, fix)
    if not found:
        evidence = [
            Evidence(path=each.path, says=f"{each.name or each.path}: {need}")
            for each in repository.brief.context.components
            for need in each.needs
            if need in STATEFUL
        ]
        return failed(
            NAME,
            evidence,
            _("Back up each, alert on the age of the copy, and restore it once (runbook restore_backup)."),
        )
    return passed(NAME, found)
