const { readdirSync } = require('node:fs');

/** What the folder of a resource may import, unless it has a line of its own below. */
const OF_A_RESOURCE = ['json-api', 'database', 'auth', 'users'];

/** Which folder of src may import which others. */
const MAY_IMPORT = {
  config: [],
  'json-api': ['database'],
  overload: ['database', 'json-api', 'observability'],
  database: ['config', 'overload'],
  auth: ['config', 'json-api'],
  'response-cache': ['config', 'database', 'http', 'json-api', 'auth'],
  idempotency: ['database', 'json-api', 'users'],
  'rate-limit': ['config', 'json-api', 'auth'],
  users: ['json-api', 'database', 'auth'],
  openapi: ['config', 'json-api', 'auth', 'idempotency'],
  'service-document': ['config', 'json-api', 'auth', 'users', 'openapi'],
  observability: ['auth', 'config', 'database'],
  http: ['config', 'database', 'json-api', 'observability'],
  calls: ['call-purposes', ...OF_A_RESOURCE],
};

const otherFolders = readdirSync('src', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'cli' && !(entry.name in MAY_IMPORT))
  .map(({ name }) => [name, OF_A_RESOURCE]);

const folderRules = [...Object.entries(MAY_IMPORT), ...otherFolders].map(([folder, others]) => ({
  name: `${folder}-imports`,
  comment: `src/${folder} may import ${others.length > 0 ? others.join(', ') : 'no other folder'}.`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: [folder, ...others].map((name) => `^src/${name}/`) },
}));

/** The protocol itself: it knows no framework and no SQL, which have rooms of their own in its folder. */
const PROTOCOL = '^src/json-api/(?!nest/|sql/)';

const protocolRules = [
  {
    name: 'the-protocol-knows-no-framework-and-no-sql',
    severity: 'error',
    from: { path: PROTOCOL },
    to: { path: '^src/json-api/(nest|sql)/|^src/database/|node_modules/(@nestjs|fastify|@mikro-orm|pg)/' },
  },
  {
    name: 'sql-knows-no-framework',
    severity: 'error',
    from: { path: '^src/json-api/sql/' },
    to: { path: '^src/json-api/nest/|node_modules/(@nestjs|fastify)/' },
  },
  {
    name: 'only-sql-knows-the-database',
    severity: 'error',
    from: { path: '^src/json-api/', pathNot: '^src/json-api/sql/' },
    to: { path: '^src/database/' },
  },
];

/** Inside a folder: who may import whom, by the role in the file's name. */
const role = (name, from, forbidden) => ({
  name,
  severity: 'error',
  from: { path: `^src/.*${from}\\.ts$` },
  to: { path: `^src/.*(${forbidden.join('|')})\\.ts$` },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', comment: 'Type-only cycles count too.', severity: 'error', from: {}, to: { circular: true } },
    ...folderRules,
    ...protocolRules,
    {
      name: 'no-foreign-controller-or-guard',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/[^/]+/.*\\.(controller|guard)\\.ts$', pathNot: '^src/($1|json-api/nest)/' },
    },
    role('controllers-use-no-repository', '\\.controller', ['\\.repository', '\\.entity']),
    role('services-use-no-controller', '\\.service', ['\\.controller', '\\.guard', '\\.entity']),
    role('repositories-use-no-service', '\\.repository', ['\\.controller', '\\.guard', '\\.service']),
    role('guards-use-no-service-of-controllers', '\\.guard', ['\\.controller']),
    {
      name: 'no-test-in-source',
      severity: 'error',
      from: { path: '^(src/|mikro-orm)' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'no-dev-dependency-in-source',
      severity: 'error',
      from: { path: '^(src/|mikro-orm)' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'unknown'],
        pathNot: '^@types/',
        dependencyTypesNot: ['type-only'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
