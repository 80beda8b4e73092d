import { createContext, type ReactNode, use, useMemo } from "react";
import type { Messages } from "../messages/en.ts";
import { createFormat, type Format } from "./format.ts";
import type { Locale } from "./locale.ts";

type I18n = { locale: Locale; messages: Messages; format: Format };

const I18nContext = createContext<I18n | null>(null);

/** Hands the active catalogue to the tree. */
export function I18nProvider(props: { locale: Locale; messages: Messages; children: ReactNode }) {
  const { locale, messages } = props;
  const value = useMemo(() => ({ locale, messages, format: createFormat(locale) }), [locale, messages]);
  return <I18nContext value={value}>{props.children}</I18nContext>;
}

function useI18n(): I18n {
  const value = use(I18nContext);
  if (!value) throw new Error("I18nProvider is missing above this component.");
  return value;
}

/** The active catalogue. */
export function useMessages(): Messages {
  return useI18n().messages;
}

/** Numbers, dates and amounts in the reader's language. */
export function useFormat(): Format {
  return useI18n().format;
}

/** The active language. */
export function useLocale(): Locale {
  return useI18n().locale;
}
