import { Moon, Sun } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useChosenTheme } from "../data/boot.tsx";
import { useMessages } from "../i18n/i18n-context.tsx";
import { useHydrated } from "./use-hydrated.ts";
import { activeTheme, chooseTheme, onTheme } from "./theme.ts";

/** Turns the page dark or light. The server cannot know what the system wishes and shows the light theme's button. */
export function ThemeButton(props: { className?: string }) {
  const m = useMessages();
  const chosen = useChosenTheme();
  const theme = useSyncExternalStore(onTheme, activeTheme, () => chosen ?? "light");
  const hydrated = useHydrated();
  const other = theme === "dark" ? "light" : "dark";
  const Icon = theme === "dark" ? Sun : Moon;
  return (
    <button
      type="button"
      className={props.className}
      aria-label={other === "dark" ? m.site.theme.toDark : m.site.theme.toLight}
      data-testid="theme"
      disabled={!hydrated}
      onClick={() => chooseTheme(other)}
    >
      <Icon size={18} strokeWidth={1.6} aria-hidden="true" />
    </button>
  );
}
