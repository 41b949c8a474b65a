// The arrows: domain <- commands, audit, projections, log, crypto, seals <- compose <- service <- config <- cli,
// and domain/errors <- client.

/** A package, however it is resolved, or its types. */
const pkg = (name) => `(^|/)(@types/)?${name}(/|$)`;

const onlyFrom = (name, packages, from, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^src/', pathNot: from },
  to: { path: packages.map(pkg) },
});

// What the outer rooms may see of the commands: what a queue offers, not how it is done.
const commandsOffer = '^src/commands/(index|workQueue)\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle is two files that are one.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-is-pure',
      comment: 'The domain knows values only: no clock, no network, nothing of the other rooms.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: ['^src/domain/', '(^|/)fp-ts(/|$)', '(^|/)io-ts(/|$)'] },
    },
    {
      name: 'siblings-meet-in-ports',
      comment:
        'commands, audit, projections, log, crypto and seals see the domain and its ports, not each other.',
      severity: 'error',
      from: { path: '^src/(commands|audit|projections|log|crypto|seals)/' },
      to: { path: '^src/', pathNot: '^src/(domain|$1)/' },
    },
    {
      name: 'config-is-handed-down',
      comment: 'The configuration knows defaults and names; what uses it is outside of it.',
      severity: 'error',
      from: { path: '^src/config/' },
      to: {
        path: '^src/',
        pathNot: ['^src/(domain|config)/', '^src/compose/index\\.ts$', '^src/service/params/'],
      },
    },
    {
      name: 'compose-looks-inwards',
      comment: 'compose wires the ports; what uses the wired thing is outside of it.',
      severity: 'error',
      from: { path: '^src/compose/' },
      to: { path: '^src/(service/|cli/|index\\.ts$)' },
    },
    {
      name: 'service-is-thin',
      comment: 'The service gets its adapters from compose.',
      severity: 'error',
      from: { path: '^src/service/' },
      to: {
        path: '^src/',
        pathNot: ['^src/(domain|service)/', '^src/(audit|compose)/index\\.ts$', commandsOffer],
      },
    },
    {
      name: 'cli-is-thin',
      comment: 'The command line gets its adapters from compose.',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: {
        path: '^src/',
        pathNot: [
          '^src/(domain|service|cli)/',
          '^src/compose/index\\.ts$',
          '^src/config/index\\.ts$',
          '^src/audit/index\\.ts$',
          commandsOffer,
        ],
      },
    },
    {
      name: 'client-stands-alone',
      comment: 'The client is used where no queue is: it knows the errors, and no package.',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { pathNot: ['^src/client/', '^src/domain/errors\\.ts$', '^(node:)?(crypto|events)$'] },
    },
    {
      name: 'no-room-uses-the-client',
      comment: 'The client calls the service from outside.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(client/|index\\.ts$)' },
      to: { path: '^src/client/' },
    },
    {
      name: 'src-without-tests',
      comment: 'What is published does not contain test, bench and tools.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|tools)/' },
    },
    {
      name: 'src-without-dev-dependencies',
      comment: 'What is published is installed without devDependencies.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: '/@types/' },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    onlyFrom(
      'sqlite-in-its-room',
      ['better-sqlite3'],
      '^src/log/sqlite/',
      'Only the SQLite log knows SQLite.',
    ),
    onlyFrom(
      'cassandra-in-its-room',
      ['cassandra-driver'],
      '^src/(log/cassandra|compose)/',
      'Only the Cassandra log knows Cassandra; compose makes its client.',
    ),
    onlyFrom(
      'redis-in-its-room',
      ['ioredis'],
      '^src/(projections/redis|compose)/',
      'Only the Redis projection knows Redis; compose makes its client.',
    ),
    onlyFrom(
      'moleculer-at-the-edge',
      ['moleculer', 'moleculer-web'],
      '^src/(service/|cli/|index\\.ts$)',
      'The queue works without the framework.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Type imports are arrows, too.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.check.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['require', 'node', 'default', 'types'],
    },
  },
};
