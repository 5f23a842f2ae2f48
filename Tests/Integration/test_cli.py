"""The command line as scripts use it: exit codes, what stands on which stream, and what it refuses."""

import contextlib
import http.client
import json
import re
import socket
import stat
import subprocess

import pytest
from cli import SECRET, secret  # noqa: F401
from service import BINARY, clean_environment, run_caas, write_secret

PRODUCTION = ("serve", "--environment", "production", "--check-config")


def config(folder, **settings):
    file = folder / "config.json"
    file.write_text(json.dumps(settings))
    return file


def refused(*arguments, naming, **environment):
    """Expects a refusal that names its reason on standard error, and nothing on standard output."""
    result = run_caas(*arguments, **environment)
    assert result.returncode != 0, result.stdout
    assert any(word in result.stderr for word in ([naming] if isinstance(naming, str) else naming)), result.stderr
    assert "Fatal error" not in result.stderr
    return result


# serve


def test_a_configuration_is_checked_without_serving(tmp_path, secret):
    file = config(tmp_path, port=0, tenants=[{"id": "a", "jwtSecretFile": str(secret), "audience": None}])
    data = tmp_path / "data"
    result = run_caas("serve", "--config", file, "--data", data, "--check-config")
    assert result.returncode == 0, result.stderr
    assert "caas ready" not in result.stdout


def test_an_unknown_setting_is_refused_by_name(tmp_path):
    for settings in ({"prot": 1}, {"tenants": [{"id": "a", "jwtSecretFle": "x"}]}):
        name = "prot" if "prot" in settings else "jwtSecretFle"
        refused("serve", "--config", config(tmp_path, **settings), "--check-config", naming=name)
    refused("serve", "--check-config", naming="CAAS_PROT", CAAS_PROT="1")
    refused("serve", "--prot", "1", naming="prot")


@pytest.mark.parametrize("value", ["abc", "-1", "65536", "80.5", ""])
def test_a_bad_value_is_refused_and_never_replaced_by_the_default(tmp_path, value):
    refused("serve", "--check-config", "--data", tmp_path / "data", naming=["CAAS_PORT", "port"], CAAS_PORT=value)


def test_a_configuration_that_cannot_be_read_is_refused(tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    refused("serve", "--config", broken, "--check-config", naming="broken.json")
    refused("serve", "--config", tmp_path / "absent.json", "--check-config", naming="absent.json")


def test_production_wants_a_secret_and_an_audience(tmp_path, secret):
    data = ("--data", tmp_path / "data")
    refused(*PRODUCTION, *data, "--audience", "caas-socket", naming=["secret", "Secret"])
    refused(*PRODUCTION, *data, "--jwt-secret-file", secret, naming="audience")
    listed = config(tmp_path, tenants=[{"id": "a", "jwtSecretFile": str(secret), "audience": None}])
    refused(*PRODUCTION, *data, "--config", listed, naming="audience")
    result = run_caas(*PRODUCTION, *data, "--jwt-secret-file", secret, "--audience", "caas-socket")
    assert result.returncode == 0, result.stderr


SETTING_OF = {"--conformance": "conformance", "--no-rate-limits": "noRateLimits"}


@pytest.mark.parametrize("flag", SETTING_OF)
def test_production_refuses_what_is_for_tests(tmp_path, secret, flag):
    arguments = ("--data", tmp_path / "data", "--jwt-secret-file", secret, "--audience", "caas-socket", flag)
    refused(*PRODUCTION, *arguments, naming=[flag.strip("-"), SETTING_OF[flag]])


def test_development_stays_on_this_machine(tmp_path):
    arguments = (
        "serve",
        "--environment",
        "development",
        "--data",
        tmp_path / "data",
        "--host",
        "0.0.0.0",
        "--check-config",
    )
    refused(*arguments, naming=["allow-remote-development", "allowRemoteDevelopment"])
    assert run_caas(*arguments, "--allow-remote-development").returncode == 0


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_secret_that_others_may_read_is_refused(tmp_path, mode):
    file = write_secret(tmp_path / "open.secret", SECRET, mode)
    refused("serve", "--jwt-secret-file", file, "--data", tmp_path / "data", "--check-config", naming="open.secret")
    refused("token", "--user", "alice", "--jwt-secret-file", file, naming="open.secret")


def test_a_short_or_absent_secret_is_refused(tmp_path):
    for text, enough in (("s" * 31, False), ("s" * 32, True)):
        file = write_secret(tmp_path / "short.secret", text)
        assert (run_caas("token", "--user", "alice", "--jwt-secret-file", file).returncode == 0) is enough
    refused("token", "--user", "alice", "--jwt-secret-file", tmp_path / "absent.secret", naming="absent.secret")


def test_the_first_start_makes_a_secret_for_its_owner_alone(make_server):
    server = make_server(tenants=()).start()
    made = [file for file in server.data.rglob("*") if file.is_file() and "secret" in file.name]
    assert [stat.S_IMODE(file.stat().st_mode) for file in made] == [0o600]
    kept = made[0].read_bytes()
    server.restart()
    assert made[0].read_bytes() == kept


def test_settings_by_environment_are_taken_and_flags_win(tmp_path, secret):
    """The port that is taken is the port that is named; the file says less than the environment, and that less than a flag."""
    with contextlib.ExitStack() as stack:
        ports = [stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1] for _ in range(3)]
        by_file, by_environment, by_flag = map(str, ports)
        file = config(tmp_path, port=ports[0])
        serve = ("serve", "--data", tmp_path / "data", "--jwt-secret-file", secret, "--config", file)
        refused(*serve, naming=f"Port {by_file}")
        refused(*serve, naming=f"Port {by_environment}", CAAS_PORT=by_environment)
        refused(*serve, "--port", by_flag, naming=f"Port {by_flag}", CAAS_PORT=by_environment)


