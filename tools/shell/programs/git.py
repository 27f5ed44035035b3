"""Rules of git and of the command lines of its hosts: gh, glab."""

import re
from itertools import takewhile

from resources.catalogue import _
from tools.guard.decision import Reason
from tools.shell.call import Call
from tools.shell.options import options
from tools.shell.words import Argument

_GLOBAL = options(
    "-C= -P --no-pager --no-optional-locks --literal-pathspecs --no-replace-objects --bare --version --help -h -v"
)
_DIFF = (
    " -# -p -u -s -U= --patch --no-patch --unified= --raw --minimal --patience --histogram --stat? --numstat --shortstat --dirstat? --summary"
    " --name-only --name-status --color? --no-color --color-words? --word-diff? --word-diff-regex= --color-moved? --check --full-index --abbrev? -B? -M? -C? -D"
    " --find-renames? --find-copies? --find-copies-harder -S= -G= --pickaxe-regex --pickaxe-all -R -a --text -b -w --ignore-all-space"
    " --ignore-space-change --ignore-space-at-eol --ignore-blank-lines --ignore-cr-at-eol --function-context -W --exit-code --quiet"
    " --no-ext-diff --no-textconv --ignore-submodules? --submodule? --diff-filter= -z --no-prefix --src-prefix= --dst-prefix= --relative?"
    " --no-renames --cc -c -m --diff-merges= --combined-all-paths --no-relative --inter-hunk-context= --diff-algorithm= --binary --compact-summary -l="
)
_LOG = (
    _DIFF
    + " -n= -i -E -F -P -g -L= -t -r --oneline --graph --all --decorate? --no-decorate --follow --merges --no-merges --first-parent --reverse --since="
    " --until= --after= --before= --author= --committer= --grep= --max-count= --skip= --format= --pretty? --date= --abbrev-commit --no-abbrev-commit"
    " --branches? --tags? --remotes? --full-history --simplify-by-decoration --topo-order --date-order --author-date-order --cherry --cherry-pick"
    " --cherry-mark --left-right --left-only --right-only --no-walk? --show-signature --notes? --no-notes --source --boundary --ancestry-path --children"
    " --parents --all-match --invert-grep --min-parents= --max-parents= --walk-reflogs --no-patch --count --objects --encoding= --show-pulls --exclude="
    " --timestamp --header --not --stdin --log-size --use-mailmap --mailmap --expand-tabs? --show-linear-break?"
)
_READS: dict[str, str] = {
    "status": "-s -b -v -u? -z --short --branch --show-stash --porcelain? --long --verbose --untracked-files? --ignored? --ignore-submodules? --column? --no-column --ahead-behind --no-ahead-behind --renames --no-renames --find-renames?",
    "log": _LOG, "show": _LOG, "whatchanged": _LOG, "shortlog": _LOG.replace(" -n=", "") + " -s -n -e -c -w? --summary --numbered --email --group=",
    "diff": _DIFF + " --cached --staged --merge-base --no-index -1 -2 -3 --base --ours --theirs",
    "diff-tree": _DIFF + " -r -t --root --no-commit-id --stdin -v --always", "diff-index": _DIFF + " --cached -m", "diff-files": _DIFF,
    "range-diff": _DIFF + " --creation-factor= --no-dual-color --left-only --right-only",
    "rev-parse": "-q --abbrev-ref? --short? --verify --quiet --show-toplevel --show-prefix --show-cdup --git-dir --absolute-git-dir --is-inside-work-tree --is-inside-git-dir --is-bare-repository --is-shallow-repository --symbolic-full-name --symbolic --all --branches? --tags? --remotes? --git-common-dir --show-superproject-working-tree --not --default= --sq --revs-only --no-revs --flags --no-flags --show-object-format? --git-path=",
    "rev-list": _LOG + " --disk-usage? --use-bitmap-index --unpacked --left-right",
    "ls-files": "-c -d -o -m -i -s -u -k -t -v -f -z -x= -X@ --cached --deleted --others --modified --ignored --stage --unmerged --killed --exclude= --exclude-standard --error-unmatch --full-name --directory --no-empty-directory --abbrev? --eol --recurse-submodules --deduplicate --format=",
    "ls-tree": "-d -r -t -l -z --long --name-only --name-status --full-name --full-tree --abbrev? --format= --object-only",
    "ls-remote": "-h -t -q --heads --tags --branches --refs --quiet --exit-code --get-url --sort= --symref",
    "cat-file": "-t -s -e -p --batch-check? --batch-all-objects --unordered --path= --allow-unknown-type",
    "blame": "-b -l -t -s -e -w -f -n -p -c -C? -M? -L= --root --show-stats --porcelain --line-porcelain --incremental --date= --show-name --show-number --show-email --since= --ignore-rev= --abbrev= --color-lines --color-by-age",
    "annotate": "-l -t -L=", "describe": "-# --all --tags --contains --abbrev= --candidates= --exact-match --debug --long --match= --exclude= --always --first-parent --dirty? --broken?",
    "name-rev": "--tags --refs= --all --name-only --no-undefined --always --exclude=", "merge-base": "-a --all --octopus --independent --is-ancestor --fork-point",
    "show-ref": "-q -d -s --head --heads --tags --branches --verify --hash? --abbrev? --dereference --quiet --exists", "for-each-ref": "-s --count= --sort= --format= --points-at= --merged? --no-merged? --contains? --no-contains? --shell --ignore-case --exclude= --omit-empty",
    "grep": "-a -i -I -w -v -h -H -E -G -F -P -n -l -L -z -c -p -W -o -q -O -r -# -e= -f@ -A= -B= -C= -m= --cached --untracked --no-index --ignore-case --word-regexp --invert-match --extended-regexp --basic-regexp --perl-regexp --fixed-strings --line-number --files-with-matches --name-only --files-without-match --count --color? --break --heading --show-function --function-context --all-match --quiet --max-depth= --and --or --not --threads= --recurse-submodules --column --only-matching --context= --after-context= --before-context= --text --full-name --null --no-color",
    "check-ignore": "-q -v -n -z --quiet --verbose --stdin --non-matching --no-index", "check-attr": "-a -z --all --cached --stdin", "check-ref-format": "--branch --allow-onelevel --normalize", "check-mailmap": "--stdin",
    "count-objects": "-v -H --verbose --human-readable", "verify-commit": "-v --raw", "verify-tag": "-v --raw --format=", "var": "", "version": "--build-options", "help": "-a -g -c", "cherry": "-v --abbrev?",
    "fsck": "--full --strict --unreachable --dangling --no-dangling --connectivity-only --no-progress --name-objects --no-reflogs", "get-tar-commit-id": "", "merge-tree": "--name-only --messages --no-messages -z --allow-unrelated-histories --merge-base=",
    "interpret-trailers": "--parse --only-trailers --only-input --unfold --trailer= --where= --if-exists= --if-missing=", "stripspace": "-s -c", "column": "--mode= --width= --padding=", "patch-id": "--stable --unstable --verbatim",
}  # fmt: skip
# Subcommands whose listing form only reads: the options of that form, and whether it takes operands.
_LISTS: dict[str, tuple[str, bool]] = {
    "branch": ("-a -r -v -q -l --all --remotes --list --verbose --merged? --no-merged? --contains? --no-contains? --sort= --points-at= --format= --show-current --color? --no-color --column? --no-column --abbrev? --ignore-case", False),
    "tag": ("-l -n? --list --sort= --contains? --no-contains? --merged? --no-merged? --points-at= --format= --column? --color? -i --ignore-case", False),
    "remote": ("-v --verbose", False), "stash": ("", False), "worktree": ("", False), "submodule": ("", False), "notes": ("", False), "bisect": ("", False), "reflog": ("", False), "bundle": ("", False), "sparse-checkout": ("", False), "lfs": ("", False), "config": ("", False), "symbolic-ref": ("-q --short --quiet", True), "replace": ("-l --list --format=", False), "archive": ("-l --list", False), "maintenance": ("", False), "rerere": ("", False),
}  # fmt: skip
_LISTING = " --porcelain --recursive --cached --push --all --files --for-status --include-untracked --only-untracked -l"
_LIST_WORDS: dict[str, set[str]] = {
    "remote": {"get-url"}, "stash": {"list", "show"}, "worktree": {"list"}, "submodule": {"status", "summary"}, "notes": {"list", "show"},
    "bisect": {"log"}, "reflog": {"show", "exists"}, "bundle": {"verify", "list-heads"}, "sparse-checkout": {"list"},
    "lfs": {"ls-files", "status", "env", "version"}, "rerere": {"status", "diff"},
}  # fmt: skip
_CONFIG_RUNS = re.compile(
    r"(?i)core\.(?:hookspath|sshcommand|editor|pager|fsmonitor|gitproxy|askpass|attributesfile|alternaterefscommand|worktree)|alias\.|filter\."
    r"|diff\.(?:external|.*\.(?:command|textconv))|merge\..*\.driver|mergetool\.|difftool\.|credential\.|gpg\.|pager\.|sequence\.editor|include(?:if)?\."
    r"|protocol\.|url\..*insteadof|remote\..*\.(?:url|proxy|uploadpack|receivepack|vcs)|sendemail\.|uploadpack\.|receive\.|http\..*(?:proxy|sslverify)"
    r"|browser\.|man\.|interactive\.difffilter|submodule\..*\.update|init\.templatedir|trailer\.|web\.|instaweb\.|safe\."
)
_SENDS = {
    "push",
    "send-email",
    "send-pack",
    "upload-pack",
    "receive-pack",
    "daemon",
    "instaweb",
    "http-push",
    "imap-send",
}
_FILES_OPTIONS = {"-o", "--output", "--output-directory", "-F", "--file"}


