// Compiles src into dist and writes the program's help beside it. All or nothing: only a build without errors replaces dist.
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const RUN =
  "const { runProcess } = await import(process.argv[1]); process.argv = ['', '', '--help']; process.exitCode = await runProcess();";

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = `${root}dist`;
const fresh = `${root}dist-${process.pid}.tmp`;

/** TypeScript is a development dependency: `npm ci --omit=dev` runs `prepare` without it. */
function findCompiler() {
  try {
    return createRequire(import.meta.url).resolve('typescript/bin/tsc');
  } catch {
    return undefined;
  }
}

const compiler = findCompiler();
if (compiler === undefined) {
  const isPreparing = process.argv.includes('--prepare');
  if (!isPreparing || !existsSync(dist)) process.stderr.write('segment: not built, because typescript is not installed: run npm ci.\n');
  process.exit(isPreparing ? 0 : 1);
}
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.json', '--outDir', fresh], { cwd: root, stdio: 'inherit' });
if (status === 0) {
  const help = spawnSync(process.execPath, ['--input-type=module', '-e', RUN, pathToFileURL(`${fresh}/cli/main.js`).href], {
    encoding: 'utf8',
  });
  if (help.status === 0) writeFileSync(`${fresh}/cli/help.txt`, help.stdout);
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
}
rmSync(fresh, { recursive: true, force: true });
process.exit(status ?? 1);
