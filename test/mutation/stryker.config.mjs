export default {
  testRunner: 'jest',
  jest: { configFile: 'test/mutation/jest.config.cjs' },
  coverageAnalysis: 'perTest',
  mutate: ['src/domain/**/*.ts', 'src/crypto/**/*.ts'],
  // What runs once, while its file is loaded, would take all tests for each mutant of it.
  ignoreStatic: true,
  // The tests are not compiled with types either.
  disableTypeChecks: false,
  concurrency: 2,
  // Ten times what the tests of a mutant take, so that only a loop without end is timed out.
  timeoutMS: 20_000,
  dryRunTimeoutMinutes: 60,
  thresholds: { high: 95, low: 85, break: 85 },
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  tempDirName: '.tmp/mutants',
  cleanTempDir: 'always',
  ignorePatterns: ['/dist*', '/data', '/coverage', '/.tmp'],
};
