// Copies a CSV file of the demo as JSON Lines: the revenue as a number, empty cells left out.
// node csv-to-jsonl.mjs FILE COPY
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';

const [file, copy] = process.argv.slice(2);

async function* objects() {
  let header;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const cells = line.split(',');
    if (header === undefined) {
      header = cells;
      continue;
    }
    const members = cells.flatMap((cell, index) => {
      const name = header[index];
      return cell === '' ? [] : [`"${name}":${name === 'revenue' ? cell : JSON.stringify(cell)}`];
    });
    yield `{${members.join(',')}}\n`;
  }
}

await pipeline(objects, createWriteStream(copy));
