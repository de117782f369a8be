/** @throws RangeError unless all numbers are finite */
export function checkFinite(what: string, ...lists: readonly ArrayLike<number>[]): void {
  for (const list of lists)
    for (let i = 0; i < list.length; i++)
      if (!Number.isFinite(list[i])) throw new RangeError(`${what}: ${list[i]} is no finite number`);
}
