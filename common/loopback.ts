/** Which names stand for this machine: what serves only it checks `Host` and `Origin` against them. */

const NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** True for an http(s) origin of this machine, whatever its port. */
export function isLoopbackOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname } = new URL(origin);
  return /^https?:$/.test(protocol) && NAMES.has(hostname);
}

/**
 * True for a `Host` header that names this machine. A page elsewhere whose name was bound anew to 127.0.0.1 shows its own
 * name there, and would otherwise be of one origin with the server.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^[^/?#@\\]+$/.test(host) && isLoopbackOrigin(`http://${host}`);
}
