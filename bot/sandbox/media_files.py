"""The files of the sandbox's media site: generated on the first wish, gone with the sandbox."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from bot.errors import BotError
from bot.sandbox.media_melody import melody

HEIGHTS = (360, 480, 720, 1080)
FILM_SECONDS = 12
SEGMENT_SECONDS = 2
RATE = 10  # frames a second
MELODY, SONG, COVER = "melody.wav", "song.m4a", "song.jpg"
STILL, CLIP = "film.jpg", "film.mp4"
OF_FILM = re.compile(r"film(-(360|480|720|1080)p(\.m3u8|-\d\d\.ts))?(\.jpg|\.mp4)?")
ENCODER_SECONDS = 120

FindEncoder = Callable[[], str | None]


class MediaError(BotError):
    """A file cannot be made here; the text says what is missing."""


def find_ffmpeg() -> str | None:
    """Where ffmpeg is: the system's, else that of the package imageio-ffmpeg, else None."""
    if found := shutil.which("ffmpeg"):
        return found
    try:
        return str(importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        return None


def kind_of(name: str) -> str | None:
    """What has to be made for the file called *name*; None for a name that we have not."""
    if name == MELODY:
        return "melody"
    if name in {SONG, COVER}:
        return "song"
    return "film" if OF_FILM.fullmatch(name) else None


class MediaFiles:
    """A temporary folder that fills with what is asked for, each kind once."""

    def __init__(
        self, find_encoder: FindEncoder = find_ffmpeg, parent: Path | None = None
    ) -> None:
        self._find_encoder = find_encoder
        self._parent = parent  # None: where the system keeps what is temporary
        self._folder: Path | None = None
        self._made: dict[str, asyncio.Task[None]] = {}

    async def path(self, name: str) -> Path | None:
        """The file called *name*, made if need be; None when there is no such file.

        Raises MediaError when it takes an ffmpeg that is not there or fails.
        """
        kind = kind_of(name)
        if kind is None:
            return None
        await self._ready(kind)
        path = self._home() / name
        return path if path.is_file() else None

    async def can_encode(self) -> bool:
        """Whether there is an ffmpeg."""
        return bool(await asyncio.to_thread(self._find_encoder))

    def size(self, start: str) -> int:
        """Bytes of all the files whose names begin with *start*, which must have been made."""
        return sum(path.stat().st_size for path in self._home().glob(f"{start}*"))

    async def close(self) -> None:
        """Stop what is being made and remove the folder."""
        for task in self._made.values():
            task.cancel()
        await asyncio.gather(*self._made.values(), return_exceptions=True)
        self._made.clear()
        if self._folder:
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
            self._folder = None

    async def _ready(self, kind: str) -> None:
        """Make the files of that kind once, however many ask and whoever of them goes away."""
        if kind not in self._made:
            self._made[kind] = asyncio.create_task(self._make(kind), name=f"make {kind}")
        task = self._made[kind]
        try:
            await asyncio.shield(task)
        except MediaError:
            if self._made.get(kind) is task:
                del self._made[kind]  # the next one who asks may have more luck
            raise

    async def _make(self, kind: str) -> None:
        if kind == "melody":
            (self._home() / MELODY).write_bytes(await asyncio.to_thread(melody))
            return
        await self._ready("melody")
        for command in _song() if kind == "song" else _film():
            await self._encode(command)

    async def _encode(self, words: list[str]) -> None:
        """Run ffmpeg in the folder; it ends with us."""
        encoder = await asyncio.to_thread(self._find_encoder)
        if encoder is None:
            raise MediaError("making this takes ffmpeg, and this machine has none")
        command = (encoder, "-v", "error", "-nostdin", "-y", *words)
        process = await asyncio.create_subprocess_exec(
            *command, cwd=self._home(), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        try:
            async with asyncio.timeout(ENCODER_SECONDS):
                _, complaint = await process.communicate()
        except TimeoutError:
            raise MediaError(f"ffmpeg took more than {ENCODER_SECONDS} seconds") from None
        finally:
            await _end(process)
        if process.returncode:
            raise MediaError(f"ffmpeg failed: {complaint.decode(errors='replace')[-200:].strip()}")

    def _home(self) -> Path:
        """The folder, which is there from the first file on."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="telegauge-media-", dir=self._parent))
        return self._folder


async def _end(process: asyncio.subprocess.Process) -> None:
    """Nothing runs on, however we were left."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _song() -> list[list[str]]:
    """What ffmpeg does for the song and its cover."""
    tags = ["-metadata", "title=A synthetic melody", "-metadata", "artist=Telegauge sandbox"]
    sound = ["-i", MELODY, "-c:a", "aac", "-b:a", "128k", *tags, "-movflags", "+faststart", SONG]
    drawing = "gradients=size=640x640:c0=0x1d4e89:c1=0xf79256:x0=0:y0=0:x1=640:y1=640:seed=7"
    return [sound, ["-f", "lavfi", "-i", drawing, "-frames:v", "1", "-q:v", "4", COVER]]


def _film() -> list[list[str]]:
    """What ffmpeg does for the film: every height in segments, one as a file, and a still."""
    pattern = f"testsrc2=size=1920x1080:rate={RATE}:duration={FILM_SECONDS}"
    copies = "".join(f"[c{height}]" for height in HEIGHTS)
    scaled = ";".join(f"[c{height}]scale=-2:{height}[v{height}]" for height in HEIGHTS)
    drawing = f"[0:v]split={len(HEIGHTS)}{copies};{scaled}"
    heights = [word for height in HEIGHTS for word in _rendition(height)]
    source = ["-f", "lavfi", "-i", pattern, "-i", MELODY, "-filter_complex", drawing]
    clip = ["-i", "film-360p.m3u8", "-c", "copy", "-movflags", "+faststart", CLIP]
    still = ["-ss", "1", "-i", CLIP, "-frames:v", "1", "-q:v", "4", STILL]
    return [[*source, *heights], clip, still]


def _rendition(height: int) -> list[str]:
    name = f"film-{height}p"
    picture = f"-c:v libx264 -preset ultrafast -crf 34 -g {RATE * SEGMENT_SECONDS} -sc_threshold 0"
    shape = f"-f hls -hls_time {SEGMENT_SECONDS} -hls_playlist_type vod"
    return [
        *f"-map [v{height}] -map 1:a -t {FILM_SECONDS} {picture} -pix_fmt yuv420p".split(),
        *f"-c:a aac -b:a 64k {shape}".split(),
        *("-hls_segment_filename", f"{name}-%02d.ts", f"{name}.m3u8"),
    ]
