"""Rules of the programs that search and filter text: find, grep, sed, awk, jq and their kin."""

import re
from dataclasses import replace

from resources.catalogue import _
from tools.guard.decision import Reason
from tools.shell import listings, paths
from tools.shell.call import Call
from tools.shell.options import options
from tools.shell.words import HOLE, Argument

_FIND_TESTS = {
    "-name", "-iname", "-path", "-ipath", "-wholename", "-regex", "-iregex", "-type", "-xtype", "-size", "-mtime", "-mmin", "-atime",
    "-amin", "-ctime", "-cmin", "-newer", "-newermt", "-maxdepth", "-mindepth", "-perm", "-user", "-group", "-uid", "-gid", "-links",
    "-inum", "-samefile", "-fstype", "-lname", "-ilname", "-regextype", "-printf", "-used", "-depth", "-newerct", "-newerat",
}  # fmt: skip
_FIND_ALONE = {
    "-print", "-print0", "-prune", "-quit", "-empty", "-not", "!", "(", ")", "-o", "-or", "-a", "-and", ",", "-follow", "-mount", "-xdev",
    "-daystart", "-ls", "-readable", "-writable", "-executable", "-true", "-false", "-noleaf", "-nouser", "-nogroup", "-depth",
    "-ignore_readdir_race", "-L", "-H", "-P", "-E", "-s", "-x",
}  # fmt: skip
_FIND_RUNS = {"-exec", "-execdir", "-ok", "-okdir"}
_FIND_WRITES = {"-fprint", "-fprint0", "-fprintf", "-fls"}
_GREP = (
    "-a -b -c -E -F -G -P -h -H -i -I -l -L -n -o -q -r -R -s -U -v -w -x -y -z -Z -# -A= -B= -C= -m= -e= -f@ -d= -D= -T --after-context="
    " --before-context= --context= --color? --colour? --count --extended-regexp --fixed-strings --perl-regexp --basic-regexp --file@"
    " --files-with-matches --files-without-match --ignore-case --no-ignore-case --include= --exclude= --exclude-dir= --exclude-from@"
    " --invert-match --line-number --line-regexp --max-count= --no-filename --with-filename --no-messages --null --only-matching"
    " --quiet --silent --recursive --dereference-recursive --regexp= --text --word-regexp --binary-files= --line-buffered --byte-offset"
)
_RG = (
    "-a -b -c -e= -f@ -F -g= -h -H -i -I -l -L -m= -M= -n -N -o -p -P -q -r= -s -S -t= -T= -u -U -v -V -w -x -0 -. -A= -B= -C= -E= -d= -j="
    " --after-context= --before-context= --context= --color= --colors= --column --count --count-matches --crlf --debug --encoding= --files"
    " --files-with-matches --files-without-match --fixed-strings --follow --glob= --iglob= --heading --no-heading --hidden --ignore-case"
    " --ignore-file@ --invert-match --json --line-number --no-line-number --line-regexp --max-columns= --max-count= --max-depth= --mmap"
    " --multiline --multiline-dotall --no-config --no-filename --no-ignore --no-ignore-vcs --no-messages --null --only-matching --passthru"
    " --pcre2 --pretty --quiet --regexp= --replace= --smart-case --sort= --sortr= --stats --text --threads= --trim --type= --type-not="
    " --type-list --unrestricted --version --vimgrep --with-filename --word-regexp --max-filesize= --case-sensitive --no-unicode"
)
_AG = "-a -c -G= -g -i -l -L -m= -n -o -p= -Q -r -s -S -u -v -w -z -A= -B= -C= --ignore= --hidden --nocolor --column --depth= --nogroup"
_FD = (
    "-H -I -u -s -i -g -F -a -L -p -0 -d= -t= -e= -E= -c= -S= -l -q -1 --hidden --no-ignore --unrestricted --case-sensitive --ignore-case"
    " --glob --fixed-strings --absolute-path --follow --full-path --print0 --max-depth= --min-depth= --exact-depth= --type= --extension="
    " --exclude= --color= --size= --changed-within= --changed-before= --owner= --list-details --quiet --max-results= --no-ignore-vcs --strip-cwd-prefix"
)
# sed: addresses and the commands that neither write, nor read other files, nor run programs.
_ADDRESS = r"(?:(?:\d+(?:~\d+)?|\$|/(?:\\.|[^/\\])*/I?)(?:\s*,\s*(?:\d+|\$|[+~]\d+|/(?:\\.|[^/\\])*/I?))?\s*!?\s*)?"
_SUBSTITUTION = (
    r"s(?P<d{n}>[/|#,:@!%_~])(?:\\.|(?!(?P=d{n}))[^\\])*(?P=d{n})(?:\\.|(?!(?P=d{n}))[^\\])*(?P=d{n})[gpIiM\d]*"
)
_SED_COMMAND = re.compile(
    rf"\s*{_ADDRESS}\s*(?:[pdPDqQ=nNhHgGxzl]\s*\d*|{_SUBSTITUTION.format(n='')}|y/[^/]*/[^/]*/|[btT:]\s*\w*|[{{}}])\s*",
    re.DOTALL,
)
_GLOBS = ("--include", "-g", "--glob", "--iglob", "-G")
_SEEKS_SECRETS = re.compile(
    r"(?i)AKIA|aws_?(?:secret|access)|secret_?(?:access_?)?key|private.?key|BEGIN .*KEY|passw|api.{0,6}key|credential"
    r"|(?:auth|access|bearer|client|github|gitlab|slack)\W{0,3}[_-]?(?:token|secret)|ghp_|glpat|xox[bp]"
)
_AWK_DANGER = re.compile(r"@|system|getline|close|fflush|ENVIRON|PROCINFO|ARGV|SYMTAB|FUNCTAB|/inet/")
_AWK_STRING = re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL)
_AWK_WRITES = re.compile(r"(?<!\|)\|(?!\|)|print[^;{}]*>")
_AWK_MAY_WRITE = re.compile(r"(?<!\|)\|(?!\|)|print.*>", re.DOTALL)
_AWK_CONNECTS = re.compile(r"/inet6?/(?:tcp|udp)/")
_JQ = (
    "-r -j -a -c -s -n -e -M -C -S -R --raw-output --compact-output --slurp --null-input --exit-status --monochrome-output --color-output"
    " --sort-keys --raw-input --join-output --ascii-output --tab --indent= --unbuffered --stream --seq --raw-output0"
)
_YQ = (
    "-r -o= -p= -P -C -M -e -N -n -I= -j --output-format= --input-format= --prettyPrint --colors --no-colors --exit-status --no-doc --indent="
    " --null-input --unwrapScalar? -y -Y -c -S"
)