def test_serve_prints_its_ready_line_and_nothing_else(make_server):
    server = make_server().start()
    server.stop()
    # The end of the stream: the ready line was the first.
    assert server.lines.get(timeout=30) is None


def serving(data, secret, closed):
    """`serve` whose standard output is the end of a pipe, or what is closed or opened by a shell's `closed`."""
    command = f'exec "$0" serve --port 0 --data "$1" --jwt-secret-file "$2" {closed}'
    return subprocess.Popen(
        ["sh", "-c", command, str(BINARY), str(data), str(secret)],
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("closed", [">&-", ">/dev/full", "<&- >&-"])
def test_serve_ends_with_a_sentence_where_its_ready_line_cannot_be_written(tmp_path, secret, closed):
    data = tmp_path / "data"
    with serving(data, secret, closed) as process:
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 1, errors
    assert "caas: Standard output cannot be written." in errors and "Fatal" not in errors
    # Nor went it into a file that was opened in the place of standard output.
    assert not any(b"caas ready" in file.read_bytes() for file in data.iterdir() if file.is_file())


def test_serve_serves_on_when_nobody_reads_its_ready_line(tmp_path, secret):
    with serving(tmp_path / "data", secret, "") as process:
        try:
            process.stdout.close()
            # The log says where it is, since nobody reads the line that does.
            log = iter(process.stderr.readline, "")
            url = next(re.search(r"http://[0-9.]+:([0-9]+)", line) for line in log if "http://" in line)
            connection = http.client.HTTPConnection("127.0.0.1", int(url[1]), timeout=30)
            connection.request("GET", "/livez")
            assert connection.getresponse().read() == b"ok\n"
            connection.close()
            process.terminate()
            process.stderr.read()
            assert process.wait(timeout=45) == 0
        finally:
            process.kill()


def has_ipv6_loopback():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def test_localhost_is_both_loopback_addresses_on_one_port(make_server):
    server = make_server().start()
    port = int(server.url.rsplit(":", 1)[1])
    addresses = ["127.0.0.1", "::1"] if has_ipv6_loopback() else ["127.0.0.1"]
    for address in addresses:
        connection = http.client.HTTPConnection(address, port, timeout=30)
        connection.request("GET", "/livez", headers={"Host": f"localhost:{port}"})
        assert connection.getresponse().read() == b"ok\n"
        connection.close()


def test_a_port_that_is_taken_on_either_address_is_refused(tmp_path):
    families = [("127.0.0.1", socket.AF_INET)] + ([("::1", socket.AF_INET6)] if has_ipv6_loopback() else [])
    for address, family in families:
        with socket.create_server((address, 0), family=family) as taken:
            port = taken.getsockname()[1]
            refused("serve", "--port", str(port), "--data", tmp_path / "data", naming=f"Port {port}")


def test_help_and_usage_errors():
    assert "serve" in run_caas("--help").stdout
    assert run_caas("no-such-command").returncode != 0
