/**
 * The thresholds between "very likely the same work", "looks similar" and nothing, for each medium. They were set on one
 * half of the calibration data and measured on the other: docs/fingerprint-accuracy.md has both, and how to repeat it.
 */
import type { AudioComparison } from "./compare-audio.ts";
import type { ImageComparison } from "./compare-images.ts";
import type { TextComparison } from "./compare-texts.ts";
import { evenness } from "./image-features.ts";

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
 * The same for pictures whole on whole, whose levels were not smoothed for a registration: JPEG at quality 30 moves icons of 60 pixels by up
 * to 0.16 of their contrast, and leaves 0.68 of the structure of the faintest lines.
 */
export const IMAGE_SAME_STILL = { ...IMAGE_SAME_PIXELS, differenceOfContrast: 0.18, structure: 0.65 };

/**
 * Agreement of structure that outweighs other tone and cuts. Copies of photographs reach 0.84 and more, with hardly a difference
 * that no tone explains; different photographs 0.6. The more even ground (`evenness`), the closer the two must be: `photo` holds for
 * none, `drawing` for a drawing's, and between them the thresholds move along.
 */
export const IMAGE_SAME_STRUCTURE = {
  /** `net` is the structure less the unexplained difference: stripes fit other stripes, but not without rest. */
  photo: { structure: 0.75, net: 0.7, agreeing: 0.6, color: 0.3 },
  drawing: { structure: 0.88, net: 0.8, agreeing: 0.9, color: 0.9 },
  informative: 8,
  /** Drawings with a shorter side below this many pixels are only compared by their pixels: icons come in series. */
  drawingSide: 500,
  /** The same whatever they show up to this side: a lamp of 50 pixels in another color shades like a photograph. */
  iconSide: 96,
  /** Share of a small palette up to which it is a photograph, whatever its ground. */
  photoPalette: 0.35,
};

/**
 * The same of what is left to see where something lies over one of the two, a line of letters or a sign: three quarters of the blocks
 * at least. Copies of photographs reach 0.85; `even` holds just short of a drawing. Drawings have to be equal there pixel by pixel.
 * Letters leave 0.95 of the color; another sign on the same ground, as icons of one theme have, 0.6 to 0.8.
 */
export const IMAGE_SAME_COVERED = {
  photo: { structure: 0.78, net: 0.75, agreeing: 0.65, color: 0.9 },
  even: { structure: 0.93, net: 0.9, agreeing: 0.93, color: 0.9 },
  drawing: { structure: 0.85, agreeing: 0.9, informative: 8, difference: 4, worst: 10 },
};

/** Structure from which two pictures are worth a look: found copies lie above, 99 % of chance candidates below. */
export const IMAGE_SIMILAR = { structure: 0.6, agreeing: 0.5, informative: 6 };

/** Whoever passes on a picture keeps its shape, or crops it: one that is squeezed by more than this has to agree as a drawing does. */
export const MOST_STRETCH = 1.35;

/** Where the thresholds of structure lie between a photograph's and a drawing's, 0 to 1. */
function strictness({ flat, stretch }: ImageComparison): number {
  return stretch > MOST_STRETCH ? 1 : evenness(flat);
}

/** Judges two pictures that were laid whole on whole: the same pixels, or nothing. */
export function judgeStill(comparison: ImageComparison): Judgement {
  return samePixels(comparison, IMAGE_SAME_STILL) ? "very-likely-same" : null;
}

/** Judges two registered pictures. */
export function judgeImages(comparison: ImageComparison): Judgement {
  if (
    samePixels(comparison, IMAGE_SAME_PIXELS) ||
    (mayDiffer(comparison) && (sameStructure(comparison) || sameUnderCover(comparison)))
  ) {
    return "very-likely-same";
  }
  const { structure, agreeing, informative } = comparison.agreement;
  const similar = IMAGE_SIMILAR;
  return structure >= similar.structure && agreeing >= similar.agreeing && informative >= similar.informative
    ? "looks-similar"
    : null;
}

function samePixels({ agreement }: ImageComparison, same: typeof IMAGE_SAME_PIXELS): boolean {
  return (
    agreement.difference <= Math.max(same.difference, same.differenceOfContrast * agreement.contrast) &&
    agreement.worstDifference <= Math.max(same.worst, same.worstOfContrast * agreement.contrast) &&
    agreement.structure >= same.structure &&
    agreement.colorDifference <= same.color
  );
}

/** Not a small drawing, of which only equal pixels say anything, nor a small picture of another shape: buttons come in many. */
function mayDiffer({ flat, side, palette, stretch }: ImageComparison): boolean {
  const { drawingSide, iconSide, photoPalette } = IMAGE_SAME_STRUCTURE;
  if (side <= iconSide || (stretch > MOST_STRETCH && side < drawingSide)) return false;
  return flat <= PLAIN_FLAT_SHARE || side >= drawingSide || palette <= photoPalette;
}

function sameStructure(comparison: ImageComparison): boolean {
  const { photo, drawing, informative } = IMAGE_SAME_STRUCTURE;
  const share = strictness(comparison);
  const between = (a: number, b: number): number => a + (b - a) * share;
  const { agreement } = comparison;
  return (
    agreement.informative >= informative &&
    agreement.structure >= between(photo.structure, drawing.structure) &&
    agreement.structure - agreement.unexplained >= between(photo.net, drawing.net) &&
    agreement.agreeing >= between(photo.agreeing, drawing.agreeing) &&
    agreement.color >= between(photo.color, drawing.color)
  );
}

function sameUnderCover(comparison: ImageComparison): boolean {
  const { agreement } = comparison;
  const { photo, even, drawing } = IMAGE_SAME_COVERED;
  const { visible } = agreement;
  const share = strictness(comparison);
  const between = (a: number, b: number): number => a + (b - a) * share;
  if (
    share < 1 &&
    visible.informative >= IMAGE_SAME_STRUCTURE.informative &&
    visible.structure >= between(photo.structure, even.structure) &&
    visible.structure - visible.unexplained >= between(photo.net, even.net) &&
    visible.agreeing >= between(photo.agreeing, even.agreeing) &&
    agreement.color >= between(photo.color, even.color)
  ) {
    return true;
  }
  return (
    visible.informative >= drawing.informative &&
    visible.structure >= drawing.structure &&
    visible.agreeing >= drawing.agreeing &&
    visible.difference <= drawing.difference &&
    visible.worstDifference <= drawing.worst &&
    agreement.colorDifference <= IMAGE_SAME_PIXELS.color
  );
}

/** Of several drawings that fit a query, only the closest can be its original: the others are its series. */
export function isPlain({ flat, palette, side }: ImageComparison): boolean {
  const { iconSide, photoPalette } = IMAGE_SAME_STRUCTURE;
  return side <= iconSide || evenness(flat) > 0 || palette > photoPalette;
}

/** Levels by which the rounding of two thumbnails alone moves a difference. */
const ROUNDING = 0.35;

/** How much farther than the closest a drawing may be and still count: two editions of one large picture are both named. */
export function marginOf({ side }: ImageComparison): number {
  return side >= IMAGE_SAME_STRUCTURE.drawingSide ? ROUNDING : 0;
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
