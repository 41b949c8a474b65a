/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Takes minutes and an engine: npm run test:containers.
  testPathIgnorePatterns: process.env.CONTAINERS === '1' ? [] : ['<rootDir>/test/containers/'],
  globalSetup: '<rootDir>/test/support/servers/jestSetup.ts',
  globalTeardown: '<rootDir>/test/support/servers/jestTeardown.ts',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  testTimeout: 30_000,
  maxWorkers: 2,
  // Never forceExit: tools/test.mjs fails a run that leaves something open.
  forceExit: false,
  detectOpenHandles: false,
};
