/** Hash of an address for drawing: its own digits are random enough. */
function digit(address: string, index: number): number {
  return Number.parseInt(address[2 + (index % 40)] ?? "0", 16);
}

/** A maker's mark: a symmetric figure of the address's digits, in a hue of its own. */
export function Avatar(props: { address: string; size?: number }) {
  const size = props.size ?? 20;
  const address = props.address.toLowerCase();
  const hue = (digit(address, 0) * 16 + digit(address, 1)) * (360 / 256);
  const cells: string[] = [];
  for (let row = 0; row < 5; row++) {
    for (let column = 0; column < 3; column++) {
      if (digit(address, 4 + row * 3 + column) < 8) continue;
      cells.push(`M${column} ${row}h1v1h-1z`);
      if (column < 2) cells.push(`M${4 - column} ${row}h1v1h-1z`);
    }
  }
  return (
    <svg
      width={size}
      height={size}
      viewBox="-1 -1 7 7"
      aria-hidden="true"
      style={{ borderRadius: "50%", flex: "none", background: `oklch(0.9 0.05 ${hue})` }}
    >
      <path d={cells.join("")} fill={`oklch(0.45 0.11 ${hue})`} />
    </svg>
  );
}
