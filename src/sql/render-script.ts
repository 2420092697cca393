import { literal, type Sql, type SqlValue } from './sql.js';

/** One step of a script: a table and what it holds. */
export interface ScriptStep {
  readonly name: string;
  readonly comment: string;
  readonly query: Sql;
  /** A view is not stored: the steps that read it read the files. */
  readonly isView?: boolean;
}

/**
 * Steps as a script for stock DuckDB: the named values as variables at the top, then a table a step. A value that is another one in
 * later steps is set anew before them.
 */
export function renderScript(title: readonly string[], steps: readonly ScriptStep[]): string {
  const variables = new Map<string, SqlValue>();
  const first = new Map<string, SqlValue>();
  const tables = steps.map(({ name, comment, query, isView }) => {
    const { text, variables: named } = query.script();
    const others = [...named].filter(([key, value]) => variables.has(key) && variables.get(key) !== value);
    for (const [key, value] of named) variables.set(key, value);
    for (const [key, value] of named) if (!first.has(key)) first.set(key, value);
    return `${setVariables(others)}-- ${name}: ${comment}\ncreate or replace temp ${isView === true ? 'view' : 'table'} ${name} as${startOnNewLine(text)};\n`;
  });
  return [
    ...title.map((line) => `-- ${line.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')}`),
    `set TimeZone = 'UTC';`,
    setVariables([...first]),
    ...tables,
  ].join('\n');
}

function setVariables(values: readonly (readonly [string, SqlValue])[]): string {
  return values.map(([name, value]) => `set variable ${name} = ${literal(value)};\n`).join('');
}

function startOnNewLine(text: string): string {
  return text.startsWith('\n') ? text : `\n${text}`;
}
