import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import xxhash from 'xxhash-wasm';

/** A frame to skip, as RFC 8878 3.1.2 has it. */
export function skippableFrame(content: string, number = 0): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0x184d2a50 + number, 0);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, Buffer.from(content)]);
}

export interface FrameOptions {
  readonly hasChecksum?: boolean;
  /** Says its length in the header. */
  readonly hasSize?: boolean;
  /** Bytes a raw block. */
  readonly block?: number;
  /** Of the window, where no length is said. */
  readonly windowByte?: number;
}

/** A frame of raw blocks, which hold their bytes as they are (RFC 8878 3.1.1). */
export async function rawFrame(content: Buffer | string, options: FrameOptions = {}): Promise<Buffer> {
  const { hasChecksum = true, hasSize = false, block = 1000, windowByte = 0x38 } = options;
  const bytes = Buffer.from(content);
  const head = Buffer.alloc(5);
  head.writeUInt32LE(0xfd2fb528, 0);
  head.writeUInt8((hasSize ? 0xa0 : 0) + (hasChecksum ? 4 : 0), 4);
  const size = Buffer.alloc(hasSize ? 4 : 1, windowByte);
  if (hasSize) size.writeUInt32LE(bytes.length);
  const blocks: Buffer[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += block) {
    const piece = bytes.subarray(at, at + block);
    const header = Buffer.alloc(3);
    header.writeUIntLE((piece.length << 3) + Number(at + block >= bytes.length), 0, 3);
    blocks.push(header, piece);
  }
  return Buffer.concat([head, size, ...blocks, ...(hasChecksum ? [await checksumOf(bytes)] : [])]);
}

/** A frame of one block that stands for so many equal bytes. */
export function repeatFrame(byte: string, times: number): Buffer {
  const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x38, 0, 0, 0, byte.charCodeAt(0)]);
  frame.writeUIntLE((times << 3) + 3, 6, 3);
  return frame;
}

/** What the engine's own zstd makes of a text, with the checksum that it leaves out. */
export async function packedFrame(content: string, folder: string, { hasChecksum = true } = {}): Promise<Buffer> {
  const path = join(folder, 'packed by the engine.zst');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const lines = content.replace(/\n$/, '').split('\n');
  await connection.run('create table lines (line varchar)');
  for (let at = 0; at < lines.length; at += 5000) {
    const values = lines.slice(at, at + 5000).map((line) => `('${line.replaceAll("'", "''")}')`);
    await connection.run(`insert into lines values ${values.join(', ')}`);
  }
  await connection.run(`copy lines to '${path}' (format csv, header false, quote '', delimiter '\x01', compression zstd)`);
  connection.closeSync();
  instance.closeSync();
  const frame = readFileSync(path);
  if (!hasChecksum) return frame;
  frame[4] = (frame[4] ?? 0) | 4;
  return Buffer.concat([frame, await checksumOf(Buffer.from(content))]);
}

async function checksumOf(bytes: Buffer): Promise<Buffer> {
  const { create64 } = await xxhash();
  const low = Buffer.alloc(4);
  low.writeUInt32LE(Number(create64().update(bytes).digest() & 0xffffffffn));
  return low;
}
