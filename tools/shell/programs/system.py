"""Rules of the programs that look after the machine: services, processes, disks, users, the firewall."""

import re
from dataclasses import replace

from resources.catalogue import _
from tools.guard.decision import Reason
from tools.shell.call import Call
from tools.shell.environment import is_secret
from tools.shell.options import options

_SYSTEMCTL_READS = {
    "status", "show", "list-units", "list-unit-files", "list-timers", "list-sockets", "list-jobs", "list-dependencies", "list-machines", "is-active", "is-enabled",
    "is-failed", "is-system-running", "get-default", "help", "--version", "list-paths",
}  # fmt: skip
_SYSTEMCTL = (
    "-t= -p= -P= -n= -o= -a -l -q -r --type= --state= --property= --lines= --output= --all --full --failed --no-pager --no-legend --plain"
    " --user --system --recursive --reverse --after --before --with-dependencies --show-types --value --quiet --no-ask-password --version -h --help"
)
_STOPS = {
    "poweroff", "reboot", "halt", "kexec", "emergency", "rescue", "suspend", "hibernate", "soft-reboot", "default",
    "isolate",
}  # fmt: skip
_PS = "-A -a -d -e -f -F -l -M -N -H -j -L -T -m -w -x -y -c -o= -O= -p= -C= -u= -U= -g= -G= -t= -q= -s= --forest --headers --no-headers --sort= --pid= --ppid= --user= --format= --cols= --columns= --width= --rows= --deselect --cumulative --group="
_BSD_PS = re.compile(r"[aTrxugjlsvwfhLmncUk]*")
_JOURNAL = "-n= -u= -t= -p= -S= -U= -b? -k -r -f -e -x -o= -q -a -g= -m -N -F= --unit= --user-unit= --since= --until= --no-pager --lines= --follow --output= --priority= --grep= --boot? --dmesg --reverse --list-boots --disk-usage --identifier= --no-hostname --utc --quiet --all --catalog --user --system --case-sensitive? --header --fields --no-full --full --output-fields="
LOOKS: dict[str, str] = {
    "dmesg": "-T -H -k -w -x -l= -f= -t -L? --ctime --human --kernel --level= --facility= --follow --since= --until= --nopager -P --color?",
    "ss": "-a -n -t -u -l -p -e -o -m -i -s -x -4 -6 -r -H -Z -w -S -0 --all --numeric --listening --tcp --udp --processes --summary --no-header --extended --memory --info",
    "netstat": "-a -n -t -u -l -p -e -o -r -i -s -c -v -W -4 -6 -x --all --numeric --listening --tcp --udp --program --route --statistics",
    "lsof": "-i? -n -P -p= -u= -c= -t -a -l -d= -r= -s? -b -w -U +D= +d= -F? -R -T",
    "pgrep": "-a -f -l -n -o -u= -x -v -c -d= -P= -g= -G= -i -t= -U= --full --list-name --list-full --newest --oldest --exact --count --euid= --parent=",
    "pidof": "-s -x -c -o=", "pstree": "-a -c -h -l -n -p -u -s -t -T -A -U -g", "top": "-b -n= -d= -p= -u= -H -c -i -o= -w?", "htop": "", "last": "-# -n= -a -d -F -i -w -x", "lastlog": "-u= -t=",
    "mpstat": "-P= -A -u", "sar": "-u -r -d -n= -q -A -b -B -S -W", "pidstat": "-u -d -r -p= -t -h", "pmap": "-x -X -q", "lslocks": "", "lsns": "-t= -l", "lsipc": "", "findmnt": "-l -n -o= -t= -J -D -r -T=", "swapon": "--show? --noheadings --bytes", "blkid": "-o= -s=",
    "ip": "", "ifconfig": "", "route": "-n -e", "arp": "-a -n -e", "loginctl": "", "timedatectl": "", "localectl": "", "resolvectl": "", "networkctl": "", "systemd-analyze": "--no-pager",
    "nvidia-smi": "-q -L", "sensors": "-u -f -j", "journalctl": _JOURNAL,
}  # fmt: skip
_LISTING: dict[str, str] = {
    "loginctl": r"list-\w+|show-\w+|\w+-status", "timedatectl": r"status|show|show-timesync|timesync-status|list-timezones",
    "localectl": r"status|list-[\w-]+", "resolvectl": r"status|statistics|show-cache", "networkctl": r"list|status|lldp",
    "systemd-analyze": r"blame|critical-chain|time|dump-none",
}  # fmt: skip
_LISTS = options(
    "-a -l -n= -o= -p= -j --all --full --no-pager --no-legend --lines= --output= --property= --value --json? --user --system"
)
DESTROYS = {
    "mkfs", "fdisk", "sfdisk", "cfdisk", "parted", "gdisk", "sgdisk", "wipefs", "mkswap", "swapoff", "blkdiscard", "hdparm", "badblocks", "lvremove", "vgremove", "pvremove", "lvcreate", "cryptsetup", "mdadm", "debugfs", "tune2fs", "fsck", "e2fsck",
    "shutdown", "reboot", "killall5", "poweroff", "halt", "init", "telinit", "grub-install", "update-grub", "efibootmgr", "kexec", "zpool", "zfs", "btrfs", "xfs_repair", "resize2fs", "losetup", "pvcreate", "vgcreate", "nvme", "smartctl",
}  # fmt: skip
PRIVILEGES = {
    "mount", "umount", "mknod", "insmod", "modprobe", "rmmod", "setcap", "visudo", "passwd", "chpasswd", "useradd", "userdel", "usermod", "groupadd", "groupmod", "groupdel", "adduser", "deluser", "addgroup", "gpasswd", "chage", "vipw", "chsh", "chfn", "setenforce",
    "aa-disable", "aa-complain", "apparmor_parser", "iptables", "ip6tables", "nft", "ufw", "firewall-cmd", "ebtables", "tc", "brctl", "auditctl", "sysctl", "setfacl", "chattr", "gdb", "lldb", "gcore", "ptrace", "reptyr", "criu", "bpftool", "bpftrace", "tcpdump", "tshark",
    "dumpcap", "wireshark", "mokutil", "pam-auth-update", "update-alternatives", "alternatives", "ldconfig", "hwclock", "rfkill", "dpkg-reconfigure", "polkit", "semanage", "chcon", "setsebool", "keyctl", "kmod", "depmod", "rtcwake", "udevadm", "busctl", "dbus-send", "gdbus",
}  # fmt: skip


