const { join } = require('node:path');

// The unit tests of the two folders alone, and no server: this runs once for each mutant.
const { globalSetup, globalTeardown, ...base } = require('../../jest.config.cjs');

const FOLDERS = ['domain', 'crypto'];

/** @type {import('jest').Config} */
module.exports = {
  ...base,
  rootDir: join(__dirname, '..', '..'),
  setupFiles: [join(__dirname, 'scryptOnce.cjs')],
  // Each run looks through all files below these.
  roots: [
    ...FOLDERS.flatMap((name) => [`<rootDir>/src/${name}`, `<rootDir>/test/unit/${name}`]),
    '<rootDir>/test/support',
  ],
  testMatch: FOLDERS.map((name) => `<rootDir>/test/unit/${name}/**/*.test.ts`),
};
