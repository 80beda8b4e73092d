/**
 * Our own training pictures: seeded motifs of 28 x 28 ink-coverage values, drawn by formula, so that the weights we
 * ship carry nobody else's rights.
 */
import { Prng } from "../../common/prng.ts";
import { cosTurns, sinTurns } from "../engine/turns.ts";
import { IMAGE_PIXELS, IMAGE_SIDE } from "../models/seed-gan.ts";

/** Signed amount of ink at a point of the square [-1, 1]^2, in units of length: positive inside. */
type Field = (x: number, y: number) => number;

const length = (x: number, y: number): number => Math.sqrt(x * x + y * y);

/** cos(k a) and sin(k a) of the direction of (x, y), without any arc function. */
function multipleAngle(x: number, y: number, k: number): [number, number] {
  const r = length(x, y) || 1;
  let [c, s] = [1, 0];
  for (let i = 0; i < k; i++) [c, s] = [(c * x - s * y) / r, (s * x + c * y) / r];
  return [c, s];
}

function turned(turns: number, field: Field): Field {
  const [c, s] = [cosTurns(turns), sinTurns(turns)];
  return (x, y) => field(c * x + s * y, c * y - s * x);
}

/** A flower of `k` petals around an open or a filled heart. */
function petals(prng: Prng): Field {
  const k = prng.pick([4, 5, 6, 8]);
  const outer = prng.range(0.8, 0.92);
  const depth = prng.range(0.3, 0.4);
  const heart = prng.range(0.12, 0.2);
  const open = k % 2 === 0;
  return turned(0.25, (x, y) => {
    const r = length(x, y);
    const flower = outer * (1 - depth + depth * multipleAngle(x, y, k)[0]) - r;
    return open ? Math.min(flower, r - heart) : Math.min(flower, Math.max(r - heart - 0.12, heart - r));
  });
}

/** A leaf with its midrib and side veins left blank. */
function leaf(prng: Prng): Field {
  const width = prng.range(0.46, 0.6);
  const veins = prng.range(2.3, 2.7);
  const slant = prng.range(0.6, 0.8);
  return turned(prng.pick([0.125, 0.375, 0.625, 0.875]), (x, y) => {
    const along = (y + 0.9) / 1.8;
    if (along <= 0 || along >= 1) return -0.3;
    const half = width * sinTurns(along / 2) * (1.15 - 0.3 * along);
    const blade = half - Math.abs(x);
    const vein = Math.abs(sinTurns((along - slant * Math.abs(x)) * veins)) * 0.16 - 0.045;
    return Math.min(blade, Math.abs(x) - 0.05, vein);
  });
}

/** Parallel waves that fill the square. */
function waves(prng: Prng): Field {
  const count = 3;
  const bend = prng.range(0.12, 0.2);
  const pitch = 0.5;
  const phase = prng.pick([0, 0.5]);
  const weight = prng.range(-0.2, 0.2);
  return turned(prng.pick([0, 0.25]), (x, y) => {
    const line = sinTurns((y + bend * sinTurns(x * pitch + phase)) * count * 0.5 + phase);
    return (line + weight) * 0.22;
  });
}

/** Concentric rings. */
function rings(prng: Prng): Field {
  const spacing = prng.pick([0.3, 0.44]);
  const radius = prng.range(0.82, 0.92);
  const phase = prng.pick([0.25, 0.75]);
  return (x, y) => {
    const r = length(x, y);
    return Math.min(radius - r, sinTurns(r / spacing + phase) * 0.1 + 0.02);
  };
}

/** Quarter-circle bands from two opposite corners: neighbours join into ribbons. */
function ribbons(prng: Prng): Field {
  const bands = prng.below(2) === 0 ? [1] : [0.62, 1.38];
  const half = prng.range(0.13, 0.18);
  return turned(prng.pick([0, 0.25]), (x, y) => {
    const r = Math.min(length(x - 1, y - 1), length(x + 1, y + 1));
    return half - Math.min(...bands.map((band) => Math.abs(r - band)));
  });
}

/** A letter-like sign: a bowl, a stem and a dot. */
function glyph(prng: Prng): Field {
  const stroke = prng.range(0.11, 0.15);
  const radius = prng.range(0.42, 0.5);
  const cx = 0.1;
  const cy = 0;
  const open = -0.1;
  const stemX = cx - radius;
  const top = prng.range(0.7, 0.85);
  const dotted = true;
  return turned(prng.pick([0, 0.25, 0.5, 0.75]), (x, y) => {
    const r = length(x - cx, y - cy);
    const bowl = Math.min(stroke - Math.abs(r - radius), (x - cx) / (r || 1) - open);
    const stem = Math.min(stroke - Math.abs(x - stemX), top - Math.abs(y));
    const dot = dotted ? 0.15 - length(x - cx, y - cy) : -1;
    return Math.max(bowl, stem, dot);
  });
}

/** A sun: a disc and its rays. */
function sun(prng: Prng): Field {
  const k = 8;
  const disc = prng.range(0.3, 0.38);
  const reach = prng.range(0.84, 0.94);
  return turned(prng.pick([0, 0.0625]), (x, y) => {
    const r = length(x, y);
    const ray = Math.min(reach - r, r - disc - 0.12, (multipleAngle(x, y, k)[0] - 0.15) * r * 0.18);
    return Math.max(disc - r, ray);
  });
}

/** A crescent moon, sometimes with a star beside it. */
function crescent(prng: Prng): Field {
  const radius = prng.range(0.62, 0.8);
  const shift = prng.range(0.3, 0.46);
  const star = prng.range(0.14, 0.18);
  return turned(prng.pick([0, 0.25, 0.5, 0.75]), (x, y) => {
    const moon = Math.min(radius - length(x, y), length(x - shift, y) - radius * 0.82);
    return Math.max(moon, star - Math.abs(x - 0.42) - Math.abs(y));
  });
}

/** Every family, by the name the model card uses. */
export const MOTIFS = { petals, leaf, waves, rings, ribbons, glyph, sun, crescent } as const;

export type MotifName = keyof typeof MOTIFS;

/** Edge softness: ink fades over this distance on both sides of an outline. */
const SOFTNESS = 0.1;

/** One motif as 784 values 0 to 255 of ink coverage. */
export function drawMotif(name: MotifName, prng: Prng): Uint8Array {
  const field = MOTIFS[name](prng);
  const out = new Uint8Array(IMAGE_PIXELS);
  for (let i = 0; i < IMAGE_PIXELS; i++) {
    const x = (((i % IMAGE_SIDE) + 0.5) / IMAGE_SIDE) * 2 - 1;
    const y = ((Math.floor(i / IMAGE_SIDE) + 0.5) / IMAGE_SIDE) * 2 - 1;
    const t = Math.min(1, Math.max(0, field(x, y) / SOFTNESS / 2 + 0.5));
    out[i] = Math.round(t * t * (3 - 2 * t) * 255);
  }
  return out;
}

/** `count` pictures, all families in turn, one after the other in one array of count x 784 bytes. */
export function proceduralPictures(count: number, seed: string): Uint8Array {
  const names = Object.keys(MOTIFS) as MotifName[];
  const out = new Uint8Array(count * IMAGE_PIXELS);
  for (let i = 0; i < count; i++) {
    out.set(drawMotif(names[i % names.length] as MotifName, new Prng(`${seed}/${i}`)), i * IMAGE_PIXELS);
  }
  return out;
}