def git(call: Call, _document: str | None) -> list[Reason]:
    """git: subcommands that read, with the options that only read."""
    parsed = call.parse(_GLOBAL, first_operand_ends=True)
    reasons: list[Reason] = []
    for unknown in parsed.unknown:
        if unknown.text.startswith("-c") or unknown.text.startswith(
            ("--config-env", "--exec-path", "--upload-pack", "--receive-pack")
        ):
            reasons += _configured(call)
            break
    if parsed.unknown:
        return reasons + call.unknown(parsed.unknown[0]) + _dangerous_words(call)
    for folder in parsed.options.get("-C", []):
        reasons += call.read_paths([folder]) if folder is not None else []
        if folder is not None and call.kind(folder) != "inside":
            reasons += call.unknown(folder)  # the settings of another repository may run programs
    if not parsed.operands:
        return reasons + call.reads()
    name, words = parsed.operands[0].text, tuple(parsed.operands[1:])
    inner = call.of("git", words)
    if name in _READS:
        reasons += _reads(inner, name, words)
    elif name in _LISTS and _is_list(inner, name, words):
        reasons += call.reads(f"git.{name}")
    elif name == "config":
        reasons += _config(inner, words)
    else:
        reasons += _changes(inner, name, words)
    return reasons


# `git log` tells what commits say; with these it shows what they change.
_PATCHES = (
    "-p",
    "-u",
    "--patch",
    "-U",
    "--unified",
    "-c",
    "--cc",
    "-m",
    "-L",
    "-W",
    "--function-context",
    "--raw",
    "-G",
    "--color-words",
    "--word-diff",
    "--binary",
    "--diff-merges",
    "--word-diff-regex",
    "--patch-with-stat",
)


