"""Logs when there is no room for them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import os, sys, structlog
from wellness_api.logs import configure_logs
log = os.dup(2)
os.dup2(os.open("/dev/full", os.O_WRONLY), 2)
configure_logs("info")
for number in range(3000):
    structlog.get_logger().warning("trouble", number=number, said="部屋がない" * 10)
os.dup2(log, 2)
structlog.get_logger().info("there is room again")
"""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_process_goes_on_although_its_log_has_no_room_and_says_how_much_is_missing(
    tmp_path: Path,
) -> None:
    log = tmp_path / "log"
    with log.open("wb") as written:
        subprocess.run([sys.executable, "-c", PROGRAM], stderr=written, check=True)
    dropped, back = map(json.loads, log.read_text().splitlines())
    assert dropped == {"event": "log_lines_dropped", "count": 3000}
    assert back["event"] == "there is room again"
