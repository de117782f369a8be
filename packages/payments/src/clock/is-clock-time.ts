/** Whether a text is meant as a time of the clock and not as a tick: `10:30`, `10:30@2`, `-1 18:45@2026-03-02`. */
export const isClockTime = (text: string): boolean => /^(-1 )?\d{1,2}:\d{2}(@.*)?$/.test(text.trim());
