"""Runs the services of a Compose file without a container engine, plays a user beside them, and says what came of it.

    topology.py COMPOSE_FILE README KLAVI   prints {"reports": [...], "used": [...]}; exit 1 with logs where it fails

Each service runs in a network namespace of its own, by its command and environment, and finds the others by their names in
a hosts file. Namespaces hang on one switch, which leads nowhere else. Published ports are forwarded in one more
namespace, `host`, in which the user's Chromium runs. Images are stood in for: `localhost/klavi` by the binary, PostgreSQL
and Python by those of this machine.

Needs root, iproute2, PostgreSQL, Debian's chromium (or KLAVI_TEST_CHROMIUM), and playwright and PyYAML from PyPI.
"""

import glob
import json
import os
import pwd
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

HERE = Path(__file__).parent
SUBNET = "10.213.77"
# Who runs in containers: nobody of this machine.
CONTAINER_USER = 10001
PATIENCE_SECONDS = 90


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)


class Network:
    """Namespaces on one switch, each with a name and an address."""

    def __init__(self, names, work):
        self.prefix = f"klavi{os.getpid()}-"
        self.addresses = {name: f"{SUBNET}.{number}" for number, name in enumerate(names, start=2)}
        self.made = []
        hosts = "127.0.0.1 localhost\n" + "".join(f"{address} {name}\n" for name, address in self.addresses.items())
        self.hosts = work / "hosts"
        self.hosts.write_text(hosts)

    def build(self):
        switch = self._namespace("switch")
        ip("-n", switch, "link", "add", "br0", "type", "bridge")
        ip("-n", switch, "link", "set", "br0", "up")
        for number, (name, address) in enumerate(self.addresses.items()):
            own = self._namespace(name)
            ip("-n", own, "link", "add", "eth0", "type", "veth", "peer", "name", f"port{number}", "netns", switch)
            ip("-n", own, "address", "add", f"{address}/24", "dev", "eth0")
            ip("-n", own, "link", "set", "eth0", "up")
            ip("-n", switch, "link", "set", f"port{number}", "master", "br0", "up")

    def _namespace(self, name):
        own = self.prefix + name
        ip("netns", "add", own)
        self.made.append(own)
        ip("-n", own, "link", "set", "lo", "up")
        return own

    def inside(self, name, command):
        """The command in the namespace of that name, which has a mount namespace of its own for the hosts file."""
        mount = f"mount --bind {shlex.quote(str(self.hosts))} /etc/hosts && exec {shlex.join(command)}"
        return ["ip", "netns", "exec", self.prefix + name, "sh", "-c", mount]

    def remove(self):
        for own in self.made:
            subprocess.run(["ip", "netns", "delete", own], check=False)


