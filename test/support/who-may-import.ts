/**
 * Who may import whom, by folder of src. `types:x` allows type imports and the constants beside a result type
 * (`…-result.ts`); `time` and `errors` are open to all.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  cli: ['config', 'input', 'membership', 'state', 'analysis', 'report', 'engine', 'demo', 'segmentation', 'users', 'events', 'sql'],
  config: [
    'segmentation',
    'demo',
    'input/text/encoding',
    'input/presets/index',
    'membership/destinations/index',
    'membership/audience/phone-countries',
    'types:input',
    'types:analysis',
  ],
  demo: ['sql'],
  report: ['types:analysis', 'types:membership', 'types:input', 'types:state', 'segmentation'],
  state: ['types:analysis', 'membership', 'files', 'sql', 'engine/database'],
  analysis: ['segmentation', 'membership', 'users', 'events', 'statistics', 'sql', 'engine/database'],
  membership: ['files', 'segmentation', 'users', 'events', 'sql', 'engine/database'],
  segmentation: ['users', 'events', 'sql'],
  users: ['events', 'sql', 'engine/database'],
  input: ['files', 'events', 'sql', 'engine/database'],
  events: ['sql'],
  engine: ['sql'],
  files: [],
  sql: [],
  time: [],
  statistics: [],
  errors: [],
  'index.ts': ['config', 'input', 'membership', 'analysis', 'report', 'engine', 'segmentation', 'users', 'events', 'sql'],
};
export const OPEN_TO_ALL = ['time', 'errors'];

/** Which folders may use a package or a part of Node that reaches outside. */
export const PACKAGE_USERS: Readonly<Record<string, readonly string[]>> = {
  '@duckdb/node-api': ['engine'],
  '@duckdb/node-bindings': ['engine'],
  commander: ['cli'],
  ora: ['cli'],
  chalk: ['cli', 'report'],
  'cli-table3': ['cli', 'report'],
  tinyglobby: ['input'],
  yauzl: ['input'],
  fzstd: ['input'],
  'xxhash-wasm': ['input'],
  yaml: ['config'],
  'apache-arrow': ['membership'],
  cephes: ['statistics'],
  'node:module': ['statistics'],
  'node:fs': ['input', 'membership', 'state', 'cli', 'config'],
  'node:fs/promises': ['files', 'input', 'membership', 'cli', 'config'],
  'node:os': ['cli', 'membership'],
  'node:child_process': [],
};
