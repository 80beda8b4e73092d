import { Moon, Sun } from "lucide-react";
import { useEffect, useState } from "react";
import { useChosenTheme } from "../data/boot.tsx";
import { useMessages } from "../i18n/i18n-context.tsx";
import { activeTheme, chooseTheme, type Theme } from "./theme.ts";

/** Turns the page dark or light. Until the browser says what the system wishes, it shows the light theme's button. */
export function ThemeButton(props: { className?: string }) {
  const m = useMessages();
  const chosen = useChosenTheme();
  const [theme, setTheme] = useState<Theme>(chosen ?? "light");
  useEffect(() => setTheme(activeTheme()), []);
  const other = theme === "dark" ? "light" : "dark";
  const Icon = theme === "dark" ? Sun : Moon;
  return (
    <button
      type="button"
      className={props.className}
      aria-label={other === "dark" ? m.site.theme.toDark : m.site.theme.toLight}
      data-testid="theme"
      onClick={() => {
        chooseTheme(other);
        setTheme(other);
      }}
    >
      <Icon size={18} strokeWidth={1.6} aria-hidden="true" />
    </button>
  );
}
