/** Said by a run that fails, and by its replay. */
export const failedIn = (tick: number): string => `in tick ${tick}; the ticks before it are complete`;
