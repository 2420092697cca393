import { fault } from './arrow-fault.js';

const UNSIGNED_BYTES = 4;
const SLOT_BYTES = 2;

/**
 * A table of a FlatBuffer (https://flatbuffers.dev/internals): the form of Arrow's metadata. Its fields go by their place in the schema.
 * What it says of places and lengths is believed only within the buffer.
 */
export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;
  readonly #slots: number;
  readonly #slotsEnd: number;

  private constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
    this.#slots = at - view.getInt32(at, true);
    this.#slotsEnd = this.#slots + view.getUint16(this.#slots, true);
  }

  /** The table a buffer holds. Throws a RangeError, or a fault, where it leads out of the buffer. */
  static of(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true));
  }

  get byteLength(): number {
    return this.#view.byteLength;
  }

  byte(field: number, absent = 0): number {
    const at = this.#place(field);
    return at === undefined ? absent : this.#view.getUint8(at);
  }

  short(field: number, absent = 0): number {
    const at = this.#place(field);
    return at === undefined ? absent : this.#view.getInt16(at, true);
  }

  int(field: number, absent = 0): number {
    const at = this.#place(field);
    return at === undefined ? absent : this.#view.getInt32(at, true);
  }

  /** A whole number of 64 bits that a number holds exactly. */
  long(field: number, absent = 0): number {
    const at = this.#place(field);
    return at === undefined ? absent : this.#longAt(at);
  }

  text(field: number): string | undefined {
    const at = this.#target(field);
    if (at === undefined) return undefined;
    const length = this.#view.getUint32(at, true);
    this.#check(at + UNSIGNED_BYTES, length);
    return Buffer.from(this.#view.buffer, this.#view.byteOffset + at + UNSIGNED_BYTES, length).toString('utf8');
  }

  table(field: number): FlatTable | undefined {
    const at = this.#target(field);
    return at === undefined ? undefined : new FlatTable(this.#view, at);
  }

  tables(field: number): FlatTable[] {
    const { begin, length } = this.#vector(field, UNSIGNED_BYTES);
    return Array.from({ length }, (_, index) => {
      const at = begin + index * UNSIGNED_BYTES;
      return new FlatTable(this.#view, at + this.#view.getUint32(at, true));
    });
  }

  /** The numbers of 64 bits at some places within each struct of a vector. */
  structs(field: number, structBytes: number, places: readonly number[]): number[][] {
    const { begin, length } = this.#vector(field, structBytes);
    return Array.from({ length }, (_, index) => places.map((place) => this.#longAt(begin + index * structBytes + place)));
  }

  #vector(field: number, itemBytes: number): { begin: number; length: number } {
    const at = this.#target(field);
    if (at === undefined) return { begin: 0, length: 0 };
    const length = this.#view.getUint32(at, true);
    this.#check(at + UNSIGNED_BYTES, length * itemBytes);
    return { begin: at + UNSIGNED_BYTES, length };
  }

  #place(field: number): number | undefined {
    const slot = this.#slots + (2 + field) * SLOT_BYTES;
    if (slot + SLOT_BYTES > this.#slotsEnd) return undefined;
    const offset = this.#view.getUint16(slot, true);
    return offset === 0 ? undefined : this.#at + offset;
  }

  #target(field: number): number | undefined {
    const at = this.#place(field);
    return at === undefined ? undefined : at + this.#view.getUint32(at, true);
  }

  #longAt(at: number): number {
    const value = this.#view.getBigInt64(at, true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER))
      fault('its metadata holds an impossible number');
    return Number(value);
  }

  #check(begin: number, bytes: number): void {
    if (begin + bytes > this.#view.byteLength) fault('its metadata leads out of itself');
  }
}
