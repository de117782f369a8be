import { sharedIn, type Shared } from './share.js';

/** Files from the reader's disk: a scenario, policies by their names, or one that was downloaded here. */
export async function taken(files: readonly File[], now: Shared): Promise<Shared> {
  const texts = await Promise.all(files.map(async (file) => [file.name, await file.text()] as const));
  const whole = texts.find(([name]) => name.endsWith('.simcash.json'));
  if (whole !== undefined) return sharedIn(whole[1]);
  const scenario = texts.find(([name]) => /\.ya?ml$/.test(name));
  const policies = texts.filter((one) => one !== scenario);
  const named = (file: string): string => Object.keys(now.policies).find((path) => path.endsWith(`/${file}`)) ?? file;
  const own = scenario === undefined ? now.policies : pathsIn(scenario[1], policies);
  return {
    name: scenario?.[0].replace(/\.ya?ml$/, '') ?? now.name,
    scenario: scenario?.[1] ?? now.scenario,
    policies:
      scenario === undefined ? { ...own, ...Object.fromEntries(policies.map(([name, text]) => [named(name), text])) } : own,
  };
}

/** Policies under the paths by which a scenario names them. */
function pathsIn(scenario: string, policies: readonly (readonly [name: string, text: string])[]): Record<string, string> {
  const paths = [...scenario.matchAll(/json_path:\s*["']?([^\s"',}]+)/g)].map(([, path]) => path!);
  return Object.fromEntries(
    policies.map(([name, text]) => [paths.find((path) => path.split('/').at(-1) === name) ?? name, text]),
  );
}
