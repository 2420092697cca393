/**
 * A name as it is compared: lower-cased, every run of anything but a–z and 0–9 turned into `_`, none at
 * either end. `App Uninstalled!` and `app_uninstalled` are one name.
 */
export function normaliseName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
}
