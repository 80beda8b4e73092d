/** Value of a cookie that scripts may read, or null. */
export function readCookie(name: string, cookies: string = document.cookie): string | null {
  for (const part of cookies.split(";")) {
    const [key, ...value] = part.trim().split("=");
    if (key === name) return decodeURIComponent(value.join("="));
  }
  return null;
}

/** Remembers a choice for a year. Not secret, so scripts may read it. */
export function writeCookie(name: string, value: string): void {
  // Cookie Store is not everywhere yet.
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=lax`;
}
