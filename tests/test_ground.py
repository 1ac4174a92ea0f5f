"""The ground: pinned lists, the Makefile on a bare machine, and a CI that cannot be fooled."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.house import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LISTS = {
    name: (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    for name in ("run", "dev", "fuzz", "install")
}
PINS = {
    name: dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))
    for name, text in LISTS.items()
}
WANTED = {
    "run": [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["postgres"]],
    "dev": PROJECT["optional-dependencies"]["dev"],
}
TOOLS = (
    *("bash", "cat", "chmod", "dirname", "env", "git", "grep", "mkdir", "mktemp", "rm", "tail"),
    *("tee", "timeout"),
)
PROGRAMS = (
    *("chromium-headless-shell", "promtool", "prometheus-alertmanager", "faketime"),
    "python3",
)


@pytest.mark.parametrize("name", ["run", "dev"])
def test_every_dependency_is_pinned(name: str) -> None:
    wanted = {re.split(r"[\[<>=]", one)[0].lower() for one in WANTED[name]}

    assert wanted <= PINS[name].keys()


@pytest.mark.parametrize("name", LISTS)
def test_a_pinned_list_holds_pins_only_and_no_address(name: str) -> None:
    lines = [line for line in LISTS[name].splitlines() if line.strip(" #")]

    assert [line for line in lines if not re.match(r"\s*#|[\w.-]+==", line)] == []
    assert "://" not in LISTS[name]


def test_the_developer_runs_what_the_operator_runs() -> None:
    assert PINS["run"].items() <= PINS["dev"].items()


def test_what_yt_dlp_would_use_instead_stays_out_of_our_environment() -> None:
    assert "requests" in PINS["fuzz"]
    assert "requests" not in PINS["dev"]


@pytest.mark.parametrize(
    ("target", "pinned"),
    [("run", "run.txt"), ("test", "dev.txt"), ("check", "dev.txt"), ("fuzz", "fuzz.txt")],
)
def test_make_prepares_a_bare_machine_by_itself(target: str, pinned: str, tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")

    planned = subprocess.run(  # noqa: S603  our own Makefile
        ["make", "--dry-run", target],  # noqa: S607  whichever make there is
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "-m venv .venv" in planned.stdout
    what, place = re.escape(f"-r requirements/{pinned}"), ".fuzz" if target == "fuzz" else ".venv"
    by_uv = rf"bin/uv pip install .*--python {place}/bin/python .*{what}; }}"
    by_pip = rf"{place}/bin/python -m pip install .*{what}$"
    assert re.search(rf"{by_uv}.*\|\| +{by_pip}", planned.stdout, re.MULTILINE)


def test_the_licence_is_mit() -> None:
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
    assert PROJECT["license"] == "MIT"


class Machine:
    """A folder with .ci/run in it, and a PATH that has only what the test put there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        (folder / ".ci").mkdir()
        shutil.copy(ROOT / ".ci" / "run", folder / ".ci")
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool) or tool)
        for program in PROGRAMS:
            self.has(program, "")
        # Not root, and a sudo that only notes what it was asked for.
        self.has("id", "echo 1000")
        self.has("sudo", f'echo "$*" >> {folder}/sudo')
        self.has("make", "echo 3 passed in 0.10s")

    def has(self, program: str, script: str) -> None:
        """Put *program* into the PATH."""
        (self.bin / program).write_text(f"#!{shutil.which('bash')}\n{script}\n", encoding="utf-8")
        (self.bin / program).chmod(0o755)

    def wraps(self, program: str, word: str, script: str) -> None:
        """Let *script* answer where *word* comes first, and *program* anything else."""
        self.lacks(program)
        real = shutil.which(program)
        self.has(program, f'if [[ $1 == {word} ]]; then {script}; else exec {real} "$@"; fi')

    def lacks(self, program: str) -> None:
        """Take *program* away."""
        (self.bin / program).unlink()

    def run(self) -> subprocess.CompletedProcess[str]:
        """Run .ci/run as CI does."""
        return subprocess.run(  # noqa: S603  our own script
            [self.bin / "bash", ".ci/run"],
            cwd=self.folder,
            env={"PATH": str(self.bin), "CI": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def asked_of_root(self) -> str:
        """What sudo was asked for, a line each."""
        file = self.folder / "sudo"
        return file.read_text(encoding="utf-8") if file.exists() else ""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_ci_is_content_with_tests_that_pass(machine: Machine) -> None:
    ended = machine.run()

    assert ended.returncode == 0, ended.stderr
    assert "make check" in ended.stdout
    assert "3 passed in 0.10s" in ended.stdout
    assert machine.asked_of_root == ""


@pytest.mark.parametrize(
    "script",
    [
        "echo 3 passed, 1 skipped in 0.10s",
        "echo 1 failed, 3 passed in 0.10s; exit 1",
        "echo no tests ran in 0.10s; exit 5",
        "echo nothing at all",
        '[[ $1 == check ]] && exit 1; echo "3 passed in 0.10s"',
    ],
)
def test_ci_is_not_content_with_less(script: str, machine: Machine) -> None:
    machine.has("make", script)

    assert machine.run().returncode != 0


def test_ci_installs_what_is_missing_and_starts_no_service(machine: Machine) -> None:
    machine.lacks("chromium-headless-shell")
    machine.lacks("promtool")

    ended = machine.run()

    assert ended.returncode == 0, ended.stderr
    installing = [line for line in machine.asked_of_root.splitlines() if "install" in line]
    assert len(installing) == 1
    assert installing[0].endswith(" chromium-headless-shell prometheus")
    assert Path("/usr/sbin/policy-rc.d").exists() or "policy-rc.d" in machine.asked_of_root


@pytest.mark.parametrize(
    ("disk", "memory", "is_used"),
    [(9_000_000, 9_000_000, True), (64_000, 9_000_000, False), (9_000_000, 64_000, False)],
)
def test_ci_writes_in_memory_where_there_is_room(
    disk: int, memory: int, *, is_used: bool, machine: Machine
) -> None:
    place = machine.folder / "memory"
    machine.has("df", f"echo {disk}")
    machine.wraps("grep", "-oP", f"echo {memory}")
    machine.wraps("mktemp", "-d", f"mkdir {place}; echo {place}")
    machine.has("make", f'echo "$TMPDIR" >> {machine.folder}/used; echo 3 passed in 0.10s')

    ended = machine.run()

    assert ended.returncode == 0, ended.stderr
    used = (machine.folder / "used").read_text(encoding="utf-8").split()
    assert set(used) == ({str(place)} if is_used else set())
    assert not place.exists()
    assert machine.asked_of_root == ""


def test_ci_can_be_run_and_ends_within_twelve_minutes() -> None:
    script = ROOT / ".ci" / "run"

    assert os.access(script, os.X_OK)
    assert "LIMIT=720\n" in script.read_text(encoding="utf-8")
