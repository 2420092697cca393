#!/usr/bin/env node
import { existsSync } from 'node:fs';

const entry = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(entry)) {
  const { runProcess } = await import(entry.href);
  process.exitCode = await runProcess();
} else {
  process.stderr.write(
    'error: segment is not built yet. [not-built]\nhint: run `npm ci` (or `npm run build`) in the checkout, then try again.\n',
  );
  process.exitCode = 70;
}
