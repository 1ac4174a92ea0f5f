"""The Dockerfile, without Docker: its commands install a bot that runs, answers and stops."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.config import Settings
from tests.image import ROOT, Image, Instruction, context, stages
from tests.ports import free_port

BUILD, FINAL = stages((ROOT / "Dockerfile").read_text(encoding="utf-8"))
START_SECONDS = 120.0  # a busy machine is not a failure
STOP_SECONDS = 60.0
CHECK_SECONDS = 2.0


def only(name: str) -> Instruction:
    """The final stage's one instruction of that *name*."""
    (found,) = [one for one in FINAL if one.name == name]
    return found


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """The build stage's files, and the final stage's environment."""
    built = Image(tmp_path_factory.mktemp("image"))
    built.build(BUILD)
    built.read_environment(FINAL)
    (built.app / "data").mkdir()
    return built


@pytest.fixture(scope="module")
def environ(image: Image) -> dict[str, str]:
    """The image's environment, on free ports and with little history to invent."""
    return {
        **image.environ,
        "METRICS_PORT": str(free_port()),
        "SANDBOX_PORT": "0",
        "SANDBOX_HISTORY_DAYS": "1",
    }


@dataclass(frozen=True, slots=True)
class Life:
    """One run of the image's own command, from its start to SIGTERM.

    files: what it left behind in /app, relative to it, without what was there before
    """

    code: int
    said: str
    files: set[Path]


@pytest.fixture(scope="module")
def life(image: Image, environ: dict[str, str]) -> Life:
    """A life until HEALTHCHECK was content."""
    before = set(image.app.rglob("*"))
    words = [*only("ENTRYPOINT").words, *only("CMD").words]
    with (image.folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  the project's own Dockerfile
            image.command(words), cwd=image.app, env=environ, stdout=log, stderr=log
        )
        try:
            wait_until_healthy(process, image, environ)
            process.send_signal(signal.SIGTERM)
            code = process.wait(STOP_SECONDS)
        finally:
            process.kill()
            process.wait()
    said = (image.folder / "log").read_text(encoding="utf-8")
    left = set(image.app.rglob("*")) - before
    return Life(code, said, {path.relative_to(image.app) for path in left})


def wait_until_healthy(
    process: subprocess.Popen[bytes], image: Image, environ: dict[str, str]
) -> None:
    limit = time.monotonic() + START_SECONDS
    while not is_healthy(image, environ):
        assert process.poll() is None, (image.folder / "log").read_text(encoding="utf-8")
        assert time.monotonic() < limit, (image.folder / "log").read_text(encoding="utf-8")
        time.sleep(CHECK_SECONDS)  # or the checks would take the time that the start needs


def is_healthy(image: Image, environ: dict[str, str]) -> bool:
    """What HEALTHCHECK says."""
    words = only("HEALTHCHECK").words
    ended = subprocess.run(  # noqa: S603  the project's own Dockerfile
        image.command(words), cwd=image.app, env=environ, capture_output=True, check=False
    )
    assert ended.returncode in {0, 1}, ended.stderr
    return ended.returncode == 0


def test_hadolint_has_nothing_to_say() -> None:
    hadolint = Path(sys.executable).parent / "hadolint"

    read = subprocess.run(  # noqa: S603  a tool of ours
        [hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )

    assert (read.returncode, read.stdout) == (0, "")


def test_the_installed_bot_gets_healthy_and_stops_when_asked(life: Life) -> None:
    assert life.code == 0, life.said
    assert "Traceback" not in life.said


def test_the_bot_writes_below_the_volume_only(life: Life) -> None:
    volume = Path(only("VOLUME").rest).relative_to("/app")

    assert life.files
    assert {path for path in life.files if volume not in path.parents} == set()


def test_the_healthcheck_fails_where_no_bot_answers(image: Image, environ: dict[str, str]) -> None:
    nobody = {**environ, "METRICS_PORT": str(free_port())}

    assert not is_healthy(image, nobody)


def test_the_process_is_not_root() -> None:
    user, _, group = only("USER").rest.partition(":")

    assert int(user) >= 10_000
    assert group == user
    assert any(f"--uid {user}" in one.rest for one in FINAL if one.name == "RUN")


def test_nothing_stands_between_a_signal_and_the_bot() -> None:
    assert only("ENTRYPOINT").rest.startswith("[")
    assert only("STOPSIGNAL").rest == "SIGTERM"


def test_the_healthcheck_has_limits_and_needs_no_curl() -> None:
    check = only("HEALTHCHECK").rest

    for limit in ("--interval=", "--timeout=", "--start-period=", "--retries="):
        assert limit in check
    assert only("HEALTHCHECK").words == ["telegauge", "healthcheck"]


def test_every_variable_of_the_image_is_python_s_or_a_setting(image: Image) -> None:
    ours = {name.upper() for name in Settings.model_fields}

    assert {name for name in image.environ if not name.startswith("PYTHON")} - ours == {
        "PATH",
        "MPLCONFIGDIR",  # where matplotlib keeps what it knows of the fonts
    }
    assert not any(name.startswith("SANDBOX") for name in image.environ)


def test_the_base_is_pinned_to_a_minor_version_the_project_supports() -> None:
    bases = {stage[0].rest.split()[0] for stage in (BUILD, FINAL)}

    (base,) = bases
    major, minor = base.removeprefix("python:").removesuffix("-slim").split(".")
    assert (int(major), int(minor)) >= (3, 11)


def test_no_data_and_no_settings_are_sent_to_docker() -> None:
    tops = {path.parts[0] for path in context()}

    assert tops == {"bot", "migrations", "requirements", "pyproject.toml", "README.md", "LICENSE"}


def test_the_volume_belongs_to_whoever_runs(image: Image) -> None:
    owners = [one.rest for one in FINAL if one.name == "RUN" and "/app/data" in one.rest]

    assert any("--owner=telegauge" in owner for owner in owners)
    assert (image.app / "migrations" / "env.py").exists()