def _reads(call: Call, name: str, words: tuple[Argument, ...]) -> list[Reason]:
    parsed = call.parse(options(_READS[name]))
    if parsed.unknown or (parsed.has("-O") and name == "grep"):
        return call.unknown(parsed.unknown[0] if parsed.unknown else None) + _dangerous_words(call)
    if name in {"diff", "grep"} and (
        parsed.has("--no-index")
        or any(call.kind(each) in {"outside", "secret", "device"} and "/" in each.text for each in parsed.operands)
    ):
        return call.read_paths(parsed.operands) or call.reads(f"git.{name}")
    if any(each.loose or not each.known for each in parsed.operands):
        return call.unknown(next(each for each in parsed.operands if each.loose or not each.known))
    # A revision may name a file of the history, a secret that was committed by mistake too.
    shown = (
        [each.text.rpartition(":")[2] for each in parsed.operands]
        if name in {"show", "cat-file", "log", "diff", "blame", "annotate", "grep", "whatchanged"}
        else []
    )
    shown += [each.text.rpartition(":")[2] for each in parsed.options.get("-L", []) if each is not None]
    secret = [text for text in shown if text and call.kind(Argument(text, 0, 0)) == "secret"]
    patches = name != "log" or parsed.has(*_PATCHES)
    if (
        secret
        and patches
        and not parsed.has("--name-only", "--name-status", "--stat", "-s", "--no-patch", "-e", "-t", "-l")
    ):
        return call.refuses("files.secret_read", _("{path} holds secrets or is a device.", path=secret[0]))
    if name == "ls-remote":
        return call.changes("network.git", _("It asks another machine.")) + (
            call.refuses("shell.hidden_program", _("An address of git runs a program."))
            if any(each.text.startswith("ext::") for each in words)
            else []
        )
    return call.read_paths(parsed.files) or call.reads(f"git.{name}")


