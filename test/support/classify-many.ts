import { runCli } from './run-cli.js';

/** Runs command lines one after the other (a JSON list as the only argument) and prints the end of each as a line of JSON. */
for (const argv of JSON.parse(process.argv[2] ?? '[]') as string[][]) {
  const { exitCode, stderr } = await runCli(argv);
  process.stdout.write(`${JSON.stringify({ exitCode, stderr })}\n`);
}
