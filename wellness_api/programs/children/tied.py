"""`python -I -S tied.py PARENT SIGNAL USER COMMAND …` becomes COMMAND, which the kernel sends SIGNAL when its parent is
gone.

This is a file of its own that imports nothing of ours: it runs between a parent and each of its children, and must be
quick. It runs in the child after it took on the rights of USER, since the kernel forgets the wish when rights change.
"""

import ctypes
import os
import pwd
import sys

PR_SET_PDEATHSIG = 1
"""From linux/prctl.h. Other systems have nothing like it. There, a parent that is killed leaves its children behind,
and the next start ends the database server among them."""


def become(user: str) -> None:
    """Gives up root's rights and takes those of `user`, groups included."""
    entry = pwd.getpwnam(user)
    os.initgroups(user, entry.pw_gid)
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def main(parent: str, signal_number: str, user: str, *command: str) -> None:
    """Never returns: the process goes on as `command`, or ends because its parent has ended meanwhile."""
    libc = ctypes.CDLL(None, use_errno=True)
    if user:
        become(user)
    if sys.platform == "linux" and libc.prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != int(parent):  # The parent ended before the kernel knew of the wish.
        sys.exit(1)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
