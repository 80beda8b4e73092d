/** Light or dark: the system's wish, until the reader chooses. */
import { writeCookie } from "./cookie.ts";

export type Theme = "light" | "dark";

/** Name of the cookie that remembers the choice, read by the server so that no page flashes. */
export const THEME_COOKIE = "colophon_theme";

/** Theme in force now. */
export function activeTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Sets and remembers the theme. */
export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  writeCookie(THEME_COOKIE, theme);
}
