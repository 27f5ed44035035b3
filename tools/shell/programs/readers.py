"""Rules of the coreutils, their neighbours and bash's own words, as far as they only read."""

import re
from dataclasses import replace
from itertools import pairwise

from resources.catalogue import _
from tools.guard.decision import Reason
from tools.shell import environment
from tools.shell.call import Call
from tools.shell.listings import SHOWS_CONTENT
from tools.shell.options import options

# Program -> (options that only read, what its operands are).
READERS: dict[str, tuple[str, str]] = {
    "cat": ("-A -b -e -E -n -s -t -T -u -v --show-all --number --number-nonblank --squeeze-blank --show-ends --show-tabs", "paths"),
    "tac": ("-b -r -s= --before --separator=", "paths"),
    "head": ("-# -n= -c= -q -v -z --lines= --bytes= --quiet --verbose --zero-terminated", "paths"),
    "tail": ("-# -0 -1 -2 -3 -4 -5 -6 -7 -8 -9 -n= -c= -q -v -z -f -F -s= --lines= --bytes= --quiet --verbose --follow? --retry --pid= --sleep-interval=", "paths"),
    "nl": ("-b= -n= -w= -s= -v= -i= -h= -f= --body-numbering= --number-width=", "paths"),
    "wc": ("-c -m -l -L -w --bytes --chars --lines --words --max-line-length --total=", "paths"),
    "od": ("-A= -t= -N= -j= -w= -c -x -b -d -o -v --address-radix= --format= --read-bytes= --skip-bytes=", "paths"),
    "xxd": ("-p -b -c= -l= -s= -g= -u -i", "first"),
    "hexdump": ("-C -n= -s= -v -c -x -b -d -o", "paths"),
    "strings": ("-a -n= -t= -e= -f --all --bytes= --radix=", "paths"),
    "cut": ("-d= -f= -c= -b= -s -n -z --delimiter= --fields= --characters= --bytes= --complement --only-delimited --output-delimiter=", "paths"),
    "paste": ("-d= -s -z --delimiters= --serial", "paths"),
    "tr": ("-c -C -d -s -t --complement --delete --squeeze-repeats --truncate-set1", "text"),
    "rev": ("", "paths"),
    "column": ("-t -s= -n -c= -x -e -J -N= -R= -H= -o= --table --separator= --table-columns= --json", "paths"),
    "fold": ("-w= -s -b --width= --spaces --bytes", "paths"),
    "fmt": ("-w= -u -s -c -t --width=", "paths"),
    "expand": ("-t= -i", "paths"),
    "unexpand": ("-t= -a", "paths"),
    "comm": ("-1 -2 -3 -z --check-order --nocheck-order --output-delimiter= --total", "paths"),
    "join": ("-1= -2= -t= -o= -a= -v= -e= -i -j= --header --check-order --nocheck-order", "paths"),
    "cmp": ("-b -l -s -n= -i= --print-bytes --verbose --quiet --silent --bytes=", "paths"),
    "diff": (
        "-u -U= -c -C= -r -N -q -s -y -w -b -B -i -a -e -E -Z -W= -x= -I= -t -T --unified? --context? --recursive --new-file --brief"
        " --side-by-side --ignore-all-space --ignore-space-change --ignore-blank-lines --ignore-case --color? --exclude="
        " --report-identical-files --text --strip-trailing-cr --suppress-common-lines --label= --width= --no-dereference -d --minimal",
        "paths",
    ),
    "diffstat": ("-p= -w= -C", "paths"),
    "md5sum": ("-b -t -c --check --quiet --status --tag --strict --ignore-missing", "paths"),
    "sha1sum": ("-b -t -c --check --quiet --status --tag --strict --ignore-missing", "paths"),
    "sha256sum": ("-b -t -c --check --quiet --status --tag --strict --ignore-missing", "paths"),
    "sha512sum": ("-b -t -c --check --quiet --status --tag --strict --ignore-missing", "paths"),
    "b2sum": ("-b -t -c --check --quiet --status --tag", "paths"),
    "cksum": ("-a= --algorithm= --tag", "paths"),
    "shasum": ("-a= -b -t -c -p --algorithm= --check --status", "paths"),
    "base64": ("-d -D -i -w= --decode --ignore-garbage --wrap=", "paths"),
    "base32": ("-d -i -w= --decode --wrap=", "paths"),
    "ls": (
        "-a -A -b -B -c -C -d -f -F -g -G -h -H -i -k -l -L -m -n -N -o -p -q -Q -r -R -s -S -t -u -U -v -x -X -Z -1 -w= -I= -T="
        " --all --almost-all --author --color? --classify? --directory --full-time --group-directories-first --human-readable"
        " --si --inode --numeric-uid-gid --literal --recursive --reverse --size --sort= --time= --time-style= --format= --hide="
        " --ignore= --indicator-style= --width= --zero --no-group --dereference --hyperlink?",
        "metadata",
    ),
    "dir": ("-a -l -h -R -1", "metadata"),
    "tree": (
        "-a -d -f -i -l -s -h -p -u -g -D -F -q -N -Q -r -t -v -U -c -C -n -S -A -J -X -x -L= -P= -I= --dirsfirst --filesfirst --prune"
        " --noreport --du --si --gitignore --charset= --filelimit= --matchdirs --ignore-case --inodes --metafirst --sort=",
        "metadata",
    ),
    "stat": ("-c= -f -L -t -x -s -r --format= --printf= --file-system --dereference --terse", "metadata"),
    "file": ("-b -i -k -L -h -N -r -z -F= -s --brief --mime --mime-type --mime-encoding --dereference --no-pad", "metadata"),
    "du": (
        "-a -b -c -d= -h -H -k -L -l -m -P -s -S -x -0 -t= -B= --all --apparent-size --bytes --total --max-depth= --human-readable"
        " --si --summarize --one-file-system --exclude= --block-size= --separate-dirs --threshold= --time? --inodes",
        "metadata",
    ),
    "shellcheck": ("-s= -S= -e= -f= -x -a -V --version --severity= --shell= --exclude= --format= --color? --external-sources --norc -o= --enable=", "paths"),
    "yamllint": ("-s -f= -d= -v --version --strict --format= --list-files --no-warnings", "paths"),
    "actionlint": ("-version -oneline -no-color -color -ignore= -format=", "paths"),
    "df": ("-a -B= -h -H -i -k -l -P -T -t= -x= --all --human-readable --inodes --local --output? --total --type= --si --print-type", "text"),
    "realpath": ("-e -m -s -z -q --canonicalize-existing --canonicalize-missing --relative-to= --relative-base= --strip --no-symlinks --quiet", "metadata"),
    "readlink": ("-f -e -m -n -q -s -v -z --canonicalize --canonicalize-existing --no-newline", "metadata"),
    "basename": ("-a -s= -z --multiple --suffix= --zero", "text"),
    "dirname": ("-z --zero", "text"),
    "pwd": ("-L -P", "text"),
    "date": ("-u -R -I? -d= -r@ --date= --utc --universal --iso-8601? --rfc-3339= --rfc-email --reference@", "date"),
    "cal": ("-1 -3 -y -m -j -A= -B=", "text"),
    "uname": ("-a -s -n -r -v -m -p -i -o --all --kernel-name --kernel-release --machine --operating-system", "text"),
    "arch": ("", "text"),
    "nproc": ("--all --ignore=", "text"),
    "uptime": ("-p -s --pretty --since", "text"),
    "free": ("-b -k -m -g -h -t -w -l -s= -c= --human --total --wide --bytes --kibi --mebi --gibi --mega --giga", "text"),
    "vmstat": ("-a -s -d -w -t -S=", "text"),
    "iostat": ("-x -c -d -k -m -h -y -z", "text"),
    "lscpu": ("-e? -p? -J -x --json --extended? --parse?", "text"),
    "lsblk": ("-a -b -d -f -J -l -m -n -o= -p -r -S -t --json --output= --all --fs", "text"),
    "lsmod": ("", "text"),
    "lsusb": ("-v -t", "text"),
    "lspci": ("-v -k -n -m", "text"),
    "locale": ("-a -m", "text"),
    "getconf": ("-a", "text"),
    "whoami": ("", "text"),
    "id": ("-u -g -G -n -r -z -Z --user --group --groups --name --real", "text"),
    "groups": ("", "text"),
    "who": ("-a -b -H -q -r -u", "text"),
    "w": ("-h -s -f -i", "text"),
    "users": ("", "text"),
    "logname": ("", "text"),
    "hostname": ("-s -f -d -i -I -A --short --fqdn --long --domain --ip-address --all-ip-addresses", "none"),
    "hostnamectl": ("status --no-pager --json=", "hostnamectl"),
    "tty": ("-s", "text"),
    "seq": ("-w -s= -f= --equal-width --separator= --format=", "text"),
    "factor": ("", "text"),
    "expr": ("", "text"),
    "echo": ("-n -e -E", "any"),
    "true": ("", "any"),
    "false": ("", "any"),
    ":": ("", "any"),
    "test": ("", "any"),
    "[": ("", "any"),
    "sleep": ("", "text"),
    "which": ("-a -s --all", "text"),
    "whereis": ("-b -m -s -u", "text"),
    "type": ("-a -f -t -p -P", "text"),
    "whatis": ("", "text"),
    "apropos": ("", "text"),
    "hash": ("", "none"),
    "jobs": ("-l -p -r -s -n", "text"),
    "wait": ("-n", "text"),
    "shopt": ("-p -q -o", "text"),
    "times": ("", "none"),
    "umask": ("-S -p", "none"),
    "ulimit": ("-a -H -S", "none"),
    "break": ("", "text"),
    "continue": ("", "text"),
    "return": ("", "text"),
    "exit": ("", "text"),
    "shift": ("", "text"),
    "clear": ("", "none"),
    "tput": ("", "text"),
    "numfmt": ("--to= --from= --suffix= --format= --field= --header? --padding= -d=", "text"),
    "zcat": ("-f -q", "paths"),
    "bzcat": ("", "paths"),
    "xzcat": ("", "paths"),
    "zstdcat": ("", "paths"),
    "zgrep": ("-i -n -c -l -v -E -F -h -H -o", "pattern"),
    "getcap": ("-r -v -n", "metadata"),
    "getfacl": ("-R -p -c -n -t", "metadata"),
    "lsattr": ("-a -d -R", "metadata"),
    "nm": ("-C -D -g -u --defined-only --dynamic", "paths"),
    "ldd": ("", "none"),
    "size": ("-A -B", "paths"),
    "readelf": ("-a -h -l -S -s -d -n -V -W --all --wide", "paths"),
    "cloc": ("--json --quiet --by-file --vcs=", "paths"),
    "tokei": ("-f -o= -s=", "paths"),
    "scc": ("-f= --by-file -w", "paths"),
    "more": ("", "paths"),
    "tsort": ("", "paths"),
    "ptx": ("", "paths"),
    "getent": ("", "getent"),
    "man": ("-k -f -w", "text"),
    "cd": ("-L -P -e", "folder"),
    "pushd": ("-n", "folder"),
    "popd": ("-n", "text"),
    "dirs": ("-l -p -v -c", "text"),
    "unset": ("-f -v", "names"),
    "local": ("-r -a -A", "names"),
    "read": ("-r -s -a= -d= -n= -N= -p= -t= -u=", "names"),
    "mapfile": ("-t -d= -n= -O= -s= -u=", "names"),
    "readarray": ("-t -d= -n= -O= -s= -u=", "names"),
    "declare": ("-a -A -r -g -l -u -x", "names"),
    "typeset": ("-a -A -r -g -l -u -x", "names"),
    "readonly": ("-a -A", "names"),
    "export": ("-n", "names"),
    "getopts": ("", "names"),
}  # fmt: skip
# Options that put another program under a name, or run a text.
_LOADERS = {"hash": "-[a-z]*p", "mapfile": "-[a-z]*C", "readarray": "-[a-z]*C"}
_SET = re.compile(
    r"[-+](?:[euxovfCn]+|o)|pipefail|errexit|nounset|xtrace|noglob|-o|-eo|-euo|-euxo|verbose|noclobber|errtrace|-E\w+"
)
_EVERYTHING = {"*", "**", "?*", "*?"}
_SHOW_ALL = {"export", "declare", "typeset", "readonly", "local"}
_PUBLIC_DATABASES = {"passwd", "group", "hosts", "ahosts", "ahostsv4", "ahostsv6", "services", "protocols", "networks"}