def systemctl(call: Call, _document: str | None) -> list[Reason]:
    """systemctl and service."""
    texts = [each.text for each in call.arguments]
    if any(each.loose for each in call.arguments):
        return call.unknown()
    if call.program == "service":
        read = texts == ["--status-all"] or (texts[1:] == ["status"] and bool(re.fullmatch(r"[\w@][\w@.-]*", texts[0])))
        return call.reads() if read else call.changes("system.service", _("It starts, stops or changes services."))
    parsed = call.parse(options(_SYSTEMCTL))
    words = [each.text for each in parsed.operands]
    if _STOPS & {text for text in texts if not text.startswith("-")}:
        return call.refuses("host.destruction", _("It stops the machine."))
    if not parsed.unknown and (not words or words[0] in _SYSTEMCTL_READS):
        shown = [each.text for name in ("-p", "--property", "-P") for each in parsed.options.get(name, []) if each]
        if words[:1] == ["show"] and (not shown or any("environment" in each.lower() for each in shown)):
            return call.changes("secrets.environment", _("It shows every variable, secrets too."))
        return call.reads()
    if words[:1] == ["show-environment"]:
        return call.changes("secrets.environment", _("It shows every variable, secrets too."))
    return call.changes("system.service", _("It starts, stops or changes services."))


def processes(call: Call, _document: str | None) -> list[Reason]:
    """`ps`: BSD option letters too, but never `e`, which shows variables."""
    bundles = [each for each in call.arguments if not each.text.startswith("-")]
    if bundles and call.arguments[0] is bundles[0] and not bundles[0].text.isdigit():
        if "e" in bundles[0].text:
            return call.changes("secrets.environment", _("It shows every variable, secrets too."))
        if not _BSD_PS.fullmatch(bundles[0].text):
            return call.unknown(bundles[0])
        call = call.of(call.program, call.arguments[1:])
    parsed = call.parse(options(_PS))
    shown = [each for name in ("-o", "-O", "--format") for each in parsed.options.get(name, []) if each is not None]
    if parsed.unknown or any(not re.fullmatch(r"[\d,]+|[aTrxugjlsvwfhLmncUk]+", each.text) for each in parsed.operands):
        return call.unknown(parsed.unknown[0] if parsed.unknown else None)
    if any("environ" in each.text for each in shown):
        return call.changes("secrets.environment", _("It shows every variable, secrets too."))
    return call.reads()


