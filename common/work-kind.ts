/** What a work is; the number is what the chain stores (see `WorkKind` in the contracts). */
export const WORK_KINDS = {
  image: 1,
  music: 2,
  text: 3,
  video: 4,
  model: 5,
  dataset: 6,
  other: 7,
} as const;

export type WorkKind = keyof typeof WORK_KINDS;

const BY_NUMBER = new Map<number, WorkKind>(
  Object.entries(WORK_KINDS).map(([name, number]) => [number, name as WorkKind]),
);

/** Name of an on-chain kind; numbers unknown to this version read as "other". */
export function workKindName(number: number): WorkKind {
  return BY_NUMBER.get(number) ?? "other";
}

/** Files people may upload, by media type. The extension is the one we write. */
export const MEDIA_TYPES = {
  "image/png": { kind: "image", extension: "png" },
  "image/jpeg": { kind: "image", extension: "jpg" },
  "image/webp": { kind: "image", extension: "webp" },
  "image/gif": { kind: "image", extension: "gif" },
  "image/avif": { kind: "image", extension: "avif" },
  "audio/midi": { kind: "music", extension: "mid" },
  "audio/wav": { kind: "music", extension: "wav" },
  "audio/flac": { kind: "music", extension: "flac" },
  "audio/mpeg": { kind: "music", extension: "mp3" },
  "audio/ogg": { kind: "music", extension: "ogg" },
  "audio/mp4": { kind: "music", extension: "m4a" },
  "video/mp4": { kind: "video", extension: "mp4" },
  "video/webm": { kind: "video", extension: "webm" },
  "text/plain": { kind: "text", extension: "txt" },
  "application/vnd.colophon.model": { kind: "model", extension: "clph" },
} as const satisfies Record<string, { kind: WorkKind; extension: string }>;

export type MediaType = keyof typeof MEDIA_TYPES;
