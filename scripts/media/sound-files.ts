import { Prng } from "../../common/prng.ts";

const ascii = (text: string): number[] => [...new TextEncoder().encode(text)];
const SAMPLE_RATE = 22_050;

type Encoding = { tag: number; bits: number; write: (view: DataView, at: number, x: number) => void };

const ENCODINGS: Record<string, Encoding> = {
  "song.wav": { tag: 1, bits: 16, write: (view, at, x) => view.setInt16(at, x * 32_767, true) },
  "song-8.wav": { tag: 1, bits: 8, write: (view, at, x) => view.setUint8(at, 128 + x * 127) },
  "song-24.wav": {
    tag: 1,
    bits: 24,
    write: (view, at, x) => (view.setInt16(at + 1, x * 32_767, true), view.setUint8(at, 77)),
  },
  "song-32.wav": { tag: 1, bits: 32, write: (view, at, x) => view.setInt32(at, x * 2_147_483_000, true) },
  "song-float.wav": { tag: 3, bits: 32, write: (view, at, x) => view.setFloat32(at, x, true) },
};

/** A tune of twelve seconds with chords, stereo. @returns samples in -1..1, left and right in turn */
function tune(prng: Prng): Float64Array {
  const frames = SAMPLE_RATE * 12;
  const out = new Float64Array(2 * frames);
  const notes = Array.from({ length: 40 }, () => 220 * 2 ** (prng.below(25) / 12));
  for (let i = 0; i < frames; i++) {
    const time = i / SAMPLE_RATE;
    const step = Math.floor(time / 0.3);
    const fade = Math.exp(-3 * (time - step * 0.3));
    const lead = Math.sin(6.2831853 * notes[step]! * time) * fade;
    const bass = Math.sin(6.2831853 * (notes[step >> 2]! / 2) * time);
    out[2 * i] = 0.5 * lead + 0.3 * bass;
    out[2 * i + 1] = 0.3 * lead + 0.4 * bass;
  }
  return out;
}

function wavFile(samples: Float64Array, { tag, bits, write }: Encoding): Uint8Array {
  const stride = bits / 8;
  const bytes = new Uint8Array(44 + samples.length * stride);
  const view = new DataView(bytes.buffer);
  bytes.set(ascii("RIFF"));
  view.setUint32(4, bytes.length - 8, true);
  bytes.set(ascii("WAVEfmt "), 8);
  view.setUint32(16, 16, true);
  view.setUint16(20, tag, true);
  view.setUint16(22, 2, true);
  view.setUint32(24, SAMPLE_RATE, true);
  view.setUint32(28, SAMPLE_RATE * 2 * stride, true);
  view.setUint16(32, 2 * stride, true);
  view.setUint16(34, bits, true);
  bytes.set(ascii("data"), 36);
  view.setUint32(40, samples.length * stride, true);
  samples.forEach((x, i) => write(view, 44 + i * stride, x));
  return bytes;
}

/** A MIDI file of one voice and drums. */
function midiFile(prng: Prng): Uint8Array {
  const events: number[] = [];
  for (let i = 0; i < 60; i++) {
    const pitch = 55 + prng.below(20);
    events.push(0, 0x90, pitch, 80, 0, 0x99, 38, 60, prng.pick([24, 48, 96]), 0x80, pitch, 0);
  }
  const track = [...events, 0, 0xff, 0x2f, 0];
  const size = [track.length >>> 24, track.length >>> 16, track.length >>> 8, track.length].map((byte) => byte & 255);
  return Uint8Array.from([...ascii("MThd"), 0, 0, 0, 6, 0, 0, 0, 1, 0, 96, ...ascii("MTrk"), ...size, ...track]);
}

/** Sound, melody and text files of our own making, by file name. */
export function soundFiles(seed: string): Record<string, Uint8Array> {
  const prng = new Prng(`${seed} sound`);
  const samples = tune(prng);
  const words = Array.from({ length: 400 }, () =>
    String.fromCharCode(...Array.from({ length: 2 + prng.below(7) }, () => 97 + prng.below(26))),
  );
  return {
    ...Object.fromEntries(Object.entries(ENCODINGS).map(([name, encoding]) => [name, wavFile(samples, encoding)])),
    "melody.mid": midiFile(prng),
    "words.txt": new TextEncoder().encode(words.join(" ")),
    "scripts.txt": new TextEncoder().encode(
      "春眠不觉晓，处处闻啼鸟。 Ünïcödé ﬁne, ΣΊΣΥΦΟΣ 𝔘𝔫𝔦 🎨 ½ Ⅷ İstanbul ".repeat(20),
    ),
  };
}
