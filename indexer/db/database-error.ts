/** Refusal by the database engine: `data.sqlState` is PostgreSQL's error code. */
import { ColophonError } from "../../common/errors.ts";

export function databaseError(message: string, sqlState: string | undefined, cause?: unknown): ColophonError {
  return new ColophonError("DATABASE_ERROR", message, { status: 500, data: { sqlState: sqlState ?? null }, cause });
}
