/** Runs the command line of the process. */
export {};
