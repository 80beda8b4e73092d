/** The two languages, how one is chosen, and how its catalogue is loaded. */
import type { FirstMessages } from "../messages/en.ts";
import type { Messages, RoomMessages } from "../messages/en-rooms.ts";

export const LOCALES = ["en", "zh"] as const;
export type Locale = (typeof LOCALES)[number];

/** BCP 47 tag for `lang` attributes and `Intl`. */
export const LANGUAGE_TAGS: Record<Locale, string> = { en: "en", zh: "zh-Hans" };

/** Name of the cookie that remembers the reader's choice. */
export const LOCALE_COOKIE = "colophon_locale";

/** Loads the first page's part of one catalogue; only the active language travels to the browser. */
export async function loadFirstMessages(locale: Locale): Promise<FirstMessages> {
  if (locale === "zh") return (await import("../messages/zh.ts")).zh;
  return (await import("../messages/en.ts")).en;
}

/** Loads the part of one catalogue that all other pages use. */
export async function loadRoomMessages(locale: Locale): Promise<RoomMessages> {
  if (locale === "zh") return (await import("../messages/zh-rooms.ts")).zhRooms;
  return (await import("../messages/en-rooms.ts")).enRooms;
}

/** Loads the whole catalogue (the server renders any page). */
export async function loadMessages(locale: Locale): Promise<Messages> {
  const [first, rooms] = await Promise.all([loadFirstMessages(locale), loadRoomMessages(locale)]);
  return { ...first, ...rooms };
}

/** Splits `/zh/works/3` into its locale and the path below it; `locale` is null where the path names none. */
export function splitLocale(pathname: string): { locale: Locale | null; path: string } {
  const match = /^\/(en|zh)(?=\/|$)/.exec(pathname);
  if (!match) return { locale: null, path: pathname || "/" };
  return { locale: match[1] as Locale, path: pathname.slice(match[0].length) || "/" };
}

/**
 * Chooses a language for a reader who named none in the address: the cookie first, then Accept-Language by quality,
 * then English.
 */
export function chooseLocale(request: { cookie?: string | null; acceptLanguage?: string | null }): Locale {
  if (request.cookie === "en" || request.cookie === "zh") return request.cookie;
  const wishes = (request.acceptLanguage ?? "")
    .split(",")
    .map((part, order) => {
      const [tag = "", ...rest] = part.trim().toLowerCase().split(";");
      const quality = rest.map((r) => /^\s*q=([\d.]+)$/.exec(r)?.[1]).find((q) => q !== undefined);
      return { tag, quality: quality === undefined ? 1 : Number(quality), order };
    })
    .filter((wish) => wish.quality > 0)
    .sort((a, b) => b.quality - a.quality || a.order - b.order);
  for (const { tag } of wishes) {
    const primary = tag.split("-")[0];
    if (primary === "zh" || primary === "en") return primary;
  }
  return "en";
}
