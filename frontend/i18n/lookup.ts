/** Message of a table for a key that came from outside (an event's or error's name), or null where there is none. */
export function lookup(table: Readonly<Record<string, string>>, key: string): string | null {
  return Object.hasOwn(table, key) ? (table[key] ?? null) : null;
}
