/** Sound as samples. */
import { ColophonError } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import { unsupportedMedia } from "../media-errors.ts";

/** A decoded sound: 16-bit samples, channels interleaved, block by block, so that no sound is ever held whole. */
export type Pcm = {
  /** Samples per second and channel. */
  sampleRate: number;
  channels: number;
  blocks: Iterable<Int16Array>;
};

/** Most samples of all channels together: as many as 48 kHz stereo has, whatever shape they come in. */
const MAX_SAMPLES = LIMITS.audioSeconds * 96_000;

/** What a resampler can take: its filter grows with the rate. FLAC, the highest, ends at 2^20. */
const MIN_RATE = 2000;
const MAX_RATE = 1_048_576;
const MAX_CHANNELS = 32;

/**
 * Refuses sounds that would take minutes to read; a few bytes of FLAC or MP3 can stand for hours.
 * @param frames samples per channel, as stated or counted so far
 * @throws ColophonError AUDIO_TOO_LONG; UNSUPPORTED_MEDIA for a rate or number of channels that no recording has
 */
export function checkAudioLength(frames: number, sampleRate: number, channels: number): void {
  if (sampleRate < MIN_RATE || sampleRate > MAX_RATE || channels > MAX_CHANNELS) {
    throw unsupportedMedia(`A sound of ${sampleRate} samples a second in ${channels} channels is not taken.`);
  }
  if (frames <= LIMITS.audioSeconds * sampleRate && frames * channels <= MAX_SAMPLES) return;
  throw new ColophonError(
    "AUDIO_TOO_LONG",
    `The sound is longer than ${LIMITS.audioSeconds / 60} minutes, or has more samples than that in stereo.`,
    { status: 413, data: { maxSeconds: LIMITS.audioSeconds } },
  );
}
