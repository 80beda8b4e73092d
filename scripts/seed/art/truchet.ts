/** Woven ribbons: quarter arcs and crossings on a grid, each strand followed and given one color. */
import { Prng } from "../../../common/prng.ts";
import { mix } from "./color.ts";
import { Noise } from "./noise.ts";
import { type Brief, type Picture, px, svgDocument } from "./picture.ts";

/** Ports of a tile: the middles of its sides. */
type Port = 0 | 1 | 2 | 3;
const TOP: Port = 0;
const RIGHT: Port = 1;
const BOTTOM: Port = 2;
const LEFT: Port = 3;

const PAIRS: Record<"rising" | "falling" | "over" | "under", readonly (readonly [Port, Port])[]> = {
  rising: [
    [TOP, LEFT],
    [BOTTOM, RIGHT],
  ],
  falling: [
    [TOP, RIGHT],
    [BOTTOM, LEFT],
  ],
  over: [
    [TOP, BOTTOM],
    [LEFT, RIGHT],
  ],
  under: [
    [LEFT, RIGHT],
    [TOP, BOTTOM],
  ],
};

/** Tiles after Smith (1987, on Truchet 1704) with crossings; colors go to whole strands, found by union-find. */
export function truchet({ seed, width, height, palette }: Brief): Picture {
  const prng = new Prng(seed);
  const noise = new Noise(prng);
  const size = Math.round(width / prng.pick([13, 15, 17]));
  const cols = Math.ceil(width / size);
  const rows = Math.ceil(height / size);
  const dx = (width - cols * size) / 2;
  const dy = (height - rows * size) / 2;
  const tiles = Array.from({ length: rows * cols }, (_, i) => {
    const n = noise.at((i % cols) * 0.21, Math.floor(i / cols) * 0.21);
    const crossing = prng.float() < 0.34 + 0.5 * n;
    if (crossing) return ((i % cols) + Math.floor(i / cols)) % 2 === 0 ? ("over" as const) : ("under" as const);
    return prng.float() < 0.5 ? ("rising" as const) : ("falling" as const);
  });
  const strands = new Strands(cols, rows);
  tiles.forEach((kind, i) => {
    for (const [a, b] of PAIRS[kind]) strands.join(strands.port(i, a), strands.port(i, b));
  });
  const colorOf = new Map<number, string>();
  const stroke = (root: number) => {
    let color = colorOf.get(root);
    if (!color) {
      color = prng.pick(palette.colors);
      colorOf.set(root, color);
    }
    return color;
  };
  const band = size * 0.56;
  let body = "";
  tiles.forEach((kind, i) => {
    const x = dx + (i % cols) * size;
    const y = dy + Math.floor(i / cols) * size;
    for (const [a, b] of PAIRS[kind]) {
      const color = stroke(strands.find(strands.port(i, a)));
      body += ribbon(pathOf(a, b, x, y, size), band, color, palette.ink, palette.ground);
    }
  });
  const svg = svgDocument(width, height, palette.ground, `<g fill="none">${body}</g>`);
  return { width, height, svg };
}

/** Border, body and two inlaid lines of a ribbon along a path. */
function ribbon(d: string, band: number, color: string, ink: string, ground: string): string {
  const layer = (stroke: string, width: number) => `<path d="${d}" stroke="${stroke}" stroke-width="${px(width)}"/>`;
  return (
    layer(ground, band * 1.34) +
    layer(ink, band * 1.08) +
    layer(color, band * 0.94) +
    layer(mix(color, ground, 0.62), band * 0.5) +
    layer(color, band * 0.36) +
    layer(mix(color, ink, 0.45), band * 0.07)
  );
}

function pathOf(a: Port, b: Port, x: number, y: number, size: number): string {
  const h = size / 2;
  const at: Record<Port, [number, number]> = {
    0: [x + h, y],
    1: [x + size, y + h],
    2: [x + h, y + size],
    3: [x, y + h],
  };
  const [ax, ay] = at[a];
  const [bx, by] = at[b];
  const straight = (a + b) % 2 === 0;
  if (straight) return `M${px(ax)} ${px(ay)}L${px(bx)} ${px(by)}`;
  const sweep = (a === TOP && b === LEFT) || (a === BOTTOM && b === RIGHT) ? 1 : 0;
  return `M${px(ax)} ${px(ay)}A${px(h)} ${px(h)} 0 0 ${sweep} ${px(bx)} ${px(by)}`;
}

/** Union-find over the sides of all tiles. */
class Strands {
  readonly #parent: Int32Array;
  readonly #cols: number;
  readonly #rows: number;

  constructor(cols: number, rows: number) {
    this.#cols = cols;
    this.#rows = rows;
    this.#parent = Int32Array.from({ length: cols * (rows + 1) + (cols + 1) * rows }, (_, i) => i);
  }

  /** Number of the side behind a port; neighbors share it. */
  port(tile: number, port: Port): number {
    const col = tile % this.#cols;
    const row = Math.floor(tile / this.#cols);
    const upright = this.#cols * (this.#rows + 1);
    if (port === TOP) return row * this.#cols + col;
    if (port === BOTTOM) return (row + 1) * this.#cols + col;
    return upright + row * (this.#cols + 1) + col + (port === RIGHT ? 1 : 0);
  }

  find(side: number): number {
    let root = side;
    while (this.#parent[root] !== root) root = this.#parent[root] as number;
    return root;
  }

  join(a: number, b: number): void {
    this.#parent[this.find(a)] = this.find(b);
  }
}
