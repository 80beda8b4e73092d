/** Latent vectors: independent ones, and walks between a few, on the shell where a normal vector lives. */
import type { Prng } from "../../common/prng.ts";
import { gaussian } from "../engine/gaussian.ts";
import { LATENT_SIZE } from "../models/seed-gan.ts";

/** One standard normal latent. */
export function drawLatent(prng: Prng): Float64Array {
  return Float64Array.from({ length: LATENT_SIZE }, () => gaussian(prng));
}

/** Weighted sum of latents, scaled back to length sqrt(100) so that the generator sees what it was trained on. */
export function blendLatents(latents: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const out = new Float64Array(LATENT_SIZE);
  latents.forEach((latent, k) => {
    for (let i = 0; i < LATENT_SIZE; i++) out[i] = (out[i] as number) + (latent[i] as number) * (weights[k] as number);
  });
  let square = 0;
  for (const value of out) square += value * value;
  const scale = square > 0 ? Math.sqrt(LATENT_SIZE / square) : 0;
  return out.map((value) => value * scale);
}

/** Packs latents for the generator: count x 100, float32. */
export function packLatents(latents: readonly Float64Array[]): Float32Array {
  const out = new Float32Array(latents.length * LATENT_SIZE);
  latents.forEach((latent, i) => {
    out.set(latent, i * LATENT_SIZE);
  });
  return out;
}
