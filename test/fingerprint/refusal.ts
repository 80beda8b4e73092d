import { expect } from "chai";
import { ColophonError } from "../../common/errors.ts";

/** Runs something that must be refused; returns the refusal after checking its code. */
export async function refusal(code: string, run: () => unknown): Promise<ColophonError> {
  let thrown: unknown;
  try {
    await run();
  } catch (error) {
    thrown = error;
  }
  expect(thrown, `expected ${code}`).to.be.instanceOf(ColophonError);
  expect((thrown as ColophonError).code).to.equal(code);
  return thrown as ColophonError;
}
