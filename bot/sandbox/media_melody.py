"""A melody of our own, from arithmetic: what the sandbox's media site plays and sends."""

from __future__ import annotations

import io
import math
import wave
from array import array

HERTZ = 44_100
SAMPLE_BYTES = 2
BYTES_A_SECOND = HERTZ * SAMPLE_BYTES
BEAT_SECONDS = 0.4
HEADER_BYTES = 44
# Half tones above the A of 220 Hz, a beat each; every line but the last rises and sinks again.
TUNE = (
    *(0, 3, 7, 12, 10, 7, 5, 3, 0, 5, 8, 12, 15, 12, 8, 5),
    *(2, 5, 10, 14, 12, 10, 7, 5, 3, 7, 10, 15, 14, 10, 7, 3),
    *(0, 3, 7, 12, 15, 19, 15, 12, 8, 12, 15, 20, 19, 15, 12, 8),
    *(7, 10, 14, 19, 17, 14, 10, 7, 12, 7, 3, 0),
)
SECONDS = len(TUNE) * BEAT_SECONDS
OVERTONES = ((1, 0.55), (2, 0.25), (3, 0.12))


def melody() -> bytes:
    """The melody as a WAV file of `SECONDS`, one channel of 16 bits."""
    notes = {step: _note(220 * 2 ** (step / 12)) for step in set(TUNE)}
    with io.BytesIO() as file:
        with wave.open(file, "wb") as sound:
            sound.setparams((1, SAMPLE_BYTES, HERTZ, 0, "NONE", ""))
            sound.writeframes(b"".join(notes[step] for step in TUNE))
        return file.getvalue()


def silent_header(size: int) -> bytes:
    """The first bytes of a WAV file of *size* bytes in all; what follows may be zeros."""
    with io.BytesIO() as file:
        with wave.open(file, "wb") as sound:
            sound.setparams((1, SAMPLE_BYTES, HERTZ, 0, "NONE", ""))
        header = bytearray(file.getvalue())
    header[4:8] = (size - 8).to_bytes(4, "little")
    header[40:44] = (size - HEADER_BYTES).to_bytes(4, "little")
    return bytes(header)


def _note(hertz: float) -> bytes:
    """One beat of a plucked string."""
    count = round(HERTZ * BEAT_SECONDS)
    turn = 2 * math.pi * hertz / HERTZ
    samples = array("h", bytes(count * SAMPLE_BYTES))
    for at in range(count):
        # Loud within 5 ms, then ever softer, and silent when the next one begins.
        loudness = min(at / 220, 1) * math.exp(-4 * at / count) * min((count - at) / 600, 1)
        swing = sum(share * math.sin(turn * n * at) for n, share in OVERTONES)
        samples[at] = round(30_000 * loudness * swing)
    return samples.tobytes()
