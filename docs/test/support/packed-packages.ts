import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

/** The packages as they would be published, each with what it says that it depends on, and nothing else. */
const ROOT = path.resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);

interface Manifest {
  name: string;
  packageManager?: string;
  dependencies?: Record<string, string>;
}

const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;

/** Folders of the working tree whose packages are published. */
const FOLDERS = ['packages', 'apps'].flatMap((group) =>
  readdirSync(path.join(ROOT, group)).map((name) => path.join(ROOT, group, name)),
);

/** What a package has to say of its dependencies: packages of its own in place of the links of the workspace. */
export type PackedPackage = Manifest & { folder: string; source: string; tarball: string };

/**
 * Packs all packages and unpacks them below `directory`. Dependencies lie beside the package that declares them, so that what is used
 * but not declared is missing; those of others come out of the working tree, where their declared versions are installed.
 */
export async function packedPackages(directory: string): Promise<PackedPackage[]> {
  const tarballs = path.join(directory, 'tarballs');
  const pack = ['--yes', manifestOf(ROOT).packageManager!, '--recursive', 'pack', '--pack-destination', tarballs];
  await run('npx', pack, { cwd: ROOT, shell: process.platform === 'win32' });
  const folderOf = (name: string): string => path.join(directory, 'packed', name);
  const packed: PackedPackage[] = [];
  for (const source of FOLDERS) {
    const { name } = manifestOf(source);
    const folder = folderOf(name);
    mkdirSync(folder, { recursive: true });
    const shape = new RegExp(`^${name.replace('@', '').replace('/', '-')}-\\d`);
    const tarball = path.join(
      tarballs,
      readdirSync(tarballs).find((file) => shape.test(file))!,
    );
    await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components', '1']);
    const manifest = manifestOf(folder);
    for (const dependency of Object.keys(manifest.dependencies ?? {})) {
      const isOurs = dependency.startsWith('@simcash/');
      link(folder, dependency, isOurs ? folderOf(dependency) : realpathSync(path.join(source, 'node_modules', dependency)));
    }
    packed.push({ ...manifest, folder, source, tarball });
  }
  return packed;
}

/** Puts a package where modules of a folder find it by name. */
export function link(folder: string, name: string, target: string): void {
  const place = path.join(folder, 'node_modules', name);
  mkdirSync(path.dirname(place), { recursive: true });
  symlinkSync(target, place, 'junction');
}
