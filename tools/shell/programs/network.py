"""Rules of the programs that talk to other machines."""

import re

from resources.catalogue import _
from tools.guard.decision import Reason
from tools.shell.call import Call
from tools.shell.options import options
from tools.shell.words import Argument

# Programs whose output may safely be part of an address: it says nothing of this machine's secrets.
_HARMLESS_PRODUCERS = {"git", "date", "uuidgen", "seq", "echo", "printf"}
_SENDS = re.compile(
    r"--(?:data|data-binary|data-raw|data-urlencode|data-ascii|json|form|form-string|upload-file|post-file|post-data|body-file|body-data|url-query)(?:=|$)|-[a-zA-Z]*[dTF]$|-[dTF]\S"
)
_FILE_OPTIONS = {
    "-d", "--data", "--data-binary", "--data-raw", "--data-urlencode", "--data-ascii", "-T", "--upload-file", "-F",
    "--form", "--post-file", "--body-file", "-K", "--config", "--cert", "--key", "-E", "-b", "--cookie", "--json",
    "--netrc-file", "-H", "--header", "--cacert",
}  # fmt: skip
_SENT_FILES = {"-T", "--upload-file", "--post-file", "--body-file"}
_OUTPUT_OPTIONS = {
    "-o", "--output", "-O", "--output-document", "-c", "--cookie-jar", "-D", "--dump-header", "--trace",
    "--trace-ascii", "--output-dir", "-P", "--directory-prefix", "-a", "--append-output", "--stderr", "--etag-save",
    "--libcurl", "--hsts", "--alt-svc",
}  # fmt: skip
_ELSEWHERE = re.compile(
    r"(?i)webhook\.site|requestbin|ngrok|burpcollaborator|interact\.sh|oast\.|pastebin|transfer\.sh|file\.io|0x0\.st|termbin|dnslog|canarytokens|pipedream|beeceptor|hookbin|ix\.io|sprunge"
)


def client(call: Call, _document: str | None) -> list[Reason]:
    """curl, wget and their kin: a request goes out, so a person decides; what would carry data away is refused."""
    texts = [each.text for each in call.arguments]
    if texts in (["--version"], ["-V"], ["--help"], ["-h"]):
        return call.reads()
    reasons = call.changes("network.request", _("It sends a request to another machine."))
    reasons += exfiltrates(call)
    sends = any(_SENDS.match(text) for text in texts)
    if sends:
        reasons += call.changes("network.sends", _("It sends data to another machine."))
        if (
            call.stdin == "pipe"
            and any(text in {"@-", "-", "@/dev/stdin"} or text.endswith(("@-", "=@-")) for text in texts)
            and not set(call.upstream) <= {"jq", "echo", "printf", "cat"}
        ):
            reasons += call.refuses(
                "network.exfiltration", _("It sends what another program found to another machine.")
            )
    if any(_ELSEWHERE.search(text) for text in texts):
        reasons += call.refuses("network.exfiltration", _("It sends data to a place that collects data."))
    for position, argument in enumerate(call.arguments):
        following = call.arguments[position + 1] if position + 1 < len(call.arguments) else None
        name, equals, value = argument.text.partition("=")
        if name.startswith("--") and equals:
            following = Argument(value, argument.start, argument.end)
        if following is not None and name in _FILE_OPTIONS:
            told = _sent(call, following)
            reasons += [each for each in told if each.verdict == "deny"]
            if name in _SENT_FILES and any(each.rule == "files.outside_read" for each in told):
                reasons += call.refuses(
                    "network.exfiltration", _("It sends a file that is not the project's to another machine.")
                )
        if (
            following is not None
            and (name in _OUTPUT_OPTIONS or re.fullmatch(r"-[a-zA-Z]*[oD]", name))
            and not (call.program.startswith("curl") and name in {"-O", "-P", "-a"})
        ):
            reasons += [each for each in call.write_paths([following]) if each.verdict == "deny"]
        if re.match(r"-[a-zA-Z]*[oDc]/", argument.text):
            reasons += [
                each
                for each in call.write_paths(
                    [Argument(argument.text[argument.text.index("/") :], argument.start, argument.end)]
                )
                if each.verdict == "deny"
            ]
        if re.match(r"(?i)(?:file|gopher|dict|ldap|smb|telnet|tftp)://", argument.text) or re.match(
            r"--unix-socket|--abstract-unix-socket|--use-askpass|--execute|-e$", name
        ):
            reasons += call.refuses("network.odd_protocol", _("It reaches local files or services by another way."))
    return reasons


def _sent(call: Call, value: Argument) -> list[Reason]:
    match = re.search(r"@(?P<path>[^;]+)", value.text)
    path = match["path"] if match else value.text
    return call.read_paths([Argument(path, value.start, value.end)])


def exfiltrates(call: Call) -> list[Reason]:
    """What other programs found, made part of an address or of the data."""
    reasons: list[Reason] = []
    for argument in call.arguments:
        producers = set(call.producers(argument))
        if producers - _HARMLESS_PRODUCERS or argument.process:
            reasons += call.refuses(
                "network.exfiltration", _("It sends what another program found to another machine.")
            )
    return reasons


def raw(call: Call, _document: str | None) -> list[Reason]:
    """nc, socat, telnet: bare connections, which carry shells and data as readily as anything."""
    texts = [each.text for each in call.arguments]
    probes = call.program in {"nc", "ncat", "netcat"} and any(
        re.fullmatch(r"-[a-zA-Z0-9]*z[a-zA-Z0-9]*", text) for text in texts
    )
    if probes and call.stdin != "pipe":
        return call.changes("network.probe", _("It asks another machine."))
    if call.stdin in {"pipe", "file", "document"} or any(
        re.search(r"-[a-z]*[ec]$|--(?:sh-)?exec|EXEC:|SYSTEM:|/bin/|-l", text) for text in texts
    ):
        return call.refuses("network.reverse_shell", _("It hands a shell or data to another machine."))
    return call.changes("network.connection", _("It opens a bare connection to another machine.")) + exfiltrates(call)