def find(call: Call, _document: str | None) -> list[Reason]:
    """`find`: an expression; -exec runs, -delete deletes."""
    reasons: list[Reason] = []
    waiting = list(call.arguments)
    starting = True
    while waiting:
        argument = waiting.pop(0)
        text = argument.text
        if argument.loose:
            reasons += call.unknown(argument)
        elif text in _FIND_RUNS:
            words: list[Argument] = []
            while waiting and waiting[0].text not in {";", "+"}:
                words.append(waiting.pop(0))
            waiting = waiting[1:]
            if text == "-exec" and (told := _shown(call, argument, words)):
                reasons += told
                continue
            filled = tuple(
                Argument(word.text.replace("{}", HOLE), word.start, word.end) if "{}" in word.text else word
                for word in words
            )
            inner = call.nested(filled)
            if any(call.kind(each) == "secret" for each in call.arguments):
                reasons += call.refuses(
                    "files.secret_read", _("{path} holds secrets or is a device.", path=call.program + " …")
                )
            reasons += call.changes("find.exec", _("It runs a program for each file it finds.")) + inner
        elif text == "-delete":
            reasons += call.changes("files.delete", _("It deletes files."))
            starts = [each for each in call.arguments if not each.text.startswith(("-", "(", "!"))][:1]
            reasons += [each for each in call.write_paths(starts) if each.verdict == "deny"]
        elif text in _FIND_WRITES:
            reasons += call.write_paths(waiting[:1]) or call.unknown(argument)
            waiting = waiting[1:]
        elif text in _FIND_TESTS and waiting:
            value = waiting.pop(0)
            if text in {"-newer", "-samefile"}:
                reasons += call.read_paths([value])
            starting = False
        elif text in _FIND_ALONE or re.fullmatch(r"-O\d", text):
            starting = starting and text in {"-L", "-H", "-P", "-E", "-s", "-x"}
        elif starting and not text.startswith("-"):
            reasons += call.read_paths([argument])
        else:
            reasons += call.unknown(argument)
    return reasons or call.reads()


