/** A value the engine can bind. Lists are written with `list`. */
export type SqlValue = string | number | bigint | boolean | null;

/** One hole of a statement: a bound value, with the name it carries in a printed script. */
interface Hole {
  readonly value: SqlValue;
  readonly name: string | undefined;
}

/** SQL text plus the values it binds. Only `sql`, `ident`, `param`, `list` and `join` make one. */
export class Sql {
  readonly #chunks: readonly string[];
  readonly #holes: readonly Hole[];

  private constructor(chunks: readonly string[], holes: readonly Hole[]) {
    this.#chunks = chunks;
    this.#holes = holes;
  }

  static fromTemplate(strings: readonly string[], parts: readonly (SqlValue | Sql)[]): Sql {
    const chunks = [strings[0] ?? ''];
    const holes: Hole[] = [];
    for (const [index, part] of parts.entries()) {
      if (part instanceof Sql) {
        chunks[chunks.length - 1] += part.#chunks[0] ?? '';
        chunks.push(...part.#chunks.slice(1));
        holes.push(...part.#holes);
        chunks[chunks.length - 1] += strings[index + 1] ?? '';
      } else {
        holes.push({ value: part, name: undefined });
        chunks.push(strings[index + 1] ?? '');
      }
    }
    return new Sql(chunks, holes);
  }

  static named(name: string, value: SqlValue): Sql {
    return new Sql(['', ''], [{ value, name }]);
  }

  /** Text with `$1 … $n` and the values in that order. Equal named values share one number. */
  compile(): { text: string; values: SqlValue[] } {
    const values: SqlValue[] = [];
    const numbers = new Map<string, number>();
    const text = this.#render((hole) => {
      const key = hole.name === undefined ? undefined : `${hole.name}\n${typeof hole.value}\n${hole.value}`;
      const known = key === undefined ? undefined : numbers.get(key);
      if (known !== undefined) return `$${known}`;
      values.push(hole.value);
      if (key !== undefined) numbers.set(key, values.length);
      return `$${values.length}`;
    });
    return { text, values };
  }

  /**
   * Text for a person or another program: named values read `getvariable('name')` and are returned
   * as variables, the others stand as literals.
   */
  script(): { text: string; variables: Map<string, SqlValue> } {
    const variables = new Map<string, SqlValue>();
    const text = this.#render((hole) => {
      if (hole.name === undefined) return literal(hole.value);
      variables.set(hole.name, hole.value);
      return `getvariable(${literal(hole.name)})`;
    });
    return { text, variables };
  }

  /** The same statement with its values as literals in the text, where none can be bound. */
  withLiterals(): Sql {
    return new Sql([this.#render((hole) => literal(hole.value))], []);
  }

  #render(write: (hole: Hole) => string): string {
    let text = this.#chunks[0] ?? '';
    for (const [index, hole] of this.#holes.entries()) text += write(hole) + (this.#chunks[index + 1] ?? '');
    return text;
  }
}

/** A template whose `${}` holes are bound values, unless they are already `Sql`. */
export function sql(strings: TemplateStringsArray, ...parts: (SqlValue | Sql)[]): Sql {
  return Sql.fromTemplate(strings, parts);
}

/** A bound value that keeps its name in printed scripts (`set variable name = …`). */
export function param(name: string, value: SqlValue): Sql {
  return Sql.named(name, value);
}

/** A table or column name from outside, quoted. */
export function ident(name: string): Sql {
  return Sql.fromTemplate([`"${name.replaceAll('"', '""')}"`], []);
}

/** Fragments with a separator between them; the separator is SQL of ours. */
export function join(parts: readonly Sql[], separator: Sql = sql`, `): Sql {
  return parts.reduce((left, right, index) => (index === 0 ? right : sql`${left}${separator}${right}`), sql``);
}

/** A list value, `['a', 'b']`. */
export function list(values: readonly (SqlValue | Sql)[]): Sql {
  return sql`[${join(values.map((value) => (value instanceof Sql ? value : sql`${value}`)))}]`;
}

/** What a terminal obeys, or shows as something else than it is. */
const UNPRINTABLE = /(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A value as SQL text, for printed scripts only. */
export function literal(value: SqlValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return textLiteral(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`no SQL literal for ${value}`);
  return typeof value === 'bigint' ? `${value}::bigint` : String(value);
}

function textLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  const visible = quoted.replaceAll(UNPRINTABLE, (character) => `' || chr(${character.codePointAt(0)}) || '`);
  return visible === quoted ? quoted : `(${visible})`;
}
