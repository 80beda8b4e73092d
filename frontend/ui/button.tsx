import type { ComponentProps } from "react";
import styles from "./button.module.css";
import { useHydrated } from "./use-hydrated.ts";

export type ButtonLook = "rubric" | "plain" | "quiet";

/** Class of something that looks like a button: links that act as one use it. */
export function buttonClass(look: ButtonLook = "plain", size: "md" | "sm" = "md"): string {
  return [styles.button, styles[look], size === "sm" ? styles.small : ""].filter(Boolean).join(" ");
}

/** A button. One `rubric` button per view: the thing to do next. */
export function Button(
  props: ComponentProps<"button"> & { look?: ButtonLook; size?: "md" | "sm"; busy?: boolean | undefined },
) {
  const { look = "plain", size = "md", busy, className, children, disabled, ...rest } = props;
  const hydrated = useHydrated();
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || !hydrated}
      data-waiting={(!hydrated && !disabled) || undefined}
      aria-busy={busy || undefined}
      className={`${buttonClass(look, size)} ${className ?? ""}`}
    >
      {busy && <span className={styles.spinner} aria-hidden="true" />}
      {children}
    </button>
  );
}
