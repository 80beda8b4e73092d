/** Keys by ascending value, equal values by key. */
export function byValue(values: Map<string, number>): string[] {
  return [...values].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)).map(([key]) => key);
}
