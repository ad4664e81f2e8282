"""Looks for secrets in every file that the project tracks."""

import shutil
import subprocess
import sys

from detect_secrets.pre_commit_hook import main as find_secrets


def main() -> int:
    """Prints the secrets that it finds; returns 0 when there are none."""
    git = shutil.which("git")
    if git is None:
        sys.exit("git is needed: it knows which files the project tracks")
    listed = subprocess.run([git, "ls-files", "-z"], check=True, capture_output=True, text=True)
    exit_code: int = find_secrets([name for name in listed.stdout.split("\0") if name])
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