def lookup(call: Call, _document: str | None) -> list[Reason]:
    """dig, host, ping, traceroute: small questions to other machines, which can carry data in names."""
    texts = [each.text for each in call.arguments]
    if texts in (["-v"], ["-V"], ["--version"], ["-h"]):
        return call.reads()
    return call.changes("network.lookup", _("It asks another machine.")) + exfiltrates(call)


def transfer(call: Call, _document: str | None) -> list[Reason]:
    """scp, sftp, ftp, rclone: files to and from other machines."""
    files = [each for each in call.arguments if not each.text.startswith("-") and ":" not in each.text]
    reasons = call.changes("network.transfer", _("It copies files to or from another machine."))
    if call.program == "rclone" and any(each.text in {"dump", "show", "redacted", "reveal"} for each in files):
        return call.refuses("secrets.credentials", _("It shows or stores credentials."))
    if any(re.search(r"(?i)proxycommand|-S$|--rsh", each.text) for each in call.arguments):
        reasons += call.refuses("shell.hidden_program", _("An option of ssh runs a program here."))
    return reasons + [each for each in call.read_paths(files) + call.write_paths(files[-1:]) if each.verdict == "deny"]


def keys(call: Call, _document: str | None) -> list[Reason]:
    """ssh-keygen, ssh-add, openssl, certbot: keys."""
    texts = [each.text for each in call.arguments]
    if any(each.loose for each in call.arguments):
        return call.changes("secrets.keys", _("It handles keys."))
    if call.program == "openssl" and texts and texts[0] in _OPENSSL:
        parsed = call.of("openssl", call.arguments[1:]).parse(options(_OPENSSL[texts[0]], single_dash=True))
        if not parsed.unknown:
            read = call.read_paths([*parsed.files, *(parsed.operands if texts[0] in {"dgst", "verify"} else [])])
            if texts[0] in {"x509", "crl", "req"}:  # of a file with a key in it they show the rest
                read = [each for each in read if each.rule != "files.sensitive_read"]
            return read or call.reads()
    if texts[:1] in (["rsa"], ["ec"], ["dsa"], ["pkey"], ["pkcs8"], ["pkcs12"]) and not {"-pubout", "-noout"} & set(
        texts
    ):
        return call.read_paths(call.arguments[1:]) + call.changes("secrets.keys", _("It handles keys."))
    if call.program == "openssl" and texts[:1] in (["s_client"], ["s_server"]):
        if call.stdin == "pipe" and not set(call.upstream) <= {"echo", "printf", "true"}:
            return call.refuses("network.exfiltration", _("It sends what another program found to another machine."))
        return call.changes("network.connection", _("It opens a bare connection to another machine."))
    if call.program == "ssh-keygen":
        parsed = call.parse(options("-l -v -E= -f@ -F="))
        if not parsed.unknown and not parsed.operands and parsed.has("-l", "-F"):
            return call.read_paths(parsed.files) or call.reads()
    if call.program in {"ssh-add", "ssh-agent"} and texts not in (["-l"], ["-L"]):
        return call.changes("secrets.keys", _("It handles keys."))
    return call.changes("secrets.keys", _("It handles keys."))


# Subcommands of openssl that only show, with the options that only shape what they show.
_SHOWN = "-noout -text -in@ -inform= -subject -issuer -dates -startdate -enddate -serial -fingerprint -email -ocsp_uri -purpose -modulus -pubkey"
_OPENSSL: dict[str, str] = {
    "x509": _SHOWN + " -hash -subject_hash -issuer_hash -ext= -checkend= -checkhost= -checkip= -nameopt= -certopt= -sha1 -sha256 -sha512 -md5",
    "req": _SHOWN + " -verify -nameopt= -reqopt=", "crl": _SHOWN + " -lastupdate -nextupdate -crlnumber -hash -CAfile@ -verify",
    "dgst": "-sha1 -sha224 -sha256 -sha384 -sha512 -md5 -sha3-256 -sha3-512 -blake2b512 -r -hex -c", "verify": "-CAfile@ -untrusted@ -partial_chain -verbose -show_chain -purpose= -x509_strict",
    "asn1parse": "-in@ -inform= -i -strparse= -offset= -length=", "ciphers": "-v -V -s -tls1_2 -tls1_3 -stdname",
    "version": "-a -v -b -o -f -p -d -e -m -r -c", "help": "", "list": "-commands -digest-commands -cipher-commands -digest-algorithms -cipher-algorithms -public-key-algorithms -disabled -providers -1",
}  # fmt: skip
CREDENTIAL_HELPERS = [
    "git-credential-store",
    "git-credential-cache",
    "git-credential-osxkeychain",
    "git-credential-manager",
    "docker-credential-desktop",
    "docker-credential-osxkeychain",
    "docker-credential-pass",
    "docker-credential-secretservice",
    "docker-credential-ecr-login",
    "docker-credential-gcloud",
    "docker-credential-gcr",
    "aws-iam-authenticator",
    "gke-gcloud-auth-plugin",
    "kubelogin",
]


def credentials(call: Call, _document: str | None) -> list[Reason]:
    """Helpers that other programs ask for a password or a token: nobody types them."""
    if [each.text for each in call.arguments] in (["version"], ["--version"], ["-v"]):
        return call.reads()
    return call.refuses("secrets.credentials", _("It shows or stores credentials."))
