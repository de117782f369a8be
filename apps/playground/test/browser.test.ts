import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readScenario, readScenarioText } from '../../../packages/engine/src/index.js';
import { reportHtml } from '../../../packages/pictures/src/index.js';
import { LiveRun } from '../../../packages/runs/src/source/index.js';
import { HAS_BROWSER, SKIPPED, startBrowser } from '../../../packages/explorer/test/support/browser.js';
import { obstacles } from '../../../packages/explorer/test/support/obstacles.js';

/** The playground as it is published, in a real browser, from a server for static files. */

const SITE = path.join(import.meta.dirname, '..', 'dist', 'site');
const EXAMPLES = path.join(import.meta.dirname, '..', '..', '..', 'docs', 'examples');
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

const { version } = JSON.parse(readFileSync(path.join(import.meta.dirname, '..', 'package.json'), 'utf8')) as { version: string };

/** The demo as Node runs it. */
function demo(): LiveRun {
  const read = (file: string): string => readFileSync(path.join(EXAMPLES, file), 'utf8');
  const { document } = readScenarioText(read('scenarios/demo.yaml'));
  const scenario = readScenario(document, { exactIntegers: true, readPolicy: (name) => read(name.replace('../', '')) });
  const run = new LiveRun(scenario, { id: 'run-1', name: 'demo', version });
  while (!run.isComplete) run.tick();
  return run;
}

