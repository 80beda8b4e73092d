/** What cards show of a file: size and mean color of a picture, or the first lines of a text. */
import sharp, { type Sharp } from "sharp";
import { LIMITS } from "../../common/limits.ts";
import type { Sql } from "../db/database.ts";

export type Media = { width: number | null; height: number | null; color: string | null; excerpt: string | null };
const NOTHING: Media = { width: null, height: null, color: null, excerpt: null };

const EXCERPT_CHARS = 280;
/** Longest time that one picture may take, seconds. */
const SECONDS = 20;

/** sharp with our limits: pixels refused from the header, and a time limit. */
export function openPicture(bytes: Uint8Array): Sharp {
  return sharp(bytes, { limitInputPixels: LIMITS.imagePixels, failOn: "error" })
    .autoOrient()
    .timeout({ seconds: SECONDS });
}

/** Facts about a file, by its media type; nulls for files that have nothing to show. */
export async function mediaOf(bytes: Uint8Array, mediaType: string): Promise<Media> {
  if (mediaType.startsWith("image/")) return pictureMedia(bytes);
  if (mediaType === "text/plain") return { ...NOTHING, excerpt: excerptOf(bytes) };
  return NOTHING;
}

/** True for media types that `mediaOf` has something to say about. */
export function hasMedia(mediaType: string): boolean {
  return mediaType.startsWith("image/") || mediaType === "text/plain";
}

async function pictureMedia(bytes: Uint8Array): Promise<Media> {
  const { data, info } = await openPicture(bytes)
    .flatten({ background: "#ffffff" })
    .toColorspace("srgb")
    .resize(1, 1, { fit: "fill", kernel: "cubic" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { autoOrient } = await sharp(bytes, { limitInputPixels: LIMITS.imagePixels }).metadata();
  const rgb = info.channels >= 3 ? [data[0], data[1], data[2]] : [data[0], data[0], data[0]];
  const color = `#${rgb.map((value) => (value ?? 0).toString(16).padStart(2, "0")).join("")}`;
  return { width: autoOrient.width, height: autoOrient.height, color, excerpt: null };
}

/** First lines of a text, cut at a word. */
export function excerptOf(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(0, EXCERPT_CHARS * 8)).replace(/^\uFEFF/, "");
  const characters = Array.from(text.trim());
  if (characters.length <= EXCERPT_CHARS) return characters.join("");
  const cut = characters.slice(0, EXCERPT_CHARS).join("");
  const word = cut.search(/\s\S*$/);
  return `${(word > EXCERPT_CHARS / 2 ? cut.slice(0, word) : cut).trimEnd()}…`;
}

export async function putMedia(sql: Sql, cid: string, media: Media): Promise<void> {
  await sql.query(
    `insert into app.media (cid, width, height, color, excerpt) values ($1, $2, $3, $4, $5)
     on conflict (cid) do nothing`,
    [cid, media.width, media.height, media.color, media.excerpt],
  );
}

export async function hasMediaRow(sql: Sql, cid: string): Promise<boolean> {
  return (await sql.query("select 1 from app.media where cid = $1", [cid])).length > 0;
}
