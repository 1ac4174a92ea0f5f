// Pictures, sound and files of a message.

import { fileAddress } from "./api.js";
import { bytes, duration, el, icon } from "./dom.js";
import { lightbox } from "./overlays.js";
import { player } from "./player.js";

function photo(message) {
  const largest = message.photo.reduce((best, size) => (size.width * size.height > best.width * best.height ? size : best));
  const address = fileAddress(largest.file_id);
  const text = message.caption ?? "Photo";
  // Width and height reserve the place, so nothing jumps when the picture arrives.
  const image = el("img", { src: address, alt: text, width: largest.width || 320, height: largest.height || 240 });
  image.addEventListener("error", () => image.classList.add("broken"));
  const veil = message.has_media_spoiler ? "veiled" : "";
  const button = el("button", { type: "button", class: `photo ${veil}`, "aria-label": `Enlarge: ${text}` }, image);
  button.addEventListener("click", () => (button.classList.contains("veiled") ? button.classList.remove("veiled") : lightbox(address, text)));
  return button;
}

const film = (file, props) =>
  el("video", { class: "film", src: fileAddress(file.file_id), width: file.width || 320, height: file.height || 240, preload: "metadata", playsinline: true, ...props });

function animation({ animation: file }) {
  if (file.mime_type?.startsWith("image/")) return el("img", { class: "film", src: fileAddress(file.file_id), alt: "GIF" });
  return film(file, { loop: true, controls: true, "aria-label": "GIF" });
}

function sticker({ sticker: file }) {
  // Animated stickers are Lottie files; their emoji says the same.
  if (file.is_animated) return el("span", { class: "sticker big-emoji" }, file.emoji ?? "🙂");
  if (file.is_video) return el("video", { class: "sticker", src: fileAddress(file.file_id), autoplay: true, loop: true, "aria-label": file.emoji ?? "Sticker" });
  const image = el("img", { class: "sticker", src: fileAddress(file.file_id), alt: `Sticker ${file.emoji ?? ""}`, width: 160, height: 160 });
  image.addEventListener("error", () => image.replaceWith(el("span", { class: "sticker big-emoji" }, file.emoji ?? "🙂")));
  return image;
}

function file({ document: thing }) {
  const name = thing.file_name ?? "file";
  const ending = name.includes(".") ? name.split(".").pop().slice(0, 4) : "";
  return el("a", { class: "file", href: fileAddress(thing.file_id), download: name, "aria-label": `Download ${name}, ${bytes(thing.file_size)}` },
    el("span", { class: "file-kind", "aria-hidden": "true" }, ending || icon("file")),
    el("span", { class: "file-text" }, el("span", { class: "file-name" }, name), el("span", { class: "faint" }, bytes(thing.file_size))),
    icon("down"));
}

const audio = ({ audio: song }) =>
  player(song, song.title ?? song.file_name ?? "Audio", song.performer ?? "");

const voice = ({ voice: words }) => player(words, "Voice message", "");

const contact = ({ contact: who }) =>
  el("p", { class: "card" }, el("strong", {}, [who.first_name, who.last_name].filter(Boolean).join(" ")), el("span", { class: "faint" }, who.phone_number));

const place = ({ venue, location }) =>
  el("p", { class: "card" }, el("strong", {}, venue?.title ?? "Location"),
    el("span", { class: "faint" }, venue?.address ?? `${location.latitude.toFixed(5)}, ${location.longitude.toFixed(5)}`));

const dice = ({ dice: thrown }) =>
  el("p", { class: "dice", "aria-label": `${thrown.emoji} ${thrown.value}` }, el("span", { class: "big-emoji" }, thrown.emoji), el("span", { class: "pill" }, String(thrown.value)));

const DRAW = {
  photo, animation, sticker, audio, voice, contact, dice, venue: place, location: place,
  video: ({ video: clip }) => el("figure", { class: "clip" }, film(clip, { controls: true, "aria-label": `Video, ${duration(clip.duration)}` })),
  video_note: ({ video_note: note }) => film({ ...note, width: 220, height: 220 }, { class: "film note", controls: true, "aria-label": "Video message" }),
  document: file,
};

/** The kind of media a message has, null if none; a GIF comes with a document of the same file. */
export const mediaKind = (message) => Object.keys(DRAW).find((kind) => message[kind] !== undefined) ?? null;

/** The media of a message as a node, null if it has none. */
export function media(message) {
  const kind = mediaKind(message);
  return kind && DRAW[kind](message);
}