class Services:
    """The services of the file, with what stands in for their images."""

    def __init__(self, file, klavi, work):
        self.file, self.work = file, work
        self.services = yaml.safe_load(file.read_text())["services"]
        self.bin = work / "bin"
        self.bin.mkdir()
        shutil.copy(klavi, self.bin / "klavi")
        self.network = Network([*self.services, "host"], work)
        self.processes = []
        self.healthy = set()

    def start_all(self):
        self.network.build()
        for name in self.services:
            self._start(name)

    def _start(self, name):
        if name in self.healthy:
            return
        service = self.services[name]
        for other, wanted in service.get("depends_on", {}).items():
            assert wanted["condition"] == "service_healthy", f"{name}: {wanted}"
            self._start(other)
        image = service["image"]
        if image == "localhost/klavi":
            self._spawn(name, ["klavi", *service["command"]], self.work)
        elif image.startswith("docker.io/library/postgres:"):
            self._start_postgres(name)
        elif image.startswith("docker.io/library/python:"):
            self._spawn(name, self._python(service["command"]), self._working_folder(service))
        else:
            raise AssertionError(f"{name}: nothing stands in for {image}")
        self._await_health(name)
        for port in service.get("ports", []):
            self._publish(name, port)
        self.healthy.add(name)

    def _environment(self, name):
        own = {key: str(value) for key, value in self.services[name].get("environment", {}).items()}
        return {"PATH": f"{self.bin}:{os.environ['PATH']}", "HOME": str(self.work), **own}

    def _python(self, command):
        assert command[0] == "python3", command
        return [shutil.which("python3", path="/usr/bin"), *command[1:]]

    def _working_folder(self, service):
        """A copy of what is mounted where the service works: the user of the container may not see the original."""
        for volume in service["volumes"]:
            source, target, mode = volume.split(":")
            if target == service["working_dir"]:
                assert mode == "ro", volume
                return shutil.copytree(self.file.parent / source, self.work / "app")
        raise AssertionError(f"nothing is mounted at {service['working_dir']}")

    def _spawn(self, name, command, folder, user=CONTAINER_USER, environment=None):
        drop = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
        environment = environment or self._environment(name)
        log = open(self.work / f"{name}.log", "ab")
        self.processes.append(
            subprocess.Popen(
                self.network.inside(name, [*drop, *command]),
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        )

    def _start_postgres(self, name):
        """As the image does: a superuser with a password, and a database."""
        given = self._environment(name)
        programs = Path(sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))[-1]).parent
        user = pwd.getpwnam("postgres")
        folder = self.work / "postgres"
        folder.mkdir()
        os.chown(folder, user.pw_uid, user.pw_gid)
        password = self.work / "password"
        password.write_text(given["POSTGRES_PASSWORD"])
        as_user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        init = [programs / "initdb", "-D", folder / "data", "-U", given["POSTGRES_USER"], "-A", "scram-sha-256"]
        init += ["--pwfile", password, "--no-sync", "-E", "UTF8", "--locale", "C.UTF-8"]
        subprocess.run([*as_user, *init], check=True, capture_output=True, cwd=folder)
        with open(folder / "data" / "pg_hba.conf", "a") as rules:
            rules.write("host all all all scram-sha-256\n")
        single = [programs / "postgres", "--single", "-D", folder / "data", "postgres"]
        create = f"CREATE DATABASE {given['POSTGRES_DB']}\n".encode()
        subprocess.run([*as_user, *single], check=True, capture_output=True, cwd=folder, input=create)
        serve = [programs / "postgres", "-D", folder / "data", "-h", "*", "-k", folder, "-c", "fsync=off"]
        self._spawn(name, [str(part) for part in serve], folder, user.pw_uid)

    def _await_health(self, name):
        check = self.services[name].get("healthcheck")
        if not check:
            return
        assert check["test"][0] == "CMD", check
        command = self.network.inside(name, check["test"][1:])
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            checked = subprocess.run(command, env=self._environment(name), capture_output=True, text=True)
            if checked.returncode == 0:
                return
            if time.monotonic() > until:
                raise AssertionError(f"{name} is not healthy: {checked.stderr}")
            time.sleep(0.2)

    def _publish(self, name, port):
        """Forwards a port of the host, as a container engine does."""
        address, public, own = port.split(":")
        forward = [sys.executable, str(HERE / "forward.py"), address, public, self.network.addresses[name], own]
        self._spawn("host", forward, self.work, user=0, environment=dict(os.environ))

    def stop(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.network.remove()

    def logs(self):
        parts = [f"--- {log.name}\n{log.read_text(errors='replace')[-4000:]}" for log in sorted(self.work.glob("*.log"))]
        return "\n".join(parts)


def addresses_of_readme(readme):
    """What the section about containers tells the reader to open."""
    text = readme.read_text()
    section = text.split("\n## In containers\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"https?://[\w.:/-]*[\w/]", section)


def main():
    file, readme, klavi = (Path(argument).resolve() for argument in sys.argv[1:])
    work = Path(tempfile.mkdtemp(prefix="klavi-compose-"))
    work.chmod(0o777)
    # From here on a signal ends in the clean-up as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal"))
    services = Services(file, klavi, work)
    try:
        services.start_all()
        told = addresses_of_readme(readme)
        user = [sys.executable, str(HERE / "user.py"), *told]
        played = subprocess.run(
            services.network.inside("host", user), capture_output=True, text=True, timeout=5 * PATIENCE_SECONDS
        )
        if played.returncode:
            sys.exit(f"{played.stderr}\n{services.logs()}")
        print(json.dumps({"told": told, "logs": services.logs(), **json.loads(played.stdout)}))
    except (AssertionError, subprocess.SubprocessError) as error:
        sys.exit(f"{error} {getattr(error, 'stderr', '')}\n{services.logs()}")
    finally:
        services.stop()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
