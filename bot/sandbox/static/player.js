// Sound with a play button, a line to seek on, and the time.

import { fileAddress } from "./api.js";
import { bytes, duration, el, icon } from "./dom.js";
import { toast } from "./overlays.js";

let playing = null;

/** A player for an audio or voice file with a title and a performer (may be empty). */
export function player(file, title, performer) {
  const sound = el("audio", { src: fileAddress(file.file_id), preload: "none" });
  const button = el("button", { type: "button", class: "play", "aria-label": `Play ${title}` }, icon("play"));
  const line = el("input", { type: "range", class: "seek", min: "0", max: String(file.duration || 1), step: "0.1", value: "0", "aria-label": `Position in ${title}` });
  const time = el("span", { class: "time" }, duration(file.duration));
  button.addEventListener("click", () => toggle(sound));
  line.addEventListener("input", () => { sound.currentTime = Number(line.value); });
  follow(sound, button, line, time, file, title);
  return el("div", { class: "player" }, button,
    el("div", { class: "player-text" },
      el("span", { class: "player-title" }, title),
      performer ? el("span", { class: "faint" }, performer) : null,
      line, el("span", { class: "faint" }, time, file.file_size ? ` · ${bytes(file.file_size)}` : "")),
    sound);
}

function toggle(sound) {
  if (!sound.paused) {
    sound.pause();
    return;
  }
  if (playing && playing !== sound) playing.pause();
  playing = sound;
  sound.play().catch(() => toast("This sound can't be played here.", "error"));
}

function follow(sound, button, line, time, file, title) {
  const paint = () => {
    button.replaceChildren(icon(sound.paused ? "play" : "pause"));
    button.setAttribute("aria-label", `${sound.paused ? "Play" : "Pause"} ${title}`);
  };
  sound.addEventListener("play", paint);
  sound.addEventListener("pause", paint);
  sound.addEventListener("loadedmetadata", () => {
    if (Number.isFinite(sound.duration)) line.max = String(sound.duration);
  });
  sound.addEventListener("timeupdate", () => {
    line.value = String(sound.currentTime);
    time.textContent = `${duration(sound.currentTime)} / ${duration(sound.duration || file.duration)}`;
  });
}
