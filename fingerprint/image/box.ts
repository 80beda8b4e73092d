/** Rectangle of pixels, `right` and `bottom` exclusive. */
export type Box = { left: number; top: number; right: number; bottom: number };
