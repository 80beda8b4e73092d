/** EXIF orientation: TIFF tag 0x0112 of the first directory (Exif 2.32, section 4.6.4). */

const ORIENTATION = 0x0112;
const SHORT = 3;

/**
 * Orientation in an EXIF block (a TIFF stream, with or without the "Exif\0\0" in front).
 * @returns 1 to 8; 1 (upright) for a block without a readable, valid orientation, as viewers do
 */
export function exifOrientation(block: Uint8Array): number {
  const tiff = isExifPrefix(block) ? block.subarray(6) : block;
  if (tiff.length < 8) return 1;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const order = view.getUint16(0);
  const little = order === 0x4949;
  if ((!little && order !== 0x4d4d) || view.getUint16(2, little) !== 42) return 1;
  const start = view.getUint32(4, little);
  if (start + 2 > tiff.length) return 1;
  const count = view.getUint16(start, little);
  for (let i = 0; i < count; i++) {
    const at = start + 2 + 12 * i;
    if (at + 12 > tiff.length) return 1;
    if (view.getUint16(at, little) !== ORIENTATION) continue;
    const value = view.getUint16(at + 8, little);
    return view.getUint16(at + 2, little) === SHORT && value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** True when the bytes start with "Exif\0\0". */
export function isExifPrefix(bytes: Uint8Array): boolean {
  return [0x45, 0x78, 0x69, 0x66, 0, 0].every((byte, i) => bytes[i] === byte);
}
