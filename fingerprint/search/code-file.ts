/** A code column on disk. Node only. */
import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, writeSync } from "node:fs";
import { ColophonError } from "../../common/errors.ts";
import { CodeColumn } from "./code-column.ts";

/** Largest piece that one system call reads or writes. */
const PIECE = 2 ** 30;

/** Loads a column with one read per shard (of more than 1 GiB, one per GiB). @throws ColophonError BAD_CODE_FILE */
export function loadCodes(file: string, bits: 64 | 256): CodeColumn {
  const descriptor = openSync(file, "r");
  try {
    return CodeColumn.load(bits, fstatSync(descriptor).size, (target, position) => {
      for (let at = 0; at < target.length; ) {
        const read = readSync(descriptor, target, at, Math.min(target.length - at, PIECE), position + at);
        if (read === 0) throw new ColophonError("BAD_CODE_FILE", "The file of codes ends early.", { status: 500 });
        at += read;
      }
    });
  } finally {
    closeSync(descriptor);
  }
}

/** Writes a column so that the file is the old or the new one, whole, whenever the machine stops. */
export function saveCodes(file: string, column: CodeColumn): void {
  const unfinished = `${file}.new`;
  const descriptor = openSync(unfinished, "w");
  try {
    for (const part of column.fileParts()) {
      for (let at = 0; at < part.length; ) at += writeSync(descriptor, part, at, Math.min(part.length - at, PIECE));
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(unfinished, file);
}
