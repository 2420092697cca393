import { literal, type Sql, type SqlValue } from './sql.js';

/** One step of a script: a table and what it holds. */
export interface ScriptStep {
  readonly name: string;
  readonly comment: string;
  readonly query: Sql;
  /** A view is not stored: the steps that read it read the files. */
  readonly isView?: boolean;
}

/** Steps as a script for stock DuckDB: the named values as variables at the top, then a table a step. */
export function renderScript(title: readonly string[], steps: readonly ScriptStep[]): string {
  const variables = new Map<string, SqlValue>();
  const tables = steps.map(({ name, comment, query, isView }) => {
    const { text, variables: named } = query.script();
    for (const [key, value] of named) variables.set(key, value);
    return `-- ${name}: ${comment}\ncreate or replace temp ${isView === true ? 'view' : 'table'} ${name} as${startOnNewLine(text)};\n`;
  });
  const settings = [...variables].map(([name, value]) => `set variable ${name} = ${literal(value)};`);
  return [
    ...title.map((line) => `-- ${line.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')}`),
    `set TimeZone = 'UTC';`,
    ...settings,
    '',
    ...tables,
  ].join('\n');
}

function startOnNewLine(text: string): string {
  return text.startsWith('\n') ? text : `\n${text}`;
}
