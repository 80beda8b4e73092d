/** Voronoi cells of points in a rectangle, by clipping with bisectors. */

export type Point = { x: number; y: number };

/** Cell of each site, corner by corner (x0, y0, x1, ...), clipped to the rectangle; O(n^2 log n). */
export function voronoiCells(sites: readonly Point[], width: number, height: number): number[][] {
  return sites.map((site, own) => {
    const others = sites
      .map((other, index) => ({ other, index, d: (other.x - site.x) ** 2 + (other.y - site.y) ** 2 }))
      .filter(({ index }) => index !== own)
      .sort((a, b) => a.d - b.d || a.index - b.index);
    let cell = [0, 0, width, 0, width, height, 0, height];
    for (const { other, d } of others) {
      let reach = 0;
      for (let i = 0; i < cell.length; i += 2) {
        reach = Math.max(reach, ((cell[i] as number) - site.x) ** 2 + ((cell[i + 1] as number) - site.y) ** 2);
      }
      if (d > 4 * reach) break;
      cell = clip(cell, site, other);
      if (cell.length < 6) return [];
    }
    return cell;
  });
}

/** Moves each site to the middle of its cell (one step of Lloyd's method, 1982). */
export function relax(sites: readonly Point[], width: number, height: number): Point[] {
  return voronoiCells(sites, width, height).map((cell, i) => (cell.length < 6 ? (sites[i] as Point) : middle(cell)));
}

/** Mean of the corners. */
export function middle(cell: readonly number[]): Point {
  let x = 0;
  let y = 0;
  for (let i = 0; i < cell.length; i += 2) {
    x += cell[i] as number;
    y += cell[i + 1] as number;
  }
  return { x: (2 * x) / cell.length, y: (2 * y) / cell.length };
}

/** Part of the polygon that is nearer to `a` than to `b`. */
function clip(cell: readonly number[], a: Point, b: Point): number[] {
  const nx = b.x - a.x;
  const ny = b.y - a.y;
  const limit = nx * ((a.x + b.x) / 2) + ny * ((a.y + b.y) / 2);
  const out: number[] = [];
  for (let i = 0; i < cell.length; i += 2) {
    const x = cell[i] as number;
    const y = cell[i + 1] as number;
    const x2 = cell[(i + 2) % cell.length] as number;
    const y2 = cell[(i + 3) % cell.length] as number;
    const d = nx * x + ny * y - limit;
    const d2 = nx * x2 + ny * y2 - limit;
    if (d <= 0) out.push(x, y);
    if (d < 0 !== d2 < 0 && d !== d2) {
      const t = d / (d - d2);
      out.push(x + (x2 - x) * t, y + (y2 - y) * t);
    }
  }
  return out;
}