def _is_list(call: Call, name: str, words: tuple[Argument, ...]) -> bool:
    if name == "reflog" and words and words[0].text.startswith("-"):
        return not call.parse(options(_LOG)).unknown
    known, operands = _LISTS[name]
    parsed = call.parse(options(known))
    if words and words[0].text in _LIST_WORDS.get(name, set()):
        return not call.of("git", words[1:]).parse(options(_LOG + _LISTING)).unknown
    if parsed.unknown or name in {"stash", "bisect", "bundle", "sparse-checkout", "config", "maintenance", "rerere"}:
        return False
    listing = parsed.has("-l", "--list", "--contains", "--merged", "--no-merged", "--points-at")
    if name == "symbolic-ref":
        return len(parsed.operands) == 1
    if name == "archive":
        return parsed.has("-l", "--list")
    return not parsed.operands or (listing and not operands)


def _config(call: Call, words: tuple[Argument, ...]) -> list[Reason]:
    texts = [each.text for each in words]
    asked = [text for text in texts if not text.startswith("-")]
    reads = bool({"--get", "get", "--get-regexp", "--get-all", "--unset", "--unset-all", "unset"} & set(texts))
    if any(_CONFIG_RUNS.match(text) for text in texts) and not reads and (len(asked) > 1 or len(texts) > len(asked)):
        return call.refuses("git.config_runs", _("This setting makes git run a program, or send work elsewhere."))
    if any(each.loose for each in words):
        return call.unknown()
    if {"--get", "--get-all", "get"} & set(texts[:3]) and not any(
        re.search(
            r"(?i)credential|extraheader|token|password|insteadof|^[^a-z]*$|^\W*(?:url|http|\w?$)", text.lstrip("-")
        )
        for text in texts
        if not text.startswith("--get")
    ):
        return (
            call.reads("git.config")
            if not any(text.startswith(("--file", "-f", "--blob")) for text in texts)
            else call.unknown()
        )
    if len(texts) == 1 and re.fullmatch(r"(?:user|init|core|branch|remote)\.[\w.-]+", texts[0]):
        return call.reads("git.config")
    return call.changes("git.config", _("It reads or changes the settings of git, which may hold credentials."))


def _configured(call: Call) -> list[Reason]:
    text = " ".join(each.text for each in call.arguments)
    if _CONFIG_RUNS.search(text) or "--exec-path" in text or "--config-env" in text:
        return call.refuses("git.config_runs", _("This setting makes git run a program, or send work elsewhere."))
    return []


