/** `npm run -s build:kernels`: compiles `assembly/*.ts` to the committed `*-wasm.ts`. Same sources, same bytes. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** The kernels, by file name. */
export const KERNELS = ["blake3", "bicubic", "hamming"] as const;

/** Optimised for speed, no run-time library, SIMD. */
const FLAGS = "-O3 --converge --noAssert --runtime stub --enable simd --use abort=".split(" ");
/** Pages of 64 KiB that hold each kernel's data; `hamming` is grown by its caller. */
const PAGES = { blake3: 2, bicubic: 18, hamming: 2 } as const satisfies Record<(typeof KERNELS)[number], number>;

/** Named at run time: the package's types would declare AssemblyScript's globals for all of this project. */
const COMPILER: string = "assemblyscript/asc";

type Host = {
  readFile(file: string, base: string): string | null;
  writeFile(file: string, contents: Uint8Array | string): void;
  listFiles(): null;
};
type Compile = (args: string[], host: Host) => Promise<{ error: Error | null; stderr: { toString(): string } }>;

/**
 * Compiles one kernel.
 * @returns the text of its module: the wasm in base64
 */
export async function compileKernel(name: (typeof KERNELS)[number]): Promise<string> {
  const { main } = (await import(COMPILER)) as { main: Compile };
  const written: Uint8Array[] = [];
  const { error, stderr } = await main(
    [`${name}.ts`, "--outFile", `${name}.wasm`, "--initialMemory", String(PAGES[name]), ...FLAGS],
    {
      readFile: (file, base) => {
        try {
          return readFileSync(path.resolve(import.meta.dirname, "assembly", base, file), "utf8");
        } catch {
          return null;
        }
      },
      writeFile: (_file, contents) => {
        if (typeof contents !== "string") written.push(contents);
      },
      listFiles: () => null,
    },
  );
  const wasm = written[0];
  if (error || !wasm) throw new Error(`${name} does not compile: ${stderr.toString()}`, { cause: error ?? undefined });
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
