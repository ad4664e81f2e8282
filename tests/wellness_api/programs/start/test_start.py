"""Starting and stopping the whole server, as its user does."""

import asyncio
import http.client
import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil
import pytest

from tests.conftest import Servers
from tests.processes import Started, environment, memory, own_var_dir, run, start
from wellness_api.database.migrate import newest_revision
from wellness_api.programs.start.obstacles import free_port
from wellness_api.town.simulation.districts import zone_features

pytestmark = pytest.mark.long

READY = "serving http://"


@pytest.fixture
def var_dir() -> Iterator[Path]:
    with own_var_dir() as folder:
        yield folder


@pytest.fixture(scope="module")
def second_start() -> Iterator[Path]:
    """A var folder in which a server has been up and has ended, so that nothing is made in it."""
    with own_var_dir(memory()) as folder:
        with start(["up"], var_dir=folder) as server:
            server.wait_for(READY)
            assert server.stop() == 0
        yield folder


def copy(folder: Path, to: Path) -> None:
    # With their owner: as root, PostgreSQL's files are another user's.
    subprocess.run(["cp", "-a", f"{folder}/.", str(to)], check=True)


@pytest.fixture
def used_dir(second_start: Path, var_dir: Path) -> Path:
    """One of the test's own, as it is before a second start."""
    copy(second_start, var_dir)
    return var_dir


@pytest.fixture(scope="module")
def server(second_start: Path) -> Iterator[Started]:
    """A server that is up, for tests that leave it as it is."""
    with own_var_dir(memory()) as folder:
        copy(second_start, folder)
        with start(["up"], var_dir=folder) as started:
            started.wait_for(READY)
            yield started


def owner_settings(server: Started) -> dict[str, str]:
    """The environment of the operator's commands, as `wellness up` prints it."""
    (url,) = [
        line.partition("=")[2]
        for line in server.output.read_text().splitlines()
        if line.startswith("WELLNESS_DATABASE_URL=")
    ]
    return environment(server.var_dir, server.port) | {"WELLNESS_DATABASE_URL": url}


def call(
    server: Started,
    method: str,
    path: str,
    body: object = None,
    token: str | None = None,
    key: str = "",
) -> tuple[int, dict[str, object]]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
    if token:
        headers["Authorization"] = f"Bearer {token}"
    connection.request(method, path, json.dumps(body) if body else None, headers)
    response = connection.getresponse()
    content = json.loads(response.read())
    connection.close()
    return response.status, content


def operator(server: Started, *arguments: str) -> str:
    """What an operator's command prints."""
    ended = run(*arguments, settings=owner_settings(server))
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def enrolled(server: Started) -> str:
    """A resident's token, by the operator's commands and the printed code."""
    zones = server.var_dir / "zones.geojson"
    zones.write_bytes(msgspec.json.encode(zone_features()))
    operator(server, "zones", "add", str(zones))
    person = ("--name", "花子", "--birth-year", "1950", "--sex", "female")
    printed = json.loads(operator(server, "enrol", "resident", *person, "--zone", "chuo"))
    operator(server, "enrol", "card", str(printed["principal_id"]), "card-0001")
    second = json.loads(operator(server, "enrol", "code", str(printed["principal_id"])))
    # The second paper took the first one's place.
    status, refused = call(server, "POST", "/v1/sessions", {"code": printed["sign_in_code"]})
    assert (status, refused["type"]) == (401, "urn:wellness:code_replaced")
    status, session = call(server, "POST", "/v1/sessions", {"code": second["sign_in_code"]})
    assert status == 201, session
    misspelt = run("enrol", "resident", *person, "--zone", "chuuo", settings=owner_settings(server))
    assert (misspelt.returncode, misspelt.stdout) == (1, "")
    assert "no zone 'chuuo'" in misspelt.stderr
    return str(session["token"])


