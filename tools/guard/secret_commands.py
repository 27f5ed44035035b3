"""Patterns of commands and files that carry a secret by position: curl -u, mysql -p, .netrc, .pgpass."""

import re

_WORD_THEN = r"[^\n]{0,500}?\s"
COMMANDS = (
    re.compile(
        rf"(?:^|\s)(?:curl|http|wget|xh|restic|rclone)\b{_WORD_THEN}(?:-u|--user|--proxy-user|-U)[ =]?[\"']?"
        r"[^\s:\"']{1,100}:"
        r"(?P<value>[^\s\"']{1,200})"
    ),
    re.compile(
        rf"\b(?:mysql|mysqldump|mariadb|mysqladmin|mariadb-dump|sshpass|mongodump|mongosh|mongo)\b{_WORD_THEN}"
        r"-p[\"']?(?P<value>[^\s\"'=]{3,200})"
    ),
    re.compile(
        r"\b(?:sshpass|mongodump|mongosh|mongo|docker login|podman login|helm registry login|rabbitmqadmin)\b"
        rf"{_WORD_THEN}-p[ =][\"']?(?P<value>[^\s\"']{{3,200}})"
    ),
    re.compile(r"(?i)convertto-securestring\s+(?:-string\s+)?[\"'](?P<value>[^\"'\n]{3,400})[\"']"),
    re.compile(r"(?m)^[ \t]+password[ \t]+(?=\S*\d)(?P<value>\S{6,200})[ \t]*$"),
    re.compile(r"--from-literal[= ][\"']?[\w.-]{1,100}=[\"']?(?P<value>[^\s\"']{3,400})"),
    re.compile(rf"\bvault (?:kv put|write){_WORD_THEN}[\w-]{{1,60}}=[\"']?(?P<value>[^\s\"'@]{{4,400}})"),
    re.compile(r"\becho (?:-n )?[\"']?(?P<value>[^\s\"'|$]{4,200})[\"']?\s*\|\s*[^\n]{0,60}?--password-stdin"),
    re.compile(r"-pass(?:in|out)?[ =]pass:(?P<value>[^\s\"']{3,200})"),
    re.compile(rf"\b(?:ldapsearch|ldapmodify|ldapadd){_WORD_THEN}-w[ ]?[\"']?(?P<value>[^\s\"']{{3,200}})"),
    re.compile(rf"\bhtpasswd\b{_WORD_THEN}-\w*b\w*\s[^\n]{{0,200}}\s(?P<value>[^\s\"']{{3,200}})$"),
    re.compile(rf"\bredis-cli\b{_WORD_THEN}-a[ =]?[\"']?(?P<value>[^\s\"']{{3,200}})"),
    re.compile(r"(?i)\bidentified\s+(?:with\s+\S+\s+)?by\s+(?:password\s+)?[\"'](?P<value>[^\"'\n]{3,200})[\"']"),
    re.compile(r"(?im)^[ \t]*(?:bindpw|rootpw)[ \t:=]+(?P<value>\S{3,200})"),
    re.compile(r"[\w.-]{1,100}:(?P<value>[^\s:@/\"'`]{3,200})@(?:tcp|unix)\("),  # how Go spells a MySQL address
    re.compile(r"(?i)\boracle:(?:thin|oci):[\w.$-]{1,100}/(?P<value>[^\s@/\"']{3,200})@"),
    re.compile(r"(?im)^[ \t>|-]*(?:machine\s+\S+\s+)?login\s+\S+\s+password\s+(?P<value>\S{3,200})"),
)
PGPASS = re.compile(
    r"(?m)(?:^|[\s\"'])[\w.*-]{1,200}:(?:5432|6432|\*):[\w.*-]{1,100}:[\w.*-]{1,100}:(?P<value>[^\s:\"']{4,200})"
)
PGPASS_HINTS = (":5432:", ":6432:", ":*:")
