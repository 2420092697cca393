import { readFileSync, writeFileSync } from 'node:fs';
import { writeReadme } from './readme-sections.js';

const README = new URL('../../README.md', import.meta.url);

const before = readFileSync(README, 'utf8');
const after = await writeReadme(before);
writeFileSync(README, after);
process.stdout.write(before === after ? 'README.md is up to date\n' : 'README.md was written\n');