def _dangerous_words(call: Call) -> list[Reason]:
    for argument in call.arguments:
        name, equals, value = argument.text.partition("=")
        if re.match(r"--(?:upload-pack|receive-pack|exec)$|ext::", name) and (equals or "::" in name):
            return call.refuses("shell.hidden_program", _("An address of git runs a program."))
        if name == "--output" and equals:
            return call.write_paths([Argument(value, argument.start, argument.end)])
        if re.match(
            r"--(?:upload-pack|receive-pack|exec|ext-diff|open-files-in-pager|extcmd|template|config|output)(?:=|$)|ext::",
            argument.text,
        ):
            return call.changes("git.runs", _("An option of git runs a program or writes a file."))
    return []


def _changes(call: Call, name: str, words: tuple[Argument, ...]) -> list[Reason]:
    texts = [each.text for each in words]
    reasons = call.changes(
        f"git.{name}" if re.fullmatch(r"[a-z-]+", name) else "git.unknown",
        _("git {name} changes the repository or another machine.", name=name),
    )
    runs = r"ext::|--(?:upload-pack|receive-pack)(?:=|$)" + ("|-u" if name == "clone" else "")
    if any(re.match(runs, text) for text in texts):
        reasons += call.refuses("shell.hidden_program", _("An address of git runs a program."))
    if name == "archive" and any(call.kind(each) == "secret" for each in words):
        return call.refuses("files.secret_read", _("{path} holds secrets or is a device.", path="git archive"))
    if name in {"clone", "init"}:
        places = [each for each in words if re.match(r"[/.~]", each.text)][-1:]
        reasons += [each for each in call.write_paths(places) if each.verdict == "deny"]
    if name in {"clone", "init", "submodule"} and any(_CONFIG_RUNS.search(text) for text in texts):
        reasons += call.refuses("git.config_runs", _("This setting makes git run a program, or send work elsewhere."))
    if name == "credential" or name.startswith("credential-"):
        return call.refuses("secrets.credentials", _("It shows or stores credentials."))
    if name == "push" and any(
        re.match(r"-f$|--force$|--force-with-lease|--mirror|--delete|-d$|\+|:", text) for text in texts
    ):
        reasons += call.changes("git.force_push", _("It rewrites or deletes what others have."))
    if name in {"filter-branch", "rebase", "bisect", "submodule"}:
        for position, text in enumerate(texts):
            if text in {
                "--exec",
                "-x",
                "run",
                "foreach",
                "--tree-filter",
                "--index-filter",
                "--msg-filter",
                "--env-filter",
            } and position + 1 < len(words):
                rest = words[position + 1 :]
                joined = (
                    rest[0].text if len(rest) == 1 or text.startswith("-") else " ".join(each.text for each in rest)
                )
                reasons += [each for each in call.script(joined, rest[0]) if each.verdict == "deny"]
    if name in {"add", "stage"}:
        secret = [each for each in words if call.kind(each) == "secret"]
        if secret:
            reasons += call.changes(
                "git.adds_secret", _("{path} holds secrets: a repository must not.", path=secret[0].text)
            )
    return reasons


def hosts(call: Call, _document: str | None) -> list[Reason]:
    """`gh` and `glab`: their listing commands read."""
    texts = [each.text for each in call.arguments]
    if "auth" in texts[:2] and {"token", "--show-token", "-t"} & set(texts):
        return call.refuses("secrets.credentials", _("It shows or stores credentials."))
    words = list(takewhile(lambda text: not text.startswith("-"), texts))  # further on a word may be a value
    if texts in (["--version"], ["version"], ["auth", "status"]):
        return call.reads()
    reading = {"list", "view", "status", "diff", "checks", "ls"}
    groups = {"pr", "issue", "run", "workflow", "repo", "release", "mr", "ci", "label", "ruleset", "cache", "pipeline"}
    if (
        len(words) >= 2
        and words[0] in groups
        and words[1] in reading
        and not {"--web", "-w", "--log", "--watch"} & set(texts)
        and all(each.known for each in call.arguments)
    ):
        return call.reads()
    return call.changes(f"{call.program}.change", _("It changes something at the code host, or sends something there."))
