/** Whether all cases are tried, as by `npm run test:fuzz`, and not a quarter of them. */
export const allCases = process.env.FUZZ_CASES === 'all';

/** The seed of the cases, which a failure prints; without one they are others each time. */
export const SEED = process.env.FUZZ_SEED === undefined ? {} : { seed: Number(process.env.FUZZ_SEED) };

/** Parameters of fast-check for a test that tries so many cases. */
export const cases = (all: number): { numRuns: number; seed?: number } => ({
  numRuns: allCases ? all : Math.ceil(all / 4),
  ...SEED,
});