def reader(call: Call, _document: str | None) -> list[Reason]:
    """A program that only reads when all its options are known."""
    spec, operands = READERS[call.program]
    if operands == "any":
        return _tests(call) if call.program in {"test", "["} else call.reads()
    parsed = call.parse(options(spec))
    if call.program in _LOADERS and any(re.match(_LOADERS[call.program], each.text) for each in parsed.unknown):
        return call.refuses("shell.hidden_program", _("An option hides which program runs."))
    if parsed.unknown:
        return call.unknown(parsed.unknown[0]) + outputs(call)
    reasons = call.read_paths(parsed.files)
    plain = parsed.operands
    if call.program == "man":
        pages = [each for each in plain if "/" in each.text]  # a page of one's own is a program for groff
        reasons += call.read_paths(pages) or (call.unknown(pages[0]) if pages else [])
    if call.program == "more" and any(each.text.startswith("+") for each in plain):
        reasons += call.unknown(plain[0])
    if operands == "paths":
        reasons += call.read_paths(plain)
        everything = [each for each in plain if each.pattern and each.text.rpartition("/")[2] in _EVERYTHING]
        reasons += call.unknown(everything[0]) if everything and call.program in SHOWS_CONTENT else []
    elif operands == "first":
        reasons += call.read_paths(plain[:1]) + call.write_paths(plain[1:])
    elif operands == "metadata":
        # What a secret is called or how large it is tells nothing of it, but where it lies is not everybody's.
        reasons += [
            each.model_copy(update={"verdict": "ask"}) if each.rule == "files.secret_read" else each
            for each in call.read_paths(plain)
        ]
    elif operands == "pattern":
        reasons += call.read_paths(plain[1:])
    elif operands == "folder":
        reasons += call.read_paths(plain)
        if any(not each.known for each in plain):
            reasons += call.unknown(plain[0])
    elif operands == "names":
        if call.program in _SHOW_ALL and not plain:
            return call.changes("secrets.environment", _("It shows every variable, secrets too."))
        odd = [each for each in plain if not re.fullmatch(r"[A-Za-z_]\w*(?:=(?!\().*)?", each.text, re.DOTALL)]
        odd += [each for each in parsed.options.get("-a", []) if each is not None and not each.text.isidentifier()]
        reasons += call.unknown(odd[0]) if odd else []
        for each in plain:
            name, equals, value = each.text.partition("=")
            told = environment.assigned(name, value if equals and each.known else None)
            told += (
                environment.handed_on(name, value) if equals and (call.program == "export" or parsed.has("-x")) else []
            )
            told = [] if call.program == "unset" else told
            reasons += [reason for verdict, rule, message in told for reason in call.say(verdict, rule, message)]
    elif (operands == "none" and plain) or (
        operands == "date" and any(not each.text.startswith("+") for each in plain)
    ):
        reasons += call.unknown(plain[0])
    elif operands == "getent" and plain and plain[0].text in {"shadow", "gshadow"}:
        return call.refuses("secrets.credentials", _("It shows or stores credentials."))
    elif operands == "getent" and (not plain or plain[0].text not in _PUBLIC_DATABASES):
        reasons += call.unknown(plain[0] if plain else None)
    elif operands == "hostnamectl" and any(each.text != "status" for each in plain):
        reasons += call.unknown(plain[0])
    return reasons or call.reads()


