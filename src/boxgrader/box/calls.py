"""Which calls of the kernel learners' code may make: a list of what is allowed, by seccomp(2)."""

from __future__ import annotations

from typing import Any

from boxgrader.errors import GraderError

_NAMESPACES = 0x7E020000  # every CLONE_NEW flag of clone(2)

# What Python, numpy and their kind need of the kernel. What is not named here is refused, above all
# whatever mounts, traces, loads, opens a network or reaches another process's memory.
_ALLOWED = """
read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 close close_range lseek
open openat openat2 creat access faccessat faccessat2 stat fstat lstat newfstatat statx statfs
fstatfs getdents getdents64 readlink readlinkat mkdir mkdirat rmdir unlink unlinkat rename
renameat renameat2 link linkat symlink symlinkat chmod fchmod fchmodat fchmodat2 umask utime
utimes utimensat futimesat truncate ftruncate fallocate fadvise64 flock fsync fdatasync
sync_file_range dup dup2 dup3 fcntl pipe pipe2 sendfile copy_file_range splice tee chdir fchdir
getcwd getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr mknod mknodat mprotect
munmap mremap madvise brk msync mincore mlock munlock membarrier pkey_alloc pkey_free poll ppoll
select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd
eventfd2 timerfd_create timerfd_settime timerfd_gettime signalfd signalfd4 inotify_init
inotify_init1 inotify_add_watch inotify_rm_watch connect bind listen accept accept4
getsockname getpeername sendto recvfrom sendmsg recvmsg sendmmsg recvmmsg shutdown getsockopt
setsockopt fork vfork execve execveat exit exit_group wait4 waitid kill tkill tgkill pidfd_open
pidfd_send_signal rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend
rt_sigtimedwait rt_sigqueueinfo sigaltstack pause alarm getitimer setitimer timer_create
timer_settime timer_gettime timer_getoverrun timer_delete restart_syscall getpid getppid gettid
getuid geteuid getgid getegid getresuid getresgid getgroups getpgid getpgrp getsid setsid
setpgid getpriority setpriority sched_yield sched_getaffinity sched_setaffinity sched_getparam
sched_getscheduler sched_setscheduler sched_get_priority_max sched_get_priority_min getcpu
getrlimit prlimit64 getrusage times sysinfo uname capget futex futex_waitv set_tid_address
set_robust_list get_robust_list rseq arch_prctl clock_gettime clock_getres clock_nanosleep
nanosleep gettimeofday time getrandom
"""

# Terminals (for `!command`), close-on-exec, how much waits to be read. Not TIOCSTI, which types.
_IOCTLS = (
    0x5401, 0x5402, 0x5403, 0x5404, 0x540E, 0x540F, 0x5410, 0x5413, 0x5414, 0x541B, 0x5421,
    0x5422, 0x5429, 0x5450, 0x5451, 0x80045430, 0x40045431,
)  # fmt: skip


def allowed_calls(loopback: bool = False) -> Any:
    """Return the seccomp filter, ready to load.

    Parameters
    ----------
    loopback : bool
        Whether sockets of the internet may be opened, in a network that leads nowhere.

    Raises
    ------
    GraderError
        If the library that makes it is not here.
    """
    try:
        import pyseccomp as seccomp
    except (ImportError, OSError, RuntimeError) as error:  # it loads the library when imported
        raise GraderError(
            f"libseccomp cannot be loaded: {error}; `apt-get install libseccomp2` brings it"
        ) from error

    refuse = seccomp.SyscallFilter(seccomp.ERRNO(1))  # EPERM
    for name in _ALLOWED.split():
        try:
            refuse.add_rule(seccomp.ALLOW, name)
        except (OSError, ValueError, RuntimeError):
            continue  # a call that this architecture, or this libseccomp, does not know
    # glibc falls back to clone, whose flags a filter can look at.
    refuse.add_rule(seccomp.ERRNO(38), "clone3")
    refuse.add_rule(seccomp.ALLOW, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, _NAMESPACES, 0))
    for bit in (0x01, 0x20):  # MAP_SHARED and MAP_ANONYMOUS, not both: see `shared_memory`
        refuse.add_rule(seccomp.ALLOW, "mmap", seccomp.Arg(3, seccomp.MASKED_EQ, bit, 0))
    refuse.add_rule(seccomp.ALLOW, "socketpair", seccomp.Arg(0, seccomp.EQ, 1))
    for family in (1, 2, 10) if loopback else (1,):  # AF_UNIX, AF_INET, AF_INET6
        refuse.add_rule(seccomp.ALLOW, "socket", seccomp.Arg(0, seccomp.EQ, family))
    # ZeroMQ, which kernels speak, ends a process that may not look for networks, unless it is told
    # EOPNOTSUPP.
    refuse.add_rule(seccomp.ERRNO(95), "socket", seccomp.Arg(0, seccomp.EQ, 16))  # AF_NETLINK
    for option in (3, 4, 15, 16, 22, 39):  # dumpable, names, an own filter, no_new_privs
        refuse.add_rule(seccomp.ALLOW, "prctl", seccomp.Arg(0, seccomp.EQ, option))
    for request in _IOCTLS:
        refuse.add_rule(seccomp.ALLOW, "ioctl", seccomp.Arg(1, seccomp.EQ, request))
    return refuse
