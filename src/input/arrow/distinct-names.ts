/**
 * Names of columns as the engine tells them apart, which compares without case: those that repeat get a number, as it numbers those of
 * Parquet, and those that no SQL can write are called by their place; `reserved` are in lower case.
 */
export function distinctNames(names: readonly string[], reserved: readonly string[] = []): string[] {
  const taken = new Set(reserved);
  return names.map((name, index) => {
    const writable = name === '' || name.includes('\0') ? `column ${index + 1}` : name;
    let distinct = writable;
    for (let place = 1; taken.has(distinct.toLowerCase()); place += 1) distinct = `${writable}_${place}`;
    taken.add(distinct.toLowerCase());
    return distinct;
  });
}
