/** `P:5 MED` */
export function priorityTag(priority: number): string {
  return `P:${priority} ${priority >= 7 ? 'HIGH' : priority >= 4 ? 'MED' : 'LOW'}`;
}
