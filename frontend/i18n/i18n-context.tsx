import { createContext, type ReactNode, use, useMemo } from "react";
import type { Messages, RoomMessages } from "../messages/en-rooms.ts";
import type { FirstMessages } from "../messages/en.ts";
import { createFormat, type Format } from "./format.ts";
import type { Locale } from "./locale.ts";

type I18n = { locale: Locale; messages: FirstMessages & Partial<RoomMessages>; format: Format };

const I18nContext = createContext<I18n | null>(null);

/** Hands the active catalogue to the tree. */
export function I18nProvider(props: {
  locale: Locale;
  messages: FirstMessages & Partial<RoomMessages>;
  children: ReactNode;
}) {
  const { locale, messages } = props;
  const value = useMemo(() => ({ locale, messages, format: createFormat(locale) }), [locale, messages]);
  return <I18nContext value={value}>{props.children}</I18nContext>;
}

function useI18n(): I18n {
  const value = use(I18nContext);
  if (!value) throw new Error("I18nProvider is missing above this component.");
  return value;
}

/** The active catalogue's first part, there from the start; the rest where it is loaded already. */
export function useMessages(): FirstMessages & Partial<RoomMessages> {
  return useI18n().messages;
}

/** The whole catalogue, for what only renders after `loadRooms`. */
export function useRoomMessages(): Messages {
  const { messages } = useI18n();
  if (!hasRooms(messages)) throw new Error("This component was rendered before its catalogue was loaded.");
  return messages;
}

function hasRooms(messages: FirstMessages & Partial<RoomMessages>): messages is Messages {
  return messages.refusals !== undefined;
}

/** Numbers, dates and amounts in the reader's language. */
export function useFormat(): Format {
  return useI18n().format;
}

/** The active language. */
export function useLocale(): Locale {
  return useI18n().locale;
}
