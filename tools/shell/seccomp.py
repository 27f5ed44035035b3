"""The system-call filter of the sandbox, assembled by hand as the classic BPF program that the kernel reads.

It refuses what no build, test or deployment command needs and what past kernel escapes were made of: tracing,
mounting, namespaces, key rings, modules, eBPF, io_uring, odd socket families, terminal injection, and setuid
bits (a file marked setuid in the workspace would be a way to root for any local user). Refusals answer EPERM,
or ENOSYS where programs know how to fall back; a foreign machine's calls (32-bit, x32) never get through.
"""

import errno
import platform
import struct
from dataclasses import dataclass

from tools.shell.syscall_numbers import AARCH64, EVERYWHERE, X86_64

# linux/bpf_common.h and linux/seccomp.h; offsets into struct seccomp_data (little-endian machines only).
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
KILL, ALLOW, FAIL = 0x8000_0000, 0x7FFF_0000, 0x0005_0000
X32 = 0x4000_0000
AUDIT_X86_64, AUDIT_AARCH64 = 0xC000_003E, 0xC000_00B7

DENIED = (
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd",
    "mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "open_tree_attr", "fsopen", "fsconfig",
    "fsmount", "fspick", "mount_setattr", "statmount", "listmount", "setns",
    "open_by_handle_at", "name_to_handle_at", "fanotify_init", "file_setattr",
    "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "create_module", "query_module",
    "get_kernel_syms", "bpf", "perf_event_open", "userfaultfd", "lookup_dcookie", "lsm_set_self_attr",
    "keyctl", "add_key", "request_key", "reboot", "swapon", "swapoff", "acct", "quotactl", "quotactl_fd", "syslog",
    "settimeofday", "clock_settime", "adjtimex", "clock_adjtime", "sethostname", "setdomainname", "vhangup",
    "iopl", "ioperm", "modify_ldt", "nfsservctl", "uselib", "ustat", "sysfs", "_sysctl",
    "migrate_pages", "move_pages", "io_uring_setup", "io_uring_enter", "io_uring_register",
)  # fmt: skip
# Their arguments lie in memory, where a filter cannot look; the C library falls back to the older call.
UNREADABLE = ("clone3", "openat2")

NAMESPACES = 0x7E02_0080  # CLONE_NEW{USER,PID,NET,IPC,UTS,CGROUP,NS,TIME}
CLONE_NAMESPACES = 0x7E02_0000  # in clone the low byte is the exit signal, so CLONE_NEWTIME has no place there
# The last changes a terminal's line discipline: it loads drivers that nobody has looked at for decades.
TIOCSTI, TIOCLINUX, TIOCSETD = 0x5412, 0x541C, 0x5423
UNIX, INET, INET6, NETLINK = 1, 2, 10, 16
PROTOCOLS = (0, 6, 17, 1, 58)  # the family's own, TCP, UDP, ICMP, ICMPv6
SET_ID_BITS = 0o6000
PERSONALITIES = (0x0, 0x8, 0x20000, 0x20008, 0xFFFF_FFFF)  # plain, UNAME26 and the query
# Where each call keeps the mode it gives a file.
MODES = {"chmod": 1, "fchmod": 1, "fchmodat": 2, "fchmodat2": 2, "creat": 1, "mknod": 1, "mknodat": 2}
OPEN_MODES = {"open": (1, 2), "openat": (2, 3)}  # flags, mode: the mode is garbage unless a file may be created
CREATES = 0o100 | 0o20000000  # O_CREAT, and the bit that tells O_TMPFILE


@dataclass(frozen=True)
class Machine:
    """What the filter must know of a processor architecture."""

    audit: int
    numbers: dict[str, int]


MACHINES = {
    "x86_64": Machine(AUDIT_X86_64, X86_64 | EVERYWHERE),
    "aarch64": Machine(AUDIT_AARCH64, AARCH64 | EVERYWHERE),
}


def supported(machine: str = "") -> bool:
    """Whether there is a filter for `machine` (default: this one)."""
    return (machine or platform.machine()) in MACHINES


