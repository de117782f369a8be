/** Made when the page is built: scenarios of docs/examples and the policies that they name, by path within it. */
declare module 'simcash:examples' {
  export const EXAMPLES: Readonly<Record<string, string>>;
}
