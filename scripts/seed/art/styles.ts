/** Every style by name. */
import { automataKnit } from "./automata-knit.ts";
import { botanical } from "./botanical.ts";
import { currents } from "./currents.ts";
import { guilloche } from "./guilloche.ts";
import { harmonograph } from "./harmonograph.ts";
import { isometricCity } from "./isometric-city.ts";
import { marbling } from "./marbling.ts";
import { moire } from "./moire.ts";
import { paperCanyon } from "./paper-canyon.ts";
import { paperRidges } from "./paper-ridges.ts";
import type { Style } from "./picture.ts";
import { stainedGlass } from "./stained-glass.ts";
import { suprematist } from "./suprematist.ts";
import { truchet } from "./truchet.ts";

export const STYLES = {
  "automata-knit": automataKnit,
  botanical,
  currents,
  guilloche,
  harmonograph,
  "isometric-city": isometricCity,
  marbling,
  moire,
  "paper-canyon": paperCanyon,
  "paper-ridges": paperRidges,
  "stained-glass": stainedGlass,
  suprematist,
  truchet,
} as const satisfies Record<string, Style>;

export type StyleName = keyof typeof STYLES;
