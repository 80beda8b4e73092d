/**
 * The thresholds between "very likely the same work", "looks similar" and nothing, for each medium. They were set on one
 * half of the calibration data and measured on the other: docs/fingerprint-accuracy.md has both, and how to repeat it.
 */
import type { AudioComparison } from "./compare-audio.ts";
import type { ImageComparison } from "./compare-images.ts";
import type { TextComparison } from "./compare-texts.ts";

/** What the second stage says of a pair. */
export type Judgement = "very-likely-same" | "looks-similar" | null;

/**
 * A picture with fewer blocks of contrast than this (of 64) is not searched for: plain grounds and soft gradients all
 * look alike at the size that is compared.
 */
export const MIN_INFORMATIVE_BLOCKS = 4;

/**
 * From this share of even ground on, a small picture is judged by its pixels alone: a series of icons, cards or signs shares
 * its frame and most of its pixels, which photographs of different things never do.
 */
export const PLAIN_FLAT_SHARE = 0.25;

/** Nothing but re-encoding and rescaling between the two: the rule for drawings, and sufficient for photographs. */
export const IMAGE_SAME_PIXELS = {
  /** Gray levels of difference, root mean square: half-size copies of icons stay below 8; or this share of the contrast. */
  difference: 8,
  differenceOfContrast: 0.12,
  /** The same for the worst of 64 blocks: one exchanged letter, pip or badge makes 30 to 150. */
  worst: 20,
  worstOfContrast: 0.45,
  structure: 0.8,
  /** Levels of color: the same icon in another color differs by 25 to 100. */
  color: 15,
};

/**
 * Agreement of structure that outweighs other tone, cuts, captions: copies of photographs reach 0.85 and more (0.5 under
 * a caption), different photographs at most 0.42. The more even ground, the closer the two must be: `photo` holds up to
 * `flatFrom`, `drawing` from `flatTo` on, and between them the thresholds move along.
 */
export const IMAGE_SAME_STRUCTURE = {
  flatFrom: 0.16,
  flatTo: 0.45,
  photo: { structure: 0.5, agreeing: 0.4, unexplained: 4, color: 0.3 },
  drawing: { structure: 0.85, agreeing: 0.8, unexplained: 0.15, color: 0.9 },
  informative: 8,
  /** Drawings with a shorter side below this many pixels are only compared by their pixels: icons come in series. */
  drawingSide: 500,
};

/** What is left to see under a caption is the same pixel by pixel; it must be three quarters of the picture and tell enough. */
export const IMAGE_SAME_COVERED = { informative: 10, structure: 0.85, agreeing: 0.9, difference: 4, worst: 10 };

/** Structure from which two pictures are worth a look: found copies lie above, 99 % of chance candidates below. */
export const IMAGE_SIMILAR = { structure: 0.6, agreeing: 0.5, informative: 6 };

/** Judges two registered pictures. */
export function judgeImages({ agreement, flat, side }: ImageComparison): Judgement {
  const { structure, agreeing, informative } = agreement;
  const pixels = IMAGE_SAME_PIXELS;
  if (
    agreement.difference <= Math.max(pixels.difference, pixels.differenceOfContrast * agreement.contrast) &&
    agreement.worstDifference <= Math.max(pixels.worst, pixels.worstOfContrast * agreement.contrast) &&
    structure >= pixels.structure &&
    agreement.colorDifference <= pixels.color
  ) {
    return "very-likely-same";
  }
  const { flatFrom, flatTo, photo, drawing, drawingSide, ...same } = IMAGE_SAME_STRUCTURE;
  const share = Math.min(Math.max((flat - flatFrom) / (flatTo - flatFrom), 0), 1);
  const between = (a: number, b: number): number => a + (b - a) * share;
  if (
    (flat <= PLAIN_FLAT_SHARE || side >= drawingSide) &&
    informative >= same.informative &&
    structure >= between(photo.structure, drawing.structure) &&
    agreeing >= between(photo.agreeing, drawing.agreeing) &&
    agreement.color >= between(photo.color, drawing.color) &&
    agreement.unexplained <= photo.unexplained * (drawing.unexplained / photo.unexplained) ** share
  ) {
    return "very-likely-same";
  }
  const { visible } = agreement;
  const covered = IMAGE_SAME_COVERED;
  if (
    side >= drawingSide &&
    visible.informative >= covered.informative &&
    visible.structure >= covered.structure &&
    visible.agreeing >= covered.agreeing &&
    visible.difference <= covered.difference &&
    visible.worstDifference <= covered.worst &&
    agreement.colorDifference <= pixels.color
  ) {
    return "very-likely-same";
  }
  const similar = IMAGE_SIMILAR;
  return structure >= similar.structure && agreeing >= similar.agreeing && informative >= similar.informative
    ? "looks-similar"
    : null;
}

/** Of several drawings that fit a query, only the closest can be its original: the others are its series. */
export function isPlain({ flat }: ImageComparison): boolean {
  return flat > IMAGE_SAME_STRUCTURE.flatFrom;
}

/**
 * Texts: replacing a fifth of the words leaves 44 to 55 % of the passages; an excerpt has all of its own. Chance passages
 * in common: under 2 % for nine pairs of ten.
 */
export const TEXT_SAME = {
  /** An excerpt, at most lightly edited. */
  excerptContainment: 0.85,
  /** A copy of about the same length, edited. */
  editedContainment: 0.4,
  editedResemblance: 0.24,
  shared: 24,
};

/** A passage in common that is worth a look. */
export const TEXT_SIMILAR = { containment: 0.15, shared: 12 };

/** Judges two texts' sketches. */
export function judgeTexts({ containment, resemblance, shared }: TextComparison): Judgement {
  const excerpt = containment >= TEXT_SAME.excerptContainment;
  const edited = containment >= TEXT_SAME.editedContainment && resemblance >= TEXT_SAME.editedResemblance;
  if (shared >= TEXT_SAME.shared && (excerpt || edited)) return "very-likely-same";
  return containment >= TEXT_SIMILAR.containment && shared >= TEXT_SIMILAR.shared ? "looks-similar" : null;
}

/**
 * Sounds: of a copy's four-second pieces, nearly all lie on one line (at 3 % other tempo nine of ten); of different
 * recordings', at most two by chance.
 */
export const AUDIO_SAME = { share: 0.4, found: 4 };

/** A passage in common that is worth a listen. */
export const AUDIO_SIMILAR = { share: 0.15, found: 3 };

/** Judges two sounds' alignment. */
export function judgeAudio({ pieces, found }: AudioComparison): Judgement {
  const share = found / Math.max(pieces, 1);
  if (share >= AUDIO_SAME.share && found >= AUDIO_SAME.found) return "very-likely-same";
  return share >= AUDIO_SIMILAR.share && found >= AUDIO_SIMILAR.found ? "looks-similar" : null;
}