def program(machine: str = "") -> bytes:
    """The filter for `machine` (default: this one), ready for `bwrap --seccomp`."""
    target = MACHINES[machine or platform.machine()]
    code = _prologue(target)
    for name in DENIED:
        code += _when(target, name, [_return(FAIL | errno.EPERM)])
    for name in UNREADABLE:
        code += _when(target, name, [_return(FAIL | errno.ENOSYS)])
    code += _when(target, "clone", _refuse_bits(0, CLONE_NAMESPACES))
    code += _when(target, "unshare", _refuse_bits(0, NAMESPACES))
    code += _when(target, "ioctl", _refuse_values(1, (TIOCSTI, TIOCLINUX, TIOCSETD)))
    code += _when(target, "personality", _only(0, PERSONALITIES, errno.EPERM))
    code += _when(target, "socketpair", _only(0, (UNIX,), errno.EAFNOSUPPORT))
    code += _when(target, "socket", _sockets())
    for name, position in MODES.items():
        code += _when(target, name, _refuse_bits(position, SET_ID_BITS))
    for name, (flags, mode) in OPEN_MODES.items():
        body = [_argument(flags), _jump(ANY_BIT, CREATES, 0, 3), *_refuse_bits(mode, SET_ID_BITS)]
        code += _when(target, name, body)
    code.append(_return(ALLOW))
    return b"".join(code)


def _prologue(target: Machine) -> list[bytes]:
    code = [
        _instruction(LOAD, ARCHITECTURE),
        _jump(EQUAL, target.audit, 1, 0),
        _return(KILL),
        _instruction(LOAD, NUMBER),
    ]
    if target.audit == AUDIT_X86_64:  # x32 shares the architecture and sets this bit
        code += [_jump(AT_LEAST, X32, 0, 1), _return(KILL)]
    return code


def _when(target: Machine, name: str, body: list[bytes]) -> list[bytes]:
    """`body` for the call `name`; afterwards allow, so the accumulator need not be the number again."""
    number = target.numbers.get(name)
    if number is None:
        return []
    whole = [*body, _return(ALLOW)]
    return [_jump(EQUAL, number, 0, len(whole)), *whole]


def _refuse_bits(position: int, bits: int) -> list[bytes]:
    return [_argument(position), _jump(ANY_BIT, bits, 0, 1), _return(FAIL | errno.EPERM)]


def _refuse_values(position: int, values: tuple[int, ...]) -> list[bytes]:
    # Only the low half is compared: the kernel itself drops the high one for these arguments.
    code = [_argument(position)]
    for value in values:
        code += [_jump(EQUAL, value, 0, 1), _return(FAIL | errno.EPERM)]
    return code


def _only(position: int, values: tuple[int, ...], error: int) -> list[bytes]:
    code = [_argument(position)]
    for value in values:
        code += [_jump(EQUAL, value, 0, 1), _return(ALLOW)]
    return [*code, _return(FAIL | error)]


def _sockets() -> list[bytes]:
    """Unix, IPv4 and IPv6 with their ordinary protocols, and of netlink only routing (`ip`, `getifaddrs`)."""
    netlink = [_argument(2), _jump(EQUAL, 0, 0, 1), _return(ALLOW), _return(FAIL | errno.EAFNOSUPPORT)]
    unix = [_jump(EQUAL, UNIX, 0, 1), _return(ALLOW)]
    # SCTP, DCCP, SMC and the like load modules at the first call of anybody; MPTCP falls back to TCP.
    internet = _only(2, PROTOCOLS, errno.EPROTONOSUPPORT)
    families = [_jump(EQUAL, INET, 2, 0), _jump(EQUAL, INET6, 1, 0), _return(FAIL | errno.EAFNOSUPPORT)]
    return [_argument(0), _jump(EQUAL, NETLINK, 0, len(netlink)), *netlink, *unix, *families, *internet]


def _argument(position: int) -> bytes:
    return _instruction(LOAD, ARGUMENTS + 8 * position)


def _return(action: int) -> bytes:
    return _instruction(RETURN, action)


def _jump(test: int, value: int, if_true: int, if_false: int) -> bytes:
    return _instruction(test, value, if_true, if_false)


def _instruction(operation: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """One `struct sock_filter`."""
    return struct.pack("<HBBI", operation, if_true, if_false, value)
