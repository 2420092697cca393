/** The part of a glob before its first wildcard, and the expression its matches fit, both over `/`-separated paths. */
export interface GlobPattern {
  readonly base: string;
  readonly expression: RegExp;
}

const WILDCARD = /[*?[{]/;

/** Reads `*`, `?`, `**`, `[…]` and `{a,b}`; `\` takes the next character as it is. */
export function parseGlob(glob: string): GlobPattern {
  const parts = glob.split('/');
  const firstWild = parts.findIndex((part) => WILDCARD.test(part));
  const base = parts.slice(0, firstWild === -1 ? parts.length : firstWild).join('/');
  return { base: base === '' && glob.startsWith('/') ? '/' : base, expression: new RegExp(`^${globSource(glob)}$`, 's') };
}

function globSource(glob: string): string {
  let source = '';
  let depth = 0;
  for (let at = 0; at < glob.length; at++) {
    const rest = glob.slice(at);
    const list = /^\[[!^]?\]?[^\]]*\]/.exec(rest)?.[0];
    if (rest.startsWith('**/')) {
      source += '(?:.*/)?';
      at += 2;
    } else if (rest.startsWith('**')) {
      source += '.*';
      at += 1;
    } else if (rest.startsWith('*')) source += '[^/]*';
    else if (rest.startsWith('?')) source += '[^/]';
    else if (list !== undefined) {
      source += '[^/]';
      at += list.length - 1;
    } else if (rest.startsWith('{')) {
      source += '(?:';
      depth += 1;
    } else if (rest.startsWith('}') && depth > 0) {
      source += ')';
      depth -= 1;
    } else if (rest.startsWith(',') && depth > 0) source += '|';
    else {
      const isEscape = rest.startsWith('\\') && rest.length > 1;
      source += escaped(rest.charAt(isEscape ? 1 : 0));
      if (isEscape) at += 1;
    }
  }
  return source + ')'.repeat(depth);
}

function escaped(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
}
