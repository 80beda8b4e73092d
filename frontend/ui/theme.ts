/** Light or dark: the system's wish, until the reader chooses. */
import { writeCookie } from "./cookie.ts";

export type Theme = "light" | "dark";

/** Name of the cookie that remembers the choice, read by the server so that no page flashes. */
export const THEME_COOKIE = "colophon_theme";

const DARK = "(prefers-color-scheme: dark)";
const listeners = new Set<() => void>();

/** Theme in force now. */
export function activeTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia(DARK).matches ? "dark" : "light";
}

/** Sets and remembers the theme. */
export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  writeCookie(THEME_COOKIE, theme);
  for (const listener of listeners) listener();
}

/** Calls back whenever the theme in force may have changed; returns the way to stop. */
export function onTheme(listener: () => void): () => void {
  const media = matchMedia(DARK);
  listeners.add(listener);
  media.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    media.removeEventListener("change", listener);
  };
}
