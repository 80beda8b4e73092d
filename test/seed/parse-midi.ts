/** A reader of Standard MIDI Files for tests, written from the specification and not from our writer. */

export type ParsedMidi = {
  format: number;
  ticksPerQuarter: number;
  /** Microseconds per quarter note. */
  tempo: number;
  meter: [number, number];
  /** [start, length, pitch, velocity], ticks. */
  notes: number[][];
};

export function parseMidi(bytes: Uint8Array): ParsedMidi {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (word(0) !== "MThd" || view.getUint32(4) !== 6) throw new Error("no MIDI header");
  const parsed: ParsedMidi = {
    format: view.getUint16(8),
    ticksPerQuarter: view.getUint16(12),
    tempo: 0,
    meter: [0, 0],
    notes: [],
  };
  let at = 14;
  for (let track = 0; track < view.getUint16(10); track++) {
    if (word(at) !== "MTrk") throw new Error("no track");
    const end = at + 8 + view.getUint32(at + 4);
    readTrack(bytes.subarray(at + 8, end), parsed);
    at = end;
  }
  if (at !== bytes.length) throw new Error("bytes after the last track");
  return parsed;
}

function readTrack(bytes: Uint8Array, parsed: ParsedMidi): void {
  let at = 0;
  let now = 0;
  const byte = () => {
    const value = bytes[at++];
    if (value === undefined) throw new Error("a track ends in the middle of an event");
    return value;
  };
  const variable = () => {
    let value = 0;
    for (;;) {
      const next = byte();
      value = value * 128 + (next & 127);
      if (next < 128) return value;
    }
  };
  const sounding = new Map<number, { start: number; velocity: number }>();
  while (at < bytes.length) {
    now += variable();
    const status = byte();
    const kind = status >> 4;
    if (status === 0xff) {
      const type = byte();
      const data = Array.from({ length: variable() }, byte);
      if (type === 0x51) parsed.tempo = data.reduce((sum, value) => sum * 256 + value, 0);
      if (type === 0x58) parsed.meter = [data[0] as number, 2 ** (data[1] as number)];
      if (type === 0x2f) {
        if (at !== bytes.length || sounding.size > 0) throw new Error("the track ends too early");
        return;
      }
    } else if (kind === 9) {
      const pitch = byte();
      if (sounding.has(pitch)) throw new Error(`note ${pitch} starts twice`);
      sounding.set(pitch, { start: now, velocity: byte() });
    } else if (kind === 8) {
      const pitch = byte();
      byte();
      const note = sounding.get(pitch);
      if (!note) throw new Error(`note ${pitch} ends without a start`);
      sounding.delete(pitch);
      parsed.notes.push([note.start, now - note.start, pitch, note.velocity]);
    } else if (kind === 12) byte();
    else throw new Error(`unexpected event ${status.toString(16)}`);
  }
  throw new Error("no end of track");
}