def _tests(call: Call) -> list[Reason]:
    """`test`: after `-v`, or a word that may turn out to be it, bash runs what stands in a subscript."""
    for first, second in pairwise(call.arguments):
        operator = first.text in {"-v", "-R"} or not first.known
        if operator and (not second.known or re.match(r"\w+\[", second.text)):
            return call.unknown(second)
    loose = [each for each in call.arguments if each.loose]
    return call.unknown(loose[0]) if loose else call.reads()


def outputs(call: Call) -> list[Reason]:
    """Why an option that names an output must be refused: `-o FILE`, `-oFILE`, `--out…=FILE`, and `xxd -r IN OUT`."""
    files = []
    for argument, following in zip(call.arguments, (*call.arguments[1:], None), strict=False):
        if match := re.match(r"--out[a-z]*=|-[a-zA-Z]*?o(?=.)", argument.text):
            files.append(replace(argument, text=argument.text[match.end() :]))
        elif following is not None and re.fullmatch(r"-[a-zA-Z]*o|--out[a-z]*", argument.text):
            files.append(following)
    if call.program == "xxd":
        files += [each for each in call.arguments if not each.text.startswith("-")][1:]
    return [each for each in call.write_paths(files) if each.verdict == "deny"]


def set_builtin(call: Call, _document: str | None) -> list[Reason]:
    """`set`: options are harmless; alone it shows every variable."""
    if call.arguments and all(_SET.fullmatch(each.text) for each in call.arguments):
        return call.reads()
    if not call.arguments:
        return call.changes("secrets.environment", _("It shows every variable, secrets too."))
    return call.unknown(call.arguments[0])


