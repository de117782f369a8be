// Runs before a package is published: only pnpm puts versions in the place of `workspace:*`.
if (!process.env.npm_config_user_agent?.startsWith('pnpm/')) {
  console.error('packages are published with npm run release, which puts versions in the place of workspace:*');
  process.exitCode = 1;
}