describe.skipIf(!HAS_BROWSER)(`the playground${SKIPPED}`, () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  let address: string;
  /** What the browser complained about, and what was asked of whom. */
  let complaints: string[];
  let requests: string[];

  beforeAll(async () => {
    // In a folder of the host, as it may be anywhere.
    server = createServer((request, response) => {
      const name = request.url!.replace(/^\/some\/where\//, '') || 'index.html';
      const file = path.join(SITE, path.basename(name));
      if (!existsSync(file)) return void response.writeHead(404).end();
      response.writeHead(200, { 'Content-Type': TYPES[path.extname(file)]! }).end(readFileSync(file));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/some/where/`;
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    server.close();
  });
  beforeEach(async () => {
    [complaints, requests] = [[], []];
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on('console', (message) => message.type() !== 'log' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(address);
    await page.getByRole('textbox', { name: 'scenario, YAML' }).waitFor();
  });
  afterEach(() => page.close());

  const click = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
  const isAt = (text: string): Promise<void> => page.getByText(text).first().waitFor();
  const choose = (example: string) => page.getByLabel('Example').selectOption(example);
  /** Replaces the text in the editor. */
  async function write(text: string): Promise<void> {
    await page.getByRole('textbox').first().click();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(text);
  }
  async function downloaded(kind: string): Promise<string> {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByLabel('Download').selectOption({ label: kind })]);
    return readFileSync(await file.path(), 'utf8');
  }

  it('runs the demo to the events and the report that Node makes of it, and asks nobody else for anything', async () => {
    const node = demo();
    await click('Run');
    await isAt(`tick 96 of 96`);
    await isAt('What to look at next');
    expect(await downloaded('event log (JSON lines)')).toBe([...node.lines()].join(''));
    expect(await downloaded('report (HTML)')).toBe(reportHtml(await node.figures()));
    expect(await downloaded('figures by tick (CSV)')).toMatch(/^tick,value_due,settled_at_once,(?:.*\n){97}$/);
    expect(JSON.parse(await downloaded('figures (JSON)'))).toMatchObject({ head: { event_log_hash: node.logHash } });
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(address) && !/^(data|blob):/.test(url))).toEqual([]);
  });

  it('says why a payment waited', async () => {
    await click('Run');
    // Pages are there while the run goes on; what is asked here is about the whole of it.
    await isAt('tick 96 of 96');
    await isAt('What to look at next');
    await page.getByRole('link', { name: 'Queues', exact: true }).click();
    await page
      .getByRole('link', { name: /^why T\d+ waited$/ })
      .first()
      .click();
    await isAt('Why did it wait at the end of');
    await isAt('the policy of');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch(/^T\d{8}/);
    // A step in time, by a link and by the field.
    await page.getByRole('link', { name: 'a tick back' }).click();
    await isAt('at the end of tick 77');
    await page.getByRole('spinbutton', { name: /tick/ }).fill('80');
    await click('Go');
    await isAt('at the end of tick 80');
    expect(complaints).toEqual([]);
  });

  it('shows what is wrong where it stands, with the words of the engine', async () => {
    await write('simulation: { ticks_per_day: 4, num_days: 1, rng_sed: 1 }\nagents:\n  - { id: A, opening_balance: 1 }\n');
    const problems = page.getByRole('status', { name: 'Problems' });
    await problems.getByText('rng_sed').waitFor();
    expect(await problems.textContent()).toContain("line 1: Unknown key 'simulation.rng_sed'");
    await click('Run');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('rng_sed');
  });

  it('completes keys and closed words', async () => {
    await write('simulation:\n  ticks');
    await page.keyboard.press('Control+Space');
    await page.getByRole('option', { name: /ticks_per_day/ }).waitFor();
    // A list that has just come up takes no Enter: the one who writes may have meant a new line.
    await page.waitForTimeout(200);
    await page.keyboard.press('Enter');
    expect(await page.getByRole('textbox').first().textContent()).toContain('ticks_per_day: ');
  });

  it('edits the same text by a form, and compares two runs', async () => {
    await choose('gridlock');
    await click('Run');
    await isAt('tick 12 of 12');
    await page.getByRole('tab', { name: 'form' }).click();
    await page.getByLabel('Settlement').selectOption('rtgs');
    await page.getByRole('button', { name: 'clone ASHCOMBE' }).click();
    await page.getByLabel('Opening balance, cents of ASHCOMBE_2').fill('1');
    await page.keyboard.press('Tab');
    await page.getByRole('tab', { name: 'scenario' }).click();
    // The editor itself holds only the lines that are seen.
    const text = await downloaded('scenario (YAML)');
    expect(text).toContain('preset: rtgs');
    expect(text).toContain('A gridlock: four banks');
    await click('Run');
    await isAt('run-2: tick 12 of 12');
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await click('Compare what is ticked');
    await isAt('Comparison');
    await isAt('What differs');
    expect(await page.getByRole('main').textContent()).toContain('settlement.preset');
    expect(complaints).toEqual([]);
  });

  it('goes step by step, and takes a payment between two steps, which is a part of the run then', async () => {
    await choose('two-banks');
    await click('Step');
    await isAt('tick 1 of 10');
    await page.getByText('Change this run before tick 1').click();
    await page.getByLabel('Cents').fill('4200');
    await click('Submit the payment');
    await page.getByText(/before tick 1: \S+ pays \S+ 4200 cents/).waitFor();
    await click('Go on');
    await isAt('tick 10 of 10');
    expect(await downloaded('event log (JSON lines)')).toContain('"amount":4200');
  });

  it('plays a run that is over, tick by tick', async () => {
    await choose('gridlock');
    await click('Run');
    await isAt('tick 12 of 12');
    await page.getByRole('link', { name: 'Queues' }).click();
    await page.getByRole('spinbutton', { name: 'tick' }).fill('0');
    await click('Go');
    await page.getByRole('link', { name: 'play 4 ticks a second' }).click();
    await page.waitForURL(/t=8&play=4$/);
    await page.waitForURL(/t=11$/);
  });

  it('is shared by a link, which runs nothing by itself', async () => {
    await write('simulation: { ticks_per_day: 4, num_days: 1, rng_seed: 77 }\nagents:\n  - { id: LINKED, opening_balance: 1 }\n');
    await click('Share');
    const said = (await page.getByRole('alert').textContent())!;
    const link = /http:\S+#s=[\w-]+/.exec(said)![0];
    const other = await browser.newPage();
    await other.goto(link);
    await other.getByText('LINKED').waitFor();
    expect(await other.getByText('What happens if').isVisible()).toBe(true);
    expect(other.url()).toBe(`${address}#/`);
    await other.close();
  });

  it('can be used by keyboard alone', async () => {
    await choose('gridlock');
    await page.getByLabel('Example').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await isAt('tick 12 of 12');
    await page.getByRole('link', { name: 'Skip to the content' }).first().focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Network');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /Who pays whom/ }).waitFor();
  });

  it('is without obstacles (axe, WCAG 2.2 AA)', async () => {
    const context = await browser.newContext({ bypassCSP: true });
    const open = await context.newPage();
    await open.goto(address);
    await open.getByLabel('Example').selectOption('gridlock');
    await open.getByRole('button', { name: 'Run', exact: true }).click();
    await open.getByText('What to look at next').waitFor();
    expect(await obstacles(open)).toEqual([]);
    await open.getByRole('tab', { name: 'form' }).click();
    expect(await obstacles(open)).toEqual([]);
    await context.close();
  });

  it('fits on a phone', async () => {
    await page.setViewportSize({ width: 400, height: 800 });
    await choose('gridlock');
    await click('Run');
    await isAt('What to look at next');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
  });
});