def printf(call: Call, _document: str | None) -> list[Reason]:
    """`printf`; with -v it assigns."""
    first = call.arguments[0] if call.arguments else None
    if first is not None and first.text == "-v" and len(call.arguments) > 1:
        told = environment.assigned(call.arguments[1].text)
        return call.unknown(first) + [reason for each in told for reason in call.say(*each)]
    if first is None or first.loose or not first.known or first.text.startswith("-"):
        return call.unknown(first)
    code = [each for each in call.arguments if re.search(r"\w\[.*(?:\$\(|`)", each.text)]
    return call.unknown(code[0]) if code else call.reads()  # some shells take a number for arithmetic


def sort(call: Call, _document: str | None) -> list[Reason]:
    """`sort` and `uniq`: they read, unless they write their result."""
    known = (
        "-b -d -f -g -h -i -M -n -R -r -V -c -C -m -s -u -z -k= -t= --numeric-sort --reverse --unique --key= --field-separator="
        " --human-numeric-sort --version-sort --stable --ignore-case --check? --parallel= --general-numeric-sort --ignore-leading-blanks"
        if call.program == "sort"
        else "-c -d -D -i -u -z -f= -s= -w= --count --repeated --unique --ignore-case --skip-fields= --skip-chars= --all-repeated?"
    )
    parsed = call.parse(options(known))
    if parsed.unknown:
        return call.unknown(parsed.unknown[0]) + outputs(call)
    if call.program == "uniq" and len(parsed.operands) > 1:
        return call.read_paths(parsed.operands[:1]) + call.write_paths(parsed.operands[1:])
    return call.read_paths(parsed.operands) or call.reads()