def walk(minutes: int) -> dict[str, object]:
    first = (int(time.time()) // 60 - 2 * minutes) * 60_000
    times = [first + 60_000 * minute for minute in range(minutes)]
    return {
        "batches": [
            {"metric": "steps", "source": "phone:a", "times_ms": times, "values": [100] * minutes}
        ]
    }


def test_a_receipt_holds_when_every_process_is_killed_a_moment_later(var_dir: Path) -> None:
    with start(["up"], var_dir=var_dir) as server:
        server.wait_for(READY)
        operator(server, "programme", "add", "yokohama", "--from-past")
        token = enrolled(server)
        walks = [walk(minutes) for minutes in range(1, 21)]
        receipts = []
        for number, upload in enumerate(walks):
            status, receipt = call(
                server, "POST", "/v1/uploads", upload, token, f"upload-{number:04}"
            )
            assert status == 201
            receipts.append(receipt)
        server.kill_all()
        server.process.wait()
    with start(["up"], var_dir=var_dir) as server:
        server.wait_for(READY)
        for number, upload in enumerate(walks):
            again = call(server, "POST", "/v1/uploads", upload, token, f"upload-{number:04}")
            assert again == (200, receipts[number])


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_being_told_to_stop_ends_every_process_that_was_started(
    used_dir: Path, signal_number: int
) -> None:
    with start(["up"], var_dir=used_dir) as server:
        server.wait_for(READY)
        names = {process.name() for process in server.all_processes()}
        assert any("postgres" in name for name in names)
        assert len(server.all_processes()) > 3
        assert server.stop(signal_number) == 0
        deadline = time.monotonic() + 5
        while left := [process for process in server.all_processes() if process.is_running()]:
            assert time.monotonic() < deadline, [process.cmdline() for process in left]
            time.sleep(0.05)


def test_every_line_of_the_servers_own_logs_is_json_whatever_clients_send(used_dir: Path) -> None:
    with start(["up"], var_dir=used_dir) as server:
        server.wait_for(READY)
        for nonsense in (
            b"HELLO\r\n\r\n",
            b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
            b"GET / HTTP/1.1\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n",
        ):
            with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
                connection.sendall(nonsense)
                assert connection.recv(65_536).startswith(b"HTTP/1.1 ")
        assert server.stop() == 0
        for name in ("api", "worker"):
            written = (server.var_dir / "log" / f"{name}.log").read_text().splitlines()
            said = [json.loads(line)["event"] for line in written]
            assert said.count("malformed_request") == (2 if name == "api" else 0)


def test_a_simulated_city_can_be_sent_to_a_running_server(server: Started) -> None:
    sent = run(
        *("simulate", "--residents", "8", "--days", "5", "--server", server.base_url),
        settings=owner_settings(server),
    )
    assert sent.returncode == 0, sent.stderr
    assert "0 refused" in sent.stderr.splitlines()[-1]


def test_a_second_start_says_which_port_is_taken_and_by_what(
    server: Started, var_dir: Path
) -> None:
    second = run("demo", settings=environment(var_dir, server.port))
    assert second.returncode == 1
    (line,) = second.stderr.splitlines()
    assert f"port {server.port}" in line
    holder = int(line.split("process ")[1].split()[0])
    assert psutil.Process(holder).cmdline()[-1] == "serve"
    assert call(server, "GET", "/healthz")[0] == 200


def test_a_second_start_on_the_same_folder_says_who_uses_it(server: Started) -> None:
    second = run("up", settings=environment(server.var_dir, free_port()))
    assert second.returncode == 1
    (line,) = second.stderr.splitlines()
    assert f"process {server.process.pid}" in line


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("WELLNESS_PORT", "eighty", "integer"),
        ("WELLNESS_DATABASE_URL", "mysql://city", "postgres"),
        ("WELLNESS_DISCLOSURE_THRESHOLD", "1", "greater than or equal to 2"),
        ("WELLNESS_TIME_ZONE", "Asia/Furano", "time zone"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line(
    var_dir: Path, variable: str, value: str, said: str
) -> None:
    ended = run("up", settings=environment(var_dir, 8000) | {variable: value})
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"wellness: {variable}")
    assert said in line


@pytest.mark.parametrize(
    ("command", "place"),
    [("up", "a file"), ("up", "/proc/x"), ("up", "lock"), ("demo", "a file"), ("demo", "a loop")],
)
def test_a_var_folder_that_cannot_be_one_is_one_plain_line(
    var_dir: Path, command: str, place: str
) -> None:
    (var_dir / "a file").touch()
    # A folder may also be the end of no path, or have a folder where its lock would be.
    (var_dir / "a loop").symlink_to(var_dir / "a loop")
    (var_dir / "lock" / "lock").mkdir(parents=True)
    named = var_dir / place
    ended = run(command, settings=environment(named, free_port()))
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"wellness: nothing can be kept in the folder {named} (")
    assert "WELLNESS_VAR_DIR" in line


