/** Palettes mixed for these pictures, by name. */
import type { Palette } from "./picture.ts";

export const PALETTES = {
  harbour: { ground: "#f3ecdd", ink: "#10233f", colors: ["#12355b", "#1f6f8b", "#d1495b", "#edae49", "#7fb7be"] },
  ember: { ground: "#1a1320", ink: "#0d0a12", colors: ["#f6bd60", "#ee6c4d", "#b23a48", "#6d2e46", "#f7e1bc"] },
  celadon: { ground: "#eef2e6", ink: "#1f3d36", colors: ["#3c6e5f", "#84a98c", "#c9d8b6", "#d98f4e", "#2f4858"] },
  plum: { ground: "#f7efe8", ink: "#2d1e2f", colors: ["#6a3d6b", "#b56576", "#e56b6f", "#eaac8b", "#355070"] },
  night: { ground: "#0e1a2b", ink: "#060b14", colors: ["#e8d8b0", "#5fa8d3", "#1b4965", "#ca6f5d", "#9fc4d8"] },
  saffron: { ground: "#fbf3df", ink: "#2b1d12", colors: ["#e09f3e", "#9e2a2b", "#540b0e", "#335c67", "#f2cc8f"] },
  porcelain: { ground: "#f6f7f4", ink: "#11264d", colors: ["#1d3f8a", "#3e6fc4", "#8fb3e3", "#c9daf0", "#0b1a3a"] },
  moss: { ground: "#20291f", ink: "#10160f", colors: ["#d8d4a5", "#8a9a5b", "#4f6b3a", "#c46b3c", "#e9e3c8"] },
  rose: { ground: "#fdf1ee", ink: "#3b1f2b", colors: ["#c9184a", "#ff8fa3", "#ffb4a2", "#5e548e", "#9f86c0"] },
  dusk: { ground: "#2b2d5b", ink: "#15163a", colors: ["#f9c784", "#fc7a57", "#c8553d", "#6c5b9e", "#4a4e8f"] },
  constructor: { ground: "#f2ead8", ink: "#161412", colors: ["#161412", "#c8281f", "#e0a526", "#1d4e89", "#8a8578"] },
  lagoon: { ground: "#e9f5f2", ink: "#0b3c49", colors: ["#13747d", "#0b3c49", "#f4a259", "#bc4b51", "#8cb369"] },
  graphite: { ground: "#ecebe7", ink: "#1c1c1e", colors: ["#1c1c1e", "#4a4a4f", "#8b8b90", "#c5a572", "#a63d40"] },
  persimmon: { ground: "#fff4e4", ink: "#3a1a0e", colors: ["#d95d39", "#f18805", "#f0a202", "#202c59", "#581f18"] },
  aurora: { ground: "#07161b", ink: "#02090c", colors: ["#9ef0c4", "#3ec6a8", "#2a7f9e", "#7b5ea7", "#e8f6d0"] },
} as const satisfies Record<string, Palette>;

export type PaletteName = keyof typeof PALETTES;
