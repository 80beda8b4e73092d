/** Small sound files of their kinds. */

const ascii = (text: string): number[] => [...new TextEncoder().encode(text)];

/** A MIDI file of one track with one note. */
export function midiFile(): Uint8Array {
  const track = [0, 0x90, 60, 64, 96, 0x80, 60, 0, 0, 0xff, 0x2f, 0];
  return new Uint8Array([
    ...ascii("MThd"),
    0,
    0,
    0,
    6,
    0,
    0,
    0,
    1,
    0,
    96,
    ...ascii("MTrk"),
    0,
    0,
    0,
    track.length,
    ...track,
  ]);
}

/** A WAV file of 16-bit mono silence. */
export function wavFile(samples: number): Uint8Array {
  const bytes = new Uint8Array(44 + 2 * samples);
  const view = new DataView(bytes.buffer);
  bytes.set(ascii("RIFF"));
  view.setUint32(4, bytes.length - 8, true);
  bytes.set(ascii("WAVEfmt "), 8);
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8000, true);
  view.setUint32(28, 16000, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  bytes.set(ascii("data"), 36);
  view.setUint32(40, 2 * samples, true);
  return bytes;
}

/** A model file with a few bytes behind its magic. */
export function modelFile(): Uint8Array {
  return new Uint8Array([...ascii("CLPHMDL1"), 1, 2, 3, 4]);
}