def _shown(call: Call, action: Argument, words: list[Argument]) -> list[Reason]:
    """Reasons when `-exec` hands the files it finds to a program that only reads."""
    before = call.arguments[: call.arguments.index(action)]
    pattern = listings.found(tuple(each.text if each.known else None for each in before), call.folders, call.facts)
    if pattern is None or not words or "{}" in words[0].text:
        return []
    file = Argument(pattern, action.start, action.end, pattern=True)
    inner = call.nested(tuple(file if each.text == "{}" else each for each in words))
    return inner if all(each.verdict == "allow" for each in inner) else []


def grep(call: Call, _document: str | None) -> list[Reason]:
    """`grep` and its kin: the first operand is a pattern."""
    spec = {"rg": _RG, "ag": _AG, "ack": _AG, "fd": _FD, "fdfind": _FD}.get(call.program, _GREP)
    parsed = call.parse(options(spec))
    if parsed.unknown:
        return call.unknown(parsed.unknown[0])
    given = parsed.has("-e", "-f", "--regexp", "--file", "--files", "--type-list")
    files = parsed.operands if given else parsed.operands[1:]
    chosen = [each for name in _GLOBS for each in parsed.options.get(name, []) if each and each.text[:1] != "!"]
    secret = [
        each
        for each in chosen
        if paths.finds_secret(each.text) or paths.kind_of(each.text, call.folders, call.facts, pattern=True) == "secret"
    ]
    if secret and call.program not in {"fd", "fdfind"}:
        return call.refuses("files.secret_read", _("{path} holds secrets or is a device.", path=secret[0].text))
    everywhere = call.program in {"rg", "ag", "ack"} or parsed.has("-r", "-R", "--recursive", "--dereference-recursive")
    asked = [
        *parsed.operands[: 0 if given else 1],
        *(each for name in ("-e", "--regexp") for each in parsed.options.get(name, []) if each),
    ]
    shows = not parsed.has(
        "-l", "-L", "-c", "-q", "--files-with-matches", "--files-without-match", "--count", "--quiet"
    )
    if everywhere and shows and any(_SEEKS_SECRETS.search(each.text) for each in asked):
        told = call.changes("secrets.search", _("It looks for secrets in all files."))
        return told + call.read_paths([*parsed.files, *files])
    return call.read_paths([*parsed.files, *files]) or call.reads()


def sed(call: Call, _document: str | None) -> list[Reason]:
    """`sed`: it reads when its script only prints and substitutes; `w`, `r` and `e` are another matter."""
    known = options(
        "-n -E -r -s -u -z -l= -e= --quiet --silent --regexp-extended --separate --null-data --expression= --posix --debug"
    )
    in_place = [each for each in call.arguments if re.match(r"-[nErszu]*i|--in-place", each.text)]
    rest = call.of(call.program, tuple(each for each in call.arguments if each not in in_place))
    parsed = rest.parse(known)
    if parsed.unknown:
        return call.unknown(parsed.unknown[0])
    scripts = [each for name in ("-e", "--expression") for each in parsed.options.get(name, []) if each is not None]
    operands = parsed.operands
    if not scripts:
        scripts, operands = operands[:1], operands[1:]
    reasons: list[Reason] = []
    for script in scripts:
        if re.search(r"(?:^|[;{}\s\d$/!])(?:e|s(.).*\1.*\1\w*e)\b", script.text):
            reasons += call.changes("sed.runs", _("Its script may run programs."))
        if not script.known or not _harmless_sed(script.text):
            read = [replace(script, text=each) for each in re.findall(r"[rR]\s*([^\s;}]+)", script.text)]
            written = [replace(script, text=each) for each in re.findall(r"[wW]\s*([^\s;}]+)", script.text)]
            written = [each for each in written if re.match(r"[/.~]", each.text)]
            told = call.read_paths(read) + call.write_paths(written)
            reasons += [each for each in told if each.verdict == "deny"]
            reasons += call.changes("sed.script", _("Its script may write files or run programs."))
    if in_place:
        reasons += call.changes("files.write", _("{program} changes files.", program="sed"))
        return reasons + call.write_paths(operands)
    return reasons + call.read_paths(operands) or call.reads()