# Every object and verb of ip has short forms: what is written out here shows, anything else may change.
_IP_LOOKS = re.compile(
    r"(?:-(?:[46sdjopc]|br|brief|json|details|stats?|statistics|color(?:=\w+)?|oneline|pretty|family \w+) )*"
    r"(?:a|addr|address|l|link|r|route|n|neigh|neighbour|ru|rule|maddr|maddress|netns|tunnel|-V|help)"
    r"(?: (?:-\w+))*(?: (?:show|list|ls|sh|get|help)(?: .*)?)?"
)


def _changes_machine(call: Call) -> list[Reason]:
    return call.changes("system.network", _("It changes the machine's settings."))


def looks(call: Call, _document: str | None) -> list[Reason]:
    """Programs that look at the machine."""
    texts = [each.text for each in call.arguments]
    if call.program == "ip":
        return call.reads() if _IP_LOOKS.fullmatch(" ".join(texts)) else _changes_machine(call)
    if call.program in _LISTING:
        parsed = call.parse(_LISTS)
        verb = parsed.operands[0].text if parsed.operands else ""
        shows = not parsed.unknown and (not verb or re.fullmatch(_LISTING[call.program], verb))
        return call.reads() if shows else _changes_machine(call)
    if (
        (call.program in {"ifconfig", "htop"} and len(texts) > 1)
        or (call.program in {"route", "arp"} and any(not text.startswith("-") for text in texts))
        or (call.program == "swapon" and not any("--show" in text for text in texts))
    ):
        return call.changes("system.network", _("It changes the machine's settings."))
    parsed = call.parse(options(LOOKS[call.program]))
    if parsed.unknown:
        return call.unknown(parsed.unknown[0])
    return call.reads()


def kill(call: Call, _document: str | None) -> list[Reason]:
    """kill, pkill, killall: own processes on approval, everybody's never."""
    texts = [each.text for each in call.arguments]
    if texts[:1] in (["-l"], ["-L"], ["--list"]):
        return call.reads()
    rest = (
        [text for text in texts if not re.fullmatch(r"-(?:[A-Z0-9]+|s|signal|n)", text)]
        if call.program == "kill"
        else texts
    )
    pids = [text for text in texts if re.fullmatch(r"-?\d+", text)][
        (1 if texts and re.fullmatch(r"-\d+", texts[0]) and len(texts) > 1 else 0) :
    ]
    if call.program == "kill" and ("1" in pids or "-1" in pids or "0" in pids):
        return call.refuses("host.destruction", _("It ends the processes of everybody."))
    if (
        any(re.search(r"astreinte|systemd|sshd|^init$|dockerd|containerd|kubelet", text) for text in rest)
        or any(text in {"-u", "-U"} for text in texts)
        or rest in (["."], [".*"], ["-9", "."], ["-f", "."], ["-9", "-f", "."])
    ):
        return call.refuses("guard.kill", _("It ends what keeps the machine or the guard running."))
    return call.changes("system.kill", _("It ends processes."))


def crontab(call: Call, _document: str | None) -> list[Reason]:
    """crontab: what runs later."""
    if [each.text for each in call.arguments] == ["-l"]:
        return call.reads()
    return call.refuses("host.persistence", _("It plants something that runs later, without anybody asking."))


def history(call: Call, _document: str | None) -> list[Reason]:
    """history, fc: what was typed, passwords too."""
    return call.changes("secrets.history", _("What was typed may hold secrets."))


def printenv(call: Call, _document: str | None) -> list[Reason]:
    """printenv: harmless for a name that holds no secret."""
    names = [each.text for each in call.arguments if not each.text.startswith("-")]
    if any(is_secret(name) for name in names):
        return call.refuses("secrets.variable", _("The value of {name} is a secret.", name=names[0]))
    if names and all(name in {"PATH", "HOME", "LANG", "SHELL", "USER", "PWD", "TERM", "TZ"} for name in names):
        return call.reads()
    return call.changes("secrets.environment", _("It shows every variable, secrets too."))


