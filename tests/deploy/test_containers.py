"""compose.yaml and the manifest for Kubernetes, by the schemas of their owners."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from bot.config import Settings

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = [pytest.param(one, id=name) for name, one in COMPOSE["services"].items()]
SCHEMAS = Path(__file__).parent / "schemas"
MANIFEST = ROOT / "deploy" / "kubernetes.yaml"


def test_compose_passes_its_own_schema() -> None:
    schema = json.loads((SCHEMAS / "compose-spec.json").read_text(encoding="utf-8"))

    faults = Draft202012Validator(schema).iter_errors(COMPOSE)

    assert [fault.message for fault in faults] == []


def test_a_field_that_compose_does_not_know_would_be_found() -> None:
    schema = json.loads((SCHEMAS / "compose-spec.json").read_text(encoding="utf-8"))
    wrong = COMPOSE | {"services": {"bot": {"imagee": "telegauge"}}}

    assert list(Draft202012Validator(schema).iter_errors(wrong))


def test_the_manifest_passes_the_schema_of_kubernetes() -> None:
    command = [sys.executable, "-m", "kubernetes_validate", "--strict", "--quiet", str(MANIFEST)]
    done = subprocess.run(  # noqa: S603  our own words
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_its_limits(service: dict[str, Any]) -> None:
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "3"}
    assert service["cap_drop"] == ["ALL"]


def test_nothing_listens_beyond_this_machine() -> None:
    ports = [port for one in COMPOSE["services"].values() for port in one.get("ports", ())]

    assert len(ports) == 4
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_a_service_starts_when_what_it_needs_is_well() -> None:
    waits = {
        name: {needed: how["condition"] for needed, how in one.get("depends_on", {}).items()}
        for name, one in COMPOSE["services"].items()
    }

    assert waits == {
        "secrets": {},
        "bot": {"secrets": "service_completed_successfully"},
        "prometheus": {"bot": "service_started"},
        "grafana": {"prometheus": "service_healthy"},
    }


def test_every_file_that_is_mounted_exists() -> None:
    mounts = [one for s in COMPOSE["services"].values() for one in s.get("volumes", ())]
    folders = [mount.split(":")[0] for mount in mounts if mount.startswith(".")]
    named = {mount.split(":")[0] for mount in mounts if not mount.startswith(".")}

    assert folders and all((ROOT / folder).is_dir() for folder in folders)
    assert named == set(COMPOSE["volumes"])


def test_the_bots_environment_is_made_of_settings() -> None:
    names = COMPOSE["services"]["bot"]["environment"]

    assert {name.removesuffix("_FILE").lower() for name in names} <= set(Settings.model_fields)


def test_secrets_are_made_once_and_never_shown(tmp_path: Path) -> None:
    (script,) = COMPOSE["services"]["secrets"]["command"]
    script = script.replace("/run/telegauge", str(tmp_path)).replace("$$", "$")
    command = [sys.executable, "-c", script]

    said = [
        subprocess.run(command, capture_output=True, check=True).stdout  # noqa: S603  the file's
        for _ in range(2)
    ]
    made = {file.name: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()}

    assert said == [b"", b""]
    assert set(made) == {"metrics_token", "grafana_password"}
    assert all(re.fullmatch(r"[\w-]{32}", value) for value in made.values())


def test_the_manifest_asks_the_right_doors() -> None:
    _, deployment, _ = yaml.safe_load_all(MANIFEST.read_text(encoding="utf-8"))
    template = deployment["spec"]["template"]
    (bot,) = template["spec"]["containers"]
    doors = {name: bot[name]["httpGet"]["path"] for name in ("readinessProbe", "livenessProbe")}

    assert doors == {"readinessProbe": "/readyz", "livenessProbe": "/livez"}
    assert template["metadata"]["annotations"]["prometheus.io/scrape"] == "true"
    assert template["spec"]["securityContext"]["runAsUser"] == 10001
