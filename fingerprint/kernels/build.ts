/** `npm run -s build:kernels`: compiles `assembly/*.ts` to the committed `*-wasm.ts`. Same sources, same bytes. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** The kernels, by file name. */
export const KERNELS = ["hamming"] as const;

/** Optimised for speed, no run-time library, SIMD; memory beyond two pages is grown by the caller. */
const FLAGS = "-O3 --converge --noAssert --runtime stub --enable simd --initialMemory 2 --use abort=".split(" ");

/** By a name that TypeScript does not follow: the package's types would replace the global `console`. */
const COMPILER: string = "assemblyscript/asc";

type Compiler = {
  main(options: string[], files: object): Promise<{ error: Error | null; stderr: { toString(): string } }>;
};

/**
 * Compiles one kernel.
 * @returns the text of its module: the wasm in base64
 */
export async function compileKernel(name: string): Promise<string> {
  const { main } = (await import(COMPILER)) as Compiler;
  let wasm: Uint8Array | null = null;
  const { error, stderr } = await main([`${name}.ts`, "--outFile", `${name}.wasm`, ...FLAGS], {
    readFile: (file: string, base: string): string | null => {
      try {
        return readFileSync(path.resolve(import.meta.dirname, "assembly", base, file), "utf8");
      } catch {
        return null;
      }
    },
    writeFile: (_file: string, contents: Uint8Array | string): void => {
      if (typeof contents !== "string") wasm = contents;
    },
    listFiles: () => null,
  });
  if (error || !wasm) throw new Error(`${name} does not compile: ${String(stderr)}`, { cause: error ?? undefined });
  const lines = Buffer.from(wasm)
    .toString("base64")
    .match(/.{1,112}/gu)!;
  const name64 = `${name.toUpperCase()}_WASM`;
  return `/** Made by \`npm run -s build:kernels\` from assembly/${name}.ts. */\nexport const ${name64} =\n${lines.map((line) => `  "${line}"`).join(" +\n")};\n`;
}

/** Where a kernel's module is. */
export function kernelFile(name: string): string {
  return path.join(import.meta.dirname, `${name}-wasm.ts`);
}

if (import.meta.main) {
  for (const name of KERNELS) {
    writeFileSync(kernelFile(name), await compileKernel(name));
    console.log(path.relative(process.cwd(), kernelFile(name)));
  }
}
