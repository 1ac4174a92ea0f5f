"""Builds what a Dockerfile describes, without Docker: its own commands, in a folder of ours."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parent.parent
SECONDS = 300  # for one command: it may have to fetch packages


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction of a Dockerfile, its lines joined: COPY, "a b"."""

    name: str
    rest: str

    @property
    def words(self) -> list[str]:
        """The words of an exec form, or of a plain one."""
        _, bracket, tail = self.rest.partition("[")
        return json.loads(bracket + tail) if bracket else shlex.split(self.rest)


def stages(text: str) -> list[list[Instruction]]:
    """The instructions of each stage, FROM first."""
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    found: list[list[Instruction]] = []
    for line in re.sub(r"\\\n\s*", "", lines).splitlines():
        if not line.strip():
            continue
        name, _, rest = line.partition(" ")
        if name == "FROM":
            found.append([])
        found[-1].append(Instruction(name, rest))
    return found


def context() -> list[Path]:
    """The files that Docker would be sent, relative to the root: .dockerignore applied."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(  # noqa: S603  our own words
        command, cwd=ROOT, capture_output=True, text=True, check=True
    )
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    return [Path(name) for name in listed.stdout.splitlines() if _is_sent(name, rules)]


def _is_sent(name: str, rules: list[str]) -> bool:
    is_sent = True
    for rule in rules:
        if not rule or rule.startswith("#"):
            continue
        pattern = rule.removeprefix("!").replace("**/", "*")
        if fnmatch(name, pattern) or name.startswith(f"{pattern}/"):
            is_sent = rule.startswith("!")
    return is_sent


@dataclass(frozen=True, slots=True)
class Image:
    """What a Dockerfile makes, below *folder* instead of below /."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def app(self) -> Path:
        """Where /app is."""
        return self.folder / "app"

    def here(self, text: str) -> str:
        """*text* with the image's folders replaced by ours."""
        return re.sub(r"(?<![\w.])/(opt|app)\b", rf"{self.folder}/\1", text)

    def build(self, instructions: list[Instruction]) -> None:
        """Do what a stage says about files."""
        (self.folder / "opt").mkdir()
        self.app.mkdir()
        for one in instructions:
            if one.name == "COPY":
                self._copy(*one.words)
            elif one.name == "RUN":
                self._run(one.rest)

    def read_environment(self, instructions: list[Instruction]) -> None:
        """Take over what ENV sets."""
        for one in instructions:
            for name, _, value in (word.partition("=") for word in one.words):
                if one.name == "ENV":
                    self.environ[name] = self.here(value).replace("$PATH", os.environ["PATH"])

    def command(self, words: list[str]) -> list[str]:
        """*words* as this machine runs them: the program found where the image's PATH says."""
        program = shutil.which(words[0], path=self.environ["PATH"])
        assert program, f"{words[0]} is not in the image's PATH"
        return [program, *words[1:]]

    def _copy(self, *words: str) -> None:
        *sources, target = words
        for source in sources:
            files = [p for p in context() if p == Path(source) or Path(source) in p.parents]
            assert files, f"COPY {source}: there is no such file in the context"
            for file in files:
                inner = file.relative_to(source) if Path(source) in file.parents else file.name
                place = self.app / target / inner
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / file, place)

    def _run(self, line: str) -> None:
        # The image's python is the one that runs the tests.
        shell = f'python() {{ "{sys.executable}" "$@"; }}; {self.here(line)}'
        ended = subprocess.run(  # noqa: S603  the project's own Dockerfile
            ["/bin/sh", "-c", shell],
            cwd=self.app,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert ended.returncode == 0, f"RUN {line}\n{ended.stdout}\n{ended.stderr}"
