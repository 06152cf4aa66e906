"""Carries out `deploy/Dockerfile` without a container engine: `make image`, as root. Its mounts are
in a namespace of their own, and end with it.

Each stage is a folder with Debian in it, which debootstrap makes once; it stands for the base image, with Debian's
Python. RUN is a chroot. In the end the image is started as a container would be, without a network, without privileges
and with a root that cannot be written, and its health check is asked until it is content.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.deploy.dockerfile import DOCKERFILE, Instruction, Stage, filled, read_dockerfile

CONTEXT = DOCKERFILE.parents[1]
SUITE = "bookworm"
PACKAGES = "ca-certificates,python3,python3-venv,python-is-python3"
NETWORK = (Path("/etc/resolv.conf"), Path("/etc/hosts"), Path("/etc/ssl/certs"))
START_SECONDS = 300
CONFIG = """\
models:
  large: {kind: endpoint, base_url: "http://127.0.0.1:9/v1", model: large}
deployments:
  assistant: {model: large}
"""


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the roots are made; the base is kept for the next time")
    given = parser.parse_args()
    image, root = build(given.folder)
    check(image, root)


def build(folder: Path) -> tuple[Stage, Path]:
    """Carry out all stages; the last one, and its root."""
    folder.mkdir(parents=True, exist_ok=True)
    base = debian(folder / "base")
    roots: dict[str, Path] = {}
    stages = read_dockerfile(DOCKERFILE.read_text(encoding="utf-8"))
    for number, stage in enumerate(stages):
        root = folder / f"stage-{number}"
        shutil.rmtree(root, ignore_errors=True)
        subprocess.run(["cp", "-a", base, root], check=True)
        say(f"FROM {stage.base}: Debian {SUITE} and its Python stand for it")
        carry_out(stage, root, roots)
        roots[stage.name] = root
    return stages[-1], root


def debian(root: Path) -> Path:
    """The base, made once."""
    if not (root / "usr/bin/python").exists():
        shutil.rmtree(root, ignore_errors=True)
        say(f"debootstrap {SUITE}")
        subprocess.run(["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, root, mirror()], check=True)
    return root


def mirror() -> str:
    """Where this machine's own packages come from."""
    command = ["apt-get", "indextargets", "--format", "$(CODENAME) $(REPO_URI)", "Created-By: Packages"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return next(line.split()[1] for line in listed.splitlines() if line.split()[0] == SUITE)


def carry_out(stage: Stage, root: Path, roots: Mapping[str, Path]) -> None:
    """The instructions that change files; the others say how the image is started."""
    folder = Path("/")
    for each in stage.instructions:
        say(f"{each.name} {each.value}")
        if each.name == "WORKDIR":
            folder = Path(each.value)
            (root / folder.relative_to("/")).mkdir(parents=True, exist_ok=True)
        elif each.name == "COPY":
            copy(each, root, folder, roots)
        elif each.name == "RUN":
            with mounted(root):
                inside(root, ["sh", "-ec", f"cd {folder}; {each.value}"], {**stage.environment, **pip_settings()})


def copy(step: Instruction, root: Path, folder: Path, roots: Mapping[str, Path]) -> None:
    """COPY: from the context, or from another stage's root; a folder's content goes into a folder."""
    *sources, target = step.words
    to = root / (folder / target).relative_to("/")
    origin = roots[step.options["from"]] if "from" in step.options else CONTEXT
    to_folder = len(sources) > 1 or target.endswith("/")
    for source in sources:
        found = origin / source.removeprefix("/")
        if found.is_dir():
            shutil.copytree(found, to, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (to if to_folder else to.parent).mkdir(parents=True, exist_ok=True)
            shutil.copy2(found, to / found.name if to_folder else to)


@contextmanager
def mounted(root: Path) -> Iterator[None]:
    """What RUN needs of this machine: /proc, names of hosts, certificates, and the files that pip's settings name."""
    with ExitStack() as stack:
        stack.enter_context(mount(root / "proc", "-t", "proc", "proc"))
        for path in (*NETWORK, *pip_paths()):
            stack.enter_context(bound(path, root / path.relative_to("/")))
        yield


@contextmanager
def bound(path: Path, target: Path, *options: str) -> Iterator[None]:
    """A file or folder of this machine, shown read-only at another place unless `options` say otherwise."""
    if path.is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    with mount(target, "--bind", "-o", ",".join(options or ("ro",)), str(path.resolve())):
        yield


@contextmanager
def mount(target: Path, *words: str) -> Iterator[None]:
    subprocess.run(["mount", *words, target], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", target], check=True)


def pip_settings() -> dict[str, str]:
    """This machine's settings of pip, as variables: which index, which certificates."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    pairs = re.findall(r"^(?:global|:env:)\.([\w-]+)='(.*)'$", listed, re.MULTILINE)
    return {f"PIP_{name.upper().replace('-', '_')}": value for name, value in pairs}


def pip_paths() -> list[Path]:
    """The files and folders that those settings name."""
    words = " ".join(pip_settings().values()).replace("file://", "").split()
    named = {Path(word) for word in words if word.startswith("/")}
    paths = {
        path.parent if path.name == "simple" else path for path in named
    }  # an index's pages link to files beside it
    return sorted(path for path in paths if path.exists() and not path.is_relative_to("/etc/ssl/certs"))


def inside(root: Path, command: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run a command in a root; raises where it fails."""
    clean = {"PATH": filled("$PATH", {}), "HOME": "/root", **environment}
    subprocess.run(["chroot", root, *command], env=clean, check=True)


# ---- the image, started ----


def check(image: Stage, root: Path) -> None:
    """Start it as a container would be, and look at what it can and cannot do."""
    with tempfile.TemporaryDirectory() as kept, ExitStack() as stack:
        config, data = Path(kept, "guard.yaml"), Path(kept, "data")
        config.write_text(CONFIG)
        owner = (root / image.last("VOLUME").value.removeprefix("/")).stat()
        data.mkdir(mode=0o700)
        os.chown(data, owner.st_uid, owner.st_gid)
        stack.enter_context(mount(root, "--bind", str(root)))
        stack.enter_context(bound(config, root / "config/guard.yaml"))
        stack.enter_context(bound(data, root / image.last("VOLUME").value.removeprefix("/"), "rw"))
        stack.enter_context(mount(root / "proc", "-t", "proc", "proc"))
        stack.enter_context(mount(root / "tmp", "-t", "tmpfs", "tmpfs"))
        subprocess.run(["mount", "-o", "remount,bind,ro", root], check=True)
        look(Container(image, root))


class Container:
    """The image's user in its read-only root, on a network of its own."""

    def __init__(self, image: Stage, root: Path) -> None:
        self.image = image
        self.root = root
        self._lone = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "ip link set lo up; echo up; exec sleep 3600"], stdout=-1
        )
        assert self._lone.stdout is not None
        assert self._lone.stdout.readline() == b"up\n"

    def command(self, *words: str) -> list[str]:
        """How words are run there."""
        user = self.image.last("USER").value
        settings = {**self.image.environment, "SITUGUARD_CONFIG": "/config/guard.yaml", "HOME": "/"}
        without = [
            "setpriv",
            f"--reuid={user}",
            f"--regid={user}",
            "--clear-groups",
            "--no-new-privs",
            "--bounding-set=-all",
        ]
        variables = [f"{name}={value}" for name, value in settings.items()]
        network = ["nsenter", f"--net=/proc/{self._lone.pid}/ns/net"]
        return [*network, "chroot", str(self.root), *without, "env", "-i", *variables, *words]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command(*words), capture_output=True, text=True, check=False)

    def end(self) -> None:
        self._lone.kill()
        self._lone.wait()


