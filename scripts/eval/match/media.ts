/** How each medium's files become features, as they are and edited. */
import { readFile } from "node:fs/promises";
import type { Prng } from "../../../common/prng.ts";
import { chromaprint } from "../../../fingerprint/audio/chromaprint.ts";
import { audioFeatures } from "../../../fingerprint/match/audio-features.ts";
import { imageFeatures } from "../../../fingerprint/match/image-features.ts";
import type { MatchFeatures } from "../../../fingerprint/match/match-features.ts";
import { textFeatures } from "../../../fingerprint/match/text-features.ts";
import { decodeImage } from "../../../fingerprint/node.ts";
import { decodeText } from "../../../fingerprint/text/decode-text.ts";
import { AUDIO_EDITS, type AudioEdit, editedAudio, readRecording, SAMPLE_RATE } from "./audio-edits.ts";
import { editedImage, IMAGE_EDITS, type ImageEdit, original, readPicture } from "./image-edits.ts";
import { editedText, TEXT_EDITS, type TextEdit } from "./text-edits.ts";

export type MediumName = "images" | "audio" | "text";

/** One medium. */
export type Medium = {
  /** Endings of the files that are read, lower case. */
  endings: readonly string[];
  /** Edit keys with their parameters. */
  edits: Record<string, object>;
  /** Reads a file; gives its features and those of its edited copies, and what it decodes to: files that decode alike are one work. */
  open(file: string): Promise<{
    content: Uint8Array;
    features: MatchFeatures;
    edited(edit: string, prng: Prng): Promise<MatchFeatures>;
  }>;
};

export const MEDIA: Record<MediumName, Medium> = {
  images: {
    endings: [".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"],
    edits: IMAGE_EDITS,
    async open(file) {
      const picture = await readPicture(await readFile(file));
      const featuresOf = async (bytes: Uint8Array) => imageFeatures(await decodeImage(bytes));
      const sides = Buffer.from(`${picture.width} x ${picture.height} `);
      return {
        content: Buffer.concat([sides, picture.data]),
        features: await featuresOf(await original(picture)),
        edited: async (edit, prng) => featuresOf(await editedImage(picture, edit as ImageEdit, prng)),
      };
    },
  },
  audio: {
    endings: [".wav", ".mp3", ".ogg", ".oga", ".opus", ".flac", ".m4a", ".aac"],
    edits: AUDIO_EDITS,
    async open(file) {
      const samples = await readRecording(file);
      const featuresOf = async (edited: Int16Array) =>
        audioFeatures(await chromaprint({ sampleRate: SAMPLE_RATE, channels: 1, blocks: [edited] }));
      return {
        content: new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength),
        features: await featuresOf(samples),
        edited: async (edit, prng) => featuresOf(await editedAudio(samples, edit as AudioEdit, prng)),
      };
    },
  },
  text: {
    endings: [".txt", ".md", ".rst", ".pod"],
    edits: TEXT_EDITS,
    async open(file) {
      const text = decodeText(new Uint8Array(await readFile(file)));
      return {
        content: Buffer.from(text),
        features: textFeatures(text),
        edited: (edit, prng) => Promise.resolve(textFeatures(editedText(text, edit as TextEdit, prng))),
      };
    },
  },
};