def _harmless_sed(script: str) -> bool:
    position = 0
    while position < len(script):
        match = _SED_COMMAND.match(script, position)
        if match is None or match.end() == position:
            return False
        position = match.end()
        while position < len(script) and script[position] in ";\n ":
            position += 1
    return True


def awk(call: Call, _document: str | None) -> list[Reason]:
    """`awk`: a program of its own, read by the words it would need to do harm."""
    parsed = call.parse(options("-F= -v= --field-separator= --assign= --posix --re-interval"), first_operand_ends=True)
    if parsed.unknown:
        return call.unknown(parsed.unknown[0])
    if not parsed.operands:
        return call.unknown()
    program = parsed.operands[0]
    if _AWK_CONNECTS.search(program.text):
        return call.refuses("network.reverse_shell", _("It hands a shell to another machine."))
    if not program.known or not _harmless_awk(program.text):
        return call.changes("awk.script", _("Its script may write files or run programs."))
    files = [each for each in parsed.operands[1:] if not re.fullmatch(r"[A-Za-z_]\w*=.*", each.text)]
    return call.read_paths(files) or call.reads()


def _harmless_awk(program: str) -> bool:
    """Whether a script neither runs programs nor writes files: `>` compares, unless a `print` stands before it."""
    if _AWK_DANGER.search(program):
        return False
    plain = _AWK_STRING.sub('""', program)
    writes = _AWK_WRITES
    if '"' in program and "/" in plain:
        plain, writes = program, _AWK_MAY_WRITE  # a quote inside /…/ would mislead about where strings end
    first, *prints = plain.split("print")
    return not any(writes.search(part) for part in (first, *("print" + each for each in prints)))


def jq(call: Call, _document: str | None) -> list[Reason]:
    """`jq`: a filter that only sees its input and, by some words, the environment and modules."""
    waiting = list(call.arguments)
    kept: list[Argument] = []
    files: list[Argument] = []
    while waiting:
        argument = waiting.pop(0)
        if argument.text in {"--arg", "--argjson"}:
            waiting = waiting[2:]
        elif argument.text in {"--slurpfile", "--rawfile"}:
            files += waiting[1:2]
            waiting = waiting[2:]
        elif argument.text in {"--args", "--jsonargs"}:
            break
        else:
            kept.append(argument)
    parsed = call.of("jq", tuple(kept)).parse(options(_JQ))
    if parsed.unknown:
        return call.unknown(parsed.unknown[0])
    program = parsed.operands[0].text if parsed.operands else "."
    if HOLE in program or re.search(
        r"(?<![.$\w])env\b|\$ENV|\bimport\b|\binclude\b|\binput_filename\b|\$__prog|get_search_list|\bmodulemeta\b",
        program,
    ):
        return call.changes("jq.environment", _("Its filter may show the environment or load modules."))
    return call.read_paths([*files, *parsed.operands[1:]]) or call.reads()


def yq(call: Call, _document: str | None) -> list[Reason]:
    """`yq`: as jq; -i writes."""
    words = (
        call.arguments[1:]
        if call.arguments and call.arguments[0].text in {"e", "eval", "ea", "eval-all"}
        else call.arguments
    )
    if any(re.fullmatch(r"-[a-zA-Z]*i[a-zA-Z]*|--inplace|--in-place.*", each.text) for each in words):
        files = [each for each in words if not each.text.startswith("-")][1:]
        return call.changes("files.write", _("{program} changes files.", program="yq")) + call.write_paths(files)
    parsed = call.of("yq", words).parse(options(_YQ))
    if parsed.unknown:
        return call.unknown(parsed.unknown[0])
    program = parsed.operands[0].text if parsed.operands else "."
    if HOLE in program or re.search(
        r"(?<![.$\w])env\b|\$ENV|strenv|envsubst|\bload|\bsplit_doc\b|\beval\b|\bimport\b|\bsystem\b", program
    ):
        return call.changes("yq.environment", _("Its filter may show the environment or load files."))
    files = parsed.operands if len(parsed.operands) == 1 and call.stdin == "inherited" else parsed.operands[1:]
    return call.read_paths(files) or call.reads()