def look(container: Container) -> None:
    """Raise where something is not as it should be."""
    image = container.image
    entry, healthcheck = image.last("ENTRYPOINT").words, image.last("HEALTHCHECK").words
    try:
        for path in ("/written", "/opt/situguard/written"):
            refused = container.run("touch", path)
            expect("Read-only file system" in refused.stderr, f"{path} cannot be written")
        expect(container.run("id", "-u").stdout.strip() not in {"", "0"}, "the user is not root")
        expect(container.run(*healthcheck).returncode != 0, "the health check fails while nothing runs")
        refused = container.run(*entry, *image.last("CMD").words)
        expect(
            refused.returncode != 0 and "key" in refused.stderr, "without keys it does not listen beyond the machine"
        )
        made = container.run(*entry, "keys", "create", "app")
        expect(made.returncode == 0, "a key is made")
        serving = subprocess.Popen(container.command(*entry, *image.last("CMD").words))
        try:
            expect(healthy(container, healthcheck, serving), "the health check is content")
        finally:
            serving.terminate()
            expect(serving.wait(60) == 0, "it ends in order when told to")
    finally:
        container.end()


def healthy(container: Container, healthcheck: Sequence[str], serving: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and serving.poll() is None:
        if container.run(*healthcheck).returncode == 0:
            return True
        time.sleep(1)
    return False


def expect(holds: bool, what: str) -> None:
    """Say it; the run ends where it does not hold."""
    say(f"{'ok ' if holds else 'NOT'} {what}")
    if not holds:
        raise SystemExit(1)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
