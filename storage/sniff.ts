/** Media type from the bytes; names and claims of senders count for nothing. Kinds that can be registered are told as a fingerprint tells them. */
import { isMp3 } from "../fingerprint/audio/mp3.ts";
import { isAvif } from "../fingerprint/image/avif-header.ts";
import { isoMediaType, isWebm } from "../fingerprint/video/iso-media.ts";

/** `inline`: a browser may show it. What could run or be misread is offered as a download. */
export type Sniffed = { type: string; inline: boolean };

/** Bytes of the beginning that decide. */
export const SNIFF_BYTES = 4096;

const MAGIC: [string, (b: Uint8Array) => boolean][] = [
  ["image/png", (b) => starts(b, 0, "\x89PNG\r\n\x1a\n")],
  ["image/jpeg", (b) => starts(b, 0, "\xff\xd8\xff")],
  ["image/gif", (b) => starts(b, 0, "GIF87a") || starts(b, 0, "GIF89a")],
  ["image/webp", (b) => starts(b, 0, "RIFF") && starts(b, 8, "WEBP")],
  ["audio/wav", (b) => starts(b, 0, "RIFF") && starts(b, 8, "WAVE")],
  ["audio/midi", (b) => starts(b, 0, "MThd")],
  ["audio/ogg", (b) => starts(b, 0, "OggS")],
  ["audio/flac", (b) => starts(b, 0, "fLaC")],
  ["image/avif", isAvif],
  ["audio/mp4", (b) => isoMediaType(b) === "audio/mp4"],
  ["video/mp4", (b) => isoMediaType(b) === "video/mp4"],
  ["video/webm", isWebm],
  ["audio/mpeg", isMp3],
];

/**
 * @param head the first `SNIFF_BYTES` bytes, or all of a shorter file
 * @param size of the whole file, bytes
 */
export function sniff(head: Uint8Array, size: number): Sniffed {
  for (const [type, matches] of MAGIC) if (matches(head)) return { type, inline: true };
  const text = decodeText(head, size);
  if (text === null) return { type: "application/octet-stream", inline: false };
  if (/<svg[\s>]/i.test(text)) return { type: "image/svg+xml", inline: false };
  if (
    /^\s*<(?:!doctype|\?xml|!--)|<(?:html|head|body|script|iframe|object|embed|meta|link|style|math|form)[\s/>]/i.test(
      text,
    )
  ) {
    return { type: "application/octet-stream", inline: false };
  }
  if (size <= head.length && isJson(text)) return { type: "application/json", inline: true };
  return { type: "text/plain; charset=utf-8", inline: true };
}

function starts(bytes: Uint8Array, at: number, magic: string): boolean {
  for (let i = 0; i < magic.length; i++) if (bytes[at + i] !== magic.charCodeAt(i)) return false;
  return true;
}

/** UTF-8 without control characters, or null; a character cut by the end of `head` is fine when the file goes on. */
function decodeText(head: Uint8Array, size: number): string | null {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: size > head.length });
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
  // oxlint-disable-next-line no-control-regex -- these are what tells text from binary
  return /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/.test(text) ? null : text;
}

function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
