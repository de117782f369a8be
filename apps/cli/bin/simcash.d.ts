/** Runs the command line of the process. */
// oxlint-disable-next-line unicorn/require-module-specifiers -- a module that exports nothing is still a module
export {};