async def test_migrate_says_which_schema_there_is_now(database_url: str, var_dir: Path) -> None:
    for _ in range(2):
        ended = await asyncio.to_thread(
            run,
            "migrate",
            settings=environment(var_dir, 8000) | {"WELLNESS_DATABASE_URL": database_url},
        )
        assert ended.returncode == 0, ended.stderr
        assert f"the schema is {newest_revision()}" in ended.stdout


def test_commands_that_need_a_database_say_so(var_dir: Path) -> None:
    for command in (["serve"], ["work"], ["migrate"], ["programme", "add", "yokohama"]):
        ended = run(*command, settings=environment(var_dir, 8000))
        assert ended.returncode == 1
        (line,) = ended.stderr.splitlines()
        assert "WELLNESS_DATABASE_URL" in line


NOBODY_LISTENS = "postgresql://wellness@127.0.0.1:1/wellness"


@pytest.mark.parametrize(
    ("command", "url", "said"),
    [
        ("up", NOBODY_LISTENS, "Connect call failed"),
        ("serve", NOBODY_LISTENS, "Connect call failed"),
        ("ledger verify", NOBODY_LISTENS, "Connect call failed"),
        ("migrate", "postgresql://wellness@no-such-host.invalid/wellness", "not known"),
        ("migrate", "postgresql://wellness:se/cret@127.0.0.1/wellness", "cannot be read"),
    ],
)
def test_a_database_that_cannot_be_reached_is_one_plain_line(
    var_dir: Path, command: str, url: str, said: str
) -> None:
    urls = {"WELLNESS_DATABASE_URL": url, "WELLNESS_REDIS_URL": "redis://127.0.0.1:1/0"}
    ended = run(*command.split(), settings=environment(var_dir, free_port()) | urls)
    *steps_begun, line = ended.stderr.splitlines()
    assert len(steps_begun) <= 1
    assert line.startswith("wellness: the database cannot be reached (")
    assert said in line
    assert "WELLNESS_DATABASE_URL" in line
    assert "cret" not in line
    assert ended.returncode == 1


@pytest.mark.parametrize("command", ["serve", "work"])
@pytest.mark.parametrize(
    ("name", "said"),
    [("no_such_city", "does not exist"), ("postgres", "not set up")],
)
async def test_a_url_that_names_another_database_is_one_plain_line(
    servers: Servers, var_dir: Path, command: str, name: str, said: str
) -> None:
    urls = {
        "WELLNESS_DATABASE_URL": servers.database(name),
        "WELLNESS_REDIS_URL": servers.redis_url,
    }
    ended = await asyncio.to_thread(run, command, settings=environment(var_dir, 8000) | urls)
    (line,) = ended.stderr.splitlines()
    assert line.startswith("wellness: the database ")
    assert said in line
    assert ended.returncode == 1


@pytest.mark.parametrize("command", ["up", "serve", "work"])
@pytest.mark.parametrize("rest", [":se/cret@city/0", "city?no_such_option=secret"])
def test_a_redis_url_that_cannot_be_read_is_one_plain_line(
    var_dir: Path, command: str, rest: str
) -> None:
    urls = {"WELLNESS_DATABASE_URL": NOBODY_LISTENS, "WELLNESS_REDIS_URL": f"redis://{rest}"}
    ended = run(command, settings=environment(var_dir, free_port()) | urls)
    (line,) = ended.stderr.splitlines()
    assert line.startswith("wellness: WELLNESS_REDIS_URL cannot be read")
    assert "cret" not in line
    assert ended.returncode == 1