def destroys(call: Call, _document: str | None) -> list[Reason]:
    """Disks, power, boot."""
    if [each.text for each in call.arguments] in (["--version"], ["-V"], ["--help"], ["-h"]):
        return call.reads()
    if call.program in {"fdisk", "sfdisk", "parted"} and call.arguments and call.arguments[0].text == "-l":
        return call.changes("system.disks", _("It shows the machine's disks."))
    return call.refuses("host.destruction", _("{program} can destroy or stop the machine.", program=call.program))


def privileged(call: Call, _document: str | None) -> list[Reason]:
    """What only an administrator may do."""
    texts = [each.text for each in call.arguments]
    if texts in (["--version"], ["-V"], ["--help"]) or (call.program == "mount" and not texts):
        return call.reads()
    if call.program == "sysctl" and texts and all(re.fullmatch(r"[a-z0-9_.]+|-a|-n|-e", text) for text in texts):
        return call.reads()
    if call.program in {"iptables", "ip6tables", "nft", "ufw"} and texts and texts[0] in {"-L", "-S", "list", "status"}:
        return call.changes("system.firewall", _("It shows the machine's firewall."))
    return call.refuses(
        "host.privileges",
        _("{program} changes what only the machine's administrator may change.", program=call.program),
    )


def archive(call: Call, _document: str | None) -> list[Reason]:
    """tar: listing reads; packing and unpacking write, and some options run programs."""
    texts = [each.text for each in call.arguments]
    if any(
        re.match(
            r"--(?:to-c|checkpoint-a|use-c|rsh|info-s|new-v|rmt)|-[a-zA-Z]*[IF]",
            text,
        )
        for text in texts
    ) or any(text == "-I" for text in texts):
        return call.refuses("shell.hidden_program", _("An option of tar runs a program."))
    if any(re.match(r"-[a-zA-Z]*P|--abs", text) for text in texts):
        return call.refuses("files.outside_write", _("{path} is outside the workspace.", path=texts[0]))
    first = texts[0] if texts else ""
    if call.program == "unzip":
        if re.fullmatch(r"-[lvtZ1]+", first):
            return (
                call.read_paths([each for each in call.arguments[1:] if not each.text.startswith("-")][:1])
                or call.reads()
            )
    elif any(re.match(r"[\w.@-]+:", text) for text in texts):
        return call.changes("network.transfer", _("It copies files to or from another machine."))
    elif re.fullmatch(r"-?[tvzjJf]*t[tvzjJf]*", first) or first == "--list":
        known = [text for text in texts[1:] if text.startswith("-")]
        if all(
            re.fullmatch(
                r"-[vzjJf]+|--(?:verbose|gzip|xz|bzip2|file.*|zstd|wildcards|exclude=.*|strip-components=\d+)", text
            )
            for text in known
        ):
            return (
                call.read_paths([each for each in call.arguments[1:] if not each.text.startswith("-")][:1])
                or call.reads()
            )
    reasons = call.changes("files.write", _("{program} changes files.", program=call.program))
    for position, argument in enumerate(call.arguments[:-1]):
        if argument.text in {"-C", "--directory", "-d"}:
            reasons += [each for each in call.write_paths([call.arguments[position + 1]]) if each.verdict == "deny"]
        if call.program != "unzip" and re.fullmatch(r"-?[a-zA-Z]*[cru][a-zA-Z]*f|--file", argument.text):
            reasons += [each for each in call.write_paths([call.arguments[position + 1]]) if each.verdict == "deny"]
    given = [
        replace(each, text=each.text.partition("=")[2]) for each in call.arguments if each.text.startswith("--dir")
    ]
    reasons += [each for each in call.write_paths([each for each in given if each.text]) if each.verdict == "deny"]
    packed = [each for each in call.arguments[1:] if not each.text.startswith("-") and "://" not in each.text]
    return reasons + [each for each in call.read_paths(packed) if each.verdict == "deny"]


def guard(call: Call, _document: str | None) -> list[Reason]:
    """The server's own command line: approvals are a person's, on a terminal of theirs."""
    if [each.text for each in call.arguments] in (["--version"], ["--help"], ["doctor"]):
        return call.reads()
    return call.refuses("guard.self_approval", _("The agent does not operate its own guard."))
