/** What cards show of a file: size and mean color of a picture, or the first lines of a text. */
import sharp, { type Sharp } from "sharp";
import { sha256Hex } from "../../common/digest.ts";
import { ColophonError } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import { detectMediaType } from "../../fingerprint/index.ts";
import type { Sql } from "../db/database.ts";

export type Media = { width: number | null; height: number | null; color: string | null; excerpt: string | null };
const NOTHING: Media = { width: null, height: null, color: null, excerpt: null };

/** What names a file in a document: where it is, and what it must be. */
export type FileName = { cid: string; sha256: string };

const EXCERPT_CHARS = 280;
/** Longest time that one picture may take, seconds. */
const SECONDS = 20;

const PICTURES: readonly string[] = ["image/png", "image/jpeg", "image/webp", "image/avif", "image/gif"];

/**
 * sharp with our limits: the kinds of pictures that the bytes themselves show (never what a document claims: a
 * stranger's SVG or TIFF must not reach its decoder), pixels refused from the header, and a time limit.
 * @throws ColophonError `UNSUPPORTED_MEDIA`
 */
export function openPicture(bytes: Uint8Array): Sharp {
  if (!PICTURES.includes(detectMediaType(bytes))) {
    throw new ColophonError("UNSUPPORTED_MEDIA", "No picture can be made of this kind of file.");
  }
  return sharp(bytes, { limitInputPixels: LIMITS.imagePixels, failOn: "error" })
    .autoOrient()
    .timeout({ seconds: SECONDS });
}

/**
 * Facts about a file; nulls for files that have nothing to show.
 * @param file what a document says of it
 * @throws ColophonError `WRONG_BYTES` when the bytes are not the file's, `UNSUPPORTED_MEDIA`, `BROKEN_MEDIA`,
 *   `PICTURE_TIMEOUT`
 */
export async function mediaOf(bytes: Uint8Array, file: { sha256: string; mediaType: string }): Promise<Media> {
  checkBytes(bytes, file.sha256);
  const { mediaType } = file;
  if (mediaType.startsWith("image/")) return pictureMedia(bytes).catch(refusal);
  if (mediaType === "text/plain") return { ...NOTHING, excerpt: excerptOf(bytes) };
  return NOTHING;
}

/** @throws ColophonError `WRONG_BYTES`: a CID in a document may lead to another file than the hash beside it */
export function checkBytes(bytes: Uint8Array, sha256: string): void {
  if (sha256Hex(bytes) !== sha256) {
    throw new ColophonError("WRONG_BYTES", "The stored file does not have the hash that its document names.", {
      status: 404,
    });
  }
}

/** sharp's errors as ours; only a time-out may end otherwise next time. */
function refusal(error: Error): never {
  if (error instanceof ColophonError) throw error;
  const code = error.message.startsWith("timeout") ? "PICTURE_TIMEOUT" : "BROKEN_MEDIA";
  throw new ColophonError(code, "The picture cannot be read.", { cause: error });
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

export async function putMedia(sql: Sql, file: FileName, media: Media): Promise<void> {
  await sql.query(
    `insert into app.media (cid, sha256, width, height, color, excerpt) values ($1, $2, $3, $4, $5, $6)
     on conflict (cid, sha256) do nothing`,
    [file.cid, file.sha256, media.width, media.height, media.color, media.excerpt],
  );
}

export async function hasMediaRow(sql: Sql, { cid, sha256 }: FileName): Promise<boolean> {
  return (await sql.query("select 1 from app.media where cid = $1 and sha256 = $2", [cid, sha256])).length > 0;
}
