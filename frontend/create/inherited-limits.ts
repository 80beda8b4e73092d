/** What the licenses that a derivative is made with leave to its own offers, as `WorkLimits` of the contracts counts it. */
import { FLAGS } from "../chain/term-flags.ts";
import { PRESET_FLAGS, type PresetName } from "./terms-draft.ts";

/** What of a parent's license binds the derivative. */
export type ParentLicense = {
  /** Bits of the terms. */
  flags: number;
  /** Share that the license carries, ppm. */
  derivativeShare: number;
};

const RIGHTS = FLAGS.commercial | FLAGS.derivatives | FLAGS.training;

/** Presets whose rights every parent's license grants, and that name the maker where one must be named; in the usual order. */
export function presetsWithin(parents: readonly ParentLicense[]): PresetName[] {
  const granted = parents.reduce((bits, { flags }) => bits & flags, RIGHTS);
  const duties = parents.reduce((bits, { flags }) => bits | (flags & FLAGS.attribution), 0);
  const fits = (flags: number) => (flags & RIGHTS & ~granted) === 0 && (duties & ~flags) === 0;
  return (Object.keys(PRESET_FLAGS) as PresetName[]).filter((preset) => fits(PRESET_FLAGS[preset]));
}

/** True where a parent agreed to no share and to no commerce: then licenses of the derivative are free. */
export function isUnpaid(parents: readonly ParentLicense[]): boolean {
  return parents.some(({ flags, derivativeShare }) => (flags & FLAGS.commercial) === 0 && derivativeShare === 0);
}
