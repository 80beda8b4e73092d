// Mocha's spec reporter, which also leaves its counts as JSON in the file named by TEST_COUNTS, for scripts/test.ts to add up.
const { writeFileSync } = require("node:fs");
const Spec = require("mocha/lib/reporters/spec");

module.exports = class CountingReporter extends Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const { passes, failures, pending } = runner.stats;
      if (process.env.TEST_COUNTS) {
        writeFileSync(process.env.TEST_COUNTS, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
      }
    });
  }
};
