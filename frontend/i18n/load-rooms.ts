import type { Messages } from "../messages/en-rooms.ts";
import type { FirstMessages } from "../messages/en.ts";
import { type Locale, loadRoomMessages } from "./locale.ts";

let active: { locale: Locale; messages: FirstMessages } | null = null;
let loading: Promise<Messages> | null = null;

/** Says which catalogue the page shows. Browser only: the server has every part at hand. */
export function showCatalogue(locale: Locale, messages: FirstMessages): void {
  active = { locale, messages };
  loading = null;
}

/**
 * Completes the shown catalogue with the part that all pages but the first use. The object itself is completed, so that
 * whoever holds it sees the new messages; they are only ever added.
 */
export function loadRooms(): Promise<Messages> {
  if (!active) throw new Error("No catalogue is shown yet.");
  const { locale, messages } = active;
  loading ??= loadRoomMessages(locale).then((rooms) => Object.assign(messages, rooms));
  return loading;
}
