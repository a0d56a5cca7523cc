"""Takes a process's rights away: memory, time, files, network, other programs. Before any stranger's byte; Linux.

Two walls: resource limits of the kernel, and a seccomp filter that lets through only the system calls that computing in
memory and speaking on open pipes need. Every other call fails with EPERM.
"""

import ctypes
import platform
import resource
import struct
import sys

# Numbers of what computing needs (Linux: arch/x86/entry/syscalls, include/uapi/asm-generic/unistd.h).
_ALLOWED = {
    "x86_64": {
        "read": 0, "write": 1, "close": 3, "fstat": 5, "lseek": 8, "mmap": 9, "mprotect": 10, "munmap": 11, "brk": 12,
        "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "readv": 19, "writev": 20, "sched_yield": 24,
        "mremap": 25, "madvise": 28, "getpid": 39, "exit": 60, "gettimeofday": 96, "getrlimit": 97, "getrusage": 98,
        "sysinfo": 99, "sigaltstack": 131, "gettid": 186, "futex": 202, "clock_gettime": 228, "clock_nanosleep": 230,
        "exit_group": 231, "getrandom": 318, "prlimit64_read": 302, "rseq": 334,
    },
    "aarch64": {
        "close": 57, "lseek": 62, "read": 63, "write": 64, "readv": 65, "writev": 66, "fstat": 80, "exit": 93,
        "exit_group": 94, "futex": 98, "clock_gettime": 113, "clock_nanosleep": 115, "sched_yield": 124,
        "sigaltstack": 132, "rt_sigaction": 134, "rt_sigprocmask": 135, "rt_sigreturn": 139, "getrlimit": 163,
        "getrusage": 165, "gettimeofday": 169, "getpid": 172, "gettid": 178, "sysinfo": 179, "brk": 214, "munmap": 215,
        "mremap": 216, "mmap": 222, "mprotect": 226, "madvise": 233, "prlimit64_read": 261, "getrandom": 278,
        "rseq": 293,
    },
}  # fmt: skip
_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_LOAD, _JUMP_EQ, _JUMP_SET, _JUMP_GE, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _KILL, _EPERM = 0x7FFF0000, 0x80000000, 0x00050001
_NUMBER_AT, _ARCH_AT = 0, 4
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 1, 4, 38, 22, 2
_SIGKILL, _EXEC = 9, 4


class NotConfined(Exception):
    """The kernel did not take the rights away; nothing may be opened here."""


def limit(*, memory: int, cpu_seconds: int) -> None:
    """Bounds on memory (bytes of address space) and time; no file may grow, no other process begin, no core be left."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def shut_in() -> None:
    """From here on: no file is opened, no connection made, no program begun. NotConfined when the kernel says no."""
    if not sys.platform.startswith("linux"):
        raise NotConfined
    machine = platform.machine()
    if machine not in _ALLOWED:
        raise NotConfined
    program = _program(machine)
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(program)
    described = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    for call in (
        (_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0),
        (_PR_SET_DUMPABLE, 0, 0, 0, 0),
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _FILTER, ctypes.c_char_p(described), 0, 0),
    ):
        if libc.prctl(*call) != 0:
            raise NotConfined


def _program(machine: str) -> bytes:
    """The filter in the kernel's classic BPF."""
    allowed = _ALLOWED[machine]
    steps: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, _ARCH_AT),
        (_JUMP_EQ, 1, 0, _ARCH[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_JUMP_GE, 0, 1, 0x40000000),  # numbers of another way to call the same kernel
        (_RETURN, 0, 0, _EPERM),
    ]
    for name, number in allowed.items():
        if name in ("mmap", "mprotect"):  # never memory that can be executed
            steps += _unless(number, argument=2, mask=_EXEC)
        elif name == "prlimit64_read":  # limits are asked for, never set
            steps += _only_without(number, argument=2)
        else:
            steps += [(_JUMP_EQ, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    steps.append((_RETURN, 0, 0, _EPERM))
    return b"".join(struct.pack("HBBI", code, yes, no, value) for code, yes, no, value in steps)


def _argument(index: int, *, high: bool = False) -> tuple[int, int, int, int]:
    """Look at one half of an argument: its low 32 bits, or its high ones."""
    return (_LOAD, 0, 0, 16 + 8 * index + 4 * high)


def _unless(number: int, *, argument: int, mask: int) -> list[tuple[int, int, int, int]]:
    """Let a call through unless one of these bits is set in an argument."""
    return [
        (_JUMP_EQ, 0, 4, number),
        _argument(argument),
        (_JUMP_SET, 1, 0, mask),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _EPERM),
    ]


def _only_without(number: int, *, argument: int) -> list[tuple[int, int, int, int]]:
    """Let a call through only when an argument is nothing."""
    return [
        (_JUMP_EQ, 0, 6, number),
        _argument(argument),
        (_JUMP_EQ, 0, 3, 0),
        _argument(argument, high=True),
        (_JUMP_EQ, 0, 1, 0),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _EPERM),
    ]
