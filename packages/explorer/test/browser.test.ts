import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseScenario, readScenarioText, withDesign, type Scenario } from '../../engine/src/index.js';
import { openDatabase } from '../../persistence/test/support/storing.js';
import { reportHtml, type RunFigures } from '../../pictures/src/index.js';
import { openRun, recordSimulation } from '../../runs/src/index.js';
import { reportFigures } from '../../runs/src/report/index.js';
import { startExplorer, type Explorer } from '../src/index.js';
import { HAS_BROWSER, SKIPPED, startBrowser } from './support/browser.js';
import { obstacles } from './support/obstacles.js';

/** The explorer and the report in a real browser: by keyboard alone, without obstacles, with nothing cut off (spec 16 T1613–T1616, T1620). */

const EXAMPLES = path.join(import.meta.dirname, '../../../docs/examples');

/** The demo, as it is or under another settlement design. */
function demo(design?: object): Scenario {
  const { document } = readScenarioText(readFileSync(path.join(EXAMPLES, 'scenarios/demo.yaml'), 'utf8'));
  const readPolicy = (name: string): string => readFileSync(path.join(EXAMPLES, 'scenarios', name), 'utf8');
  return parseScenario((design === undefined ? document : withDesign(document, design)) as never, {
    exactIntegers: true,
    readPolicy,
  });
}

describe.skipIf(!HAS_BROWSER)(`pages in a browser${SKIPPED}`, () => {
  let explorer: Explorer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let figures: RunFigures;

  beforeAll(async () => {
    const database = await openDatabase();
    await recordSimulation(database, demo(), { id: 'before', level: 'EVENTS' });
    await recordSimulation(database, demo({ preset: 'recommended' }), { id: 'after', level: 'EVENTS' });
    figures = await reportFigures(database, await openRun(database, 'before'));
    const file = database.path;
    database.close();
    explorer = await startExplorer(file);
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await explorer.close();
  });
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: true });
    page = await context.newPage();
    await page.goto(explorer.address);
  });
  afterEach(() => context.close());

  const goto = (place: string) => page.goto(`http://127.0.0.1:${explorer.port}${place}`);

  describe('five tasks by keyboard alone', () => {
    /** Goes on with the Tab key until something has the focus. */
    async function tabTo(what: string, hasIt: (element: Element, what: string) => boolean): Promise<void> {
      for (let i = 0; i < 400; i++) {
        await page.keyboard.press('Tab');
        if (await page.evaluate(`(${hasIt.toString()})(document.activeElement, ${JSON.stringify(what)})`)) return;
      }
      throw new Error(`Tab never comes to ${what}`);
    }
    const named = (element: Element, pattern: string): boolean =>
      new RegExp(pattern).test((element.getAttribute('aria-label') ?? element.textContent ?? '').trim());
    const isField = (element: Element, type: string): boolean => element.getAttribute('type') === type;

    /** Follows the link, or presses the button, of such a name. */
    async function follow(pattern: string): Promise<void> {
      await tabTo(pattern, named);
      await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    }
    const content = async (): Promise<string> => (await page.getByRole('main').textContent())!;

    it('find who was longest at its limit, when, what waited with it then, why, and whether the other design settled it', async () => {
      const [longest] = [...figures.banks].sort((a, b) => b.ticks_at_limit - a.ticks_at_limit || b.value_sent - a.value_sent);
      const { bank, balance, credit_limit, ticks_at_limit } = longest!;
      const tick = balance.findIndex((cents, t) => credit_limit[t]! > 0 && -cents >= credit_limit[t]!);
      expect(ticks_at_limit).toBeGreaterThan(0);

      await follow('^before$');
      await follow('^Who was at the limit, and when\\?$');
      // The table has them in that order.
      await follow('^[A-Z]{6,}$');
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain(bank);
      expect(await content()).toContain(`${ticks_at_limit} ticks, first at tick ${tick}`);

      await tabTo('number', isField);
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.type(String(tick));
      await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
      await follow('^why T\\d+ waited$');
      expect(await content()).toContain(`Why did it wait at the end of tick ${tick}?`);
      expect(await content()).toMatch(/the policy of|Liquidity/);
      const payment = /T\d{8}/.exec(page.url())![0];

      await follow('^Runs$');
      for (const run of ['after', 'before']) {
        await tabTo(`^compare ${run}$`, named);
        await page.keyboard.press('Space');
      }
      await follow('^Compare what is ticked$');
      expect(await content()).toContain('settlement.preset');
      await follow('^after$');
      await follow('^Payments$');
      await goto(`/r/after/payments/${payment}`);
      expect(await content()).toMatch(/(settled|overdue|pending|dropped); it waited/);
    });
  });

  it('go to where the bar is hit, and on by themselves where a run is played, unless less motion is wanted', async () => {
    await goto('/r/before/queues?t=3');
    const bar = (await page.locator('.timebar .track').boundingBox())!;
    await Promise.all([
      page.waitForURL(/t=48$/),
      page.mouse.click(bar.x + (bar.width * 48.5) / figures.head.ticks, bar.y + bar.height / 2),
    ]);
    expect(await page.getByRole('main').textContent()).toContain('At the end of tick 48');
    await page.getByRole('link', { name: 'play 4 ticks a second' }).click();
    await page.waitForURL(/t=56&play=4$/);
    await page.getByRole('link', { name: 'stop' }).click();
    await page.waitForURL(/t=\d+$/);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await page.getByRole('link', { name: /^play/ }).count()).toBe(0);
  });

  const PAGES = [
    '/',
    ...['', '/banks', '/banks/OSTERVALE', '/queues?t=70', '/network', '/lsm', '/payments', '/delay', '/costs', '/events?t=3'].map(
      (place) => `/r/before${place}`,
    ),
    ...['/r/before/policies', '/r/before/scenario', '/compare?r=before&r=after'],
  ];

  it.each([
    ['light', PAGES],
    ['dark', ['/r/before', '/r/before/payments']],
  ] as const)('are without obstacles (axe, WCAG 2.2 AA), %s', async (colorScheme, places) => {
    await page.emulateMedia({ colorScheme });
    for (const place of places) {
      await goto(place);
      expect({ place, obstacles: await obstacles(page) }).toEqual({ place, obstacles: [] });
    }
  });

  it.each([400, 1440])('have pictures whose texts lie within them and not on one another, at %d pixels', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    for (const place of PAGES.filter((one) => !one.includes('events'))) {
      await goto(place);
      expect({ place, collisions: await page.evaluate(collisions) }).toEqual({ place, collisions: [] });
    }
  });

  it.each(['', '/banks/OSTERVALE', '/queues?t=70', '/payments'])(
    'can be read at 400 percent: %s scrolls in one direction',
    async (place) => {
      await page.setViewportSize({ width: 320, height: 256 });
      await goto(`/r/before${place}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    },
  );

  it('are printed as a report whose headings and captions are all there, with no picture cut in two', async () => {
    await page.setContent(reportHtml(figures));
    const headings = await page.locator('h2, figure h3').allInnerTexts();
    const [a4, margin] = [1123, 57];
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 794 - 2 * margin, height: a4 });
    const tallest = await page.evaluate(() =>
      Math.max(...[...document.querySelectorAll('figure')].map((figure) => figure.getBoundingClientRect().height)),
    );
    expect(tallest).toBeLessThan(a4 - 2 * margin);
    expect(
      await page.evaluate(() => [...document.querySelectorAll('figure')].map((figure) => getComputedStyle(figure).breakInside)),
    ).toEqual((await page.locator('figure').all()).map(() => 'avoid'));
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'simcash-print-')), 'report.pdf');
    writeFileSync(file, await page.pdf({ format: 'A4', preferCSSPageSize: true }));
    const text = spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
    if (text.error !== undefined) return console.warn('pdftotext is not installed: the text of the printed report is not read');
    const printed = text.stdout.replaceAll(/\s+/g, '');
    expect(headings.filter((heading) => !printed.includes(heading.replaceAll(/\s+/g, '')))).toEqual([]);
    expect(text.stdout.split('\f').length - 1).toBeGreaterThan(3);
  });

  it('make a report that needs no scripts and asks nobody for anything', async () => {
    const html = reportHtml(figures);
    const asked: string[] = [];
    const still = await browser.newContext({ javaScriptEnabled: false });
    for (const where of [page, await still.newPage()]) {
      where.on('request', (request) => asked.push(request.url()));
      await where.setContent(html);
    }
    const [text, same] = [await page.locator('body').innerText(), await still.pages()[0]!.locator('body').innerText()];
    expect(same).toBe(text);
    expect(await still.pages()[0]!.locator('figure > svg').count()).toBeGreaterThan(10);
    expect(asked).toEqual([]);
    await still.close();
  });
});

/** Level texts of pictures that reach out of them, or lie on each other. It runs in the page. */
function collisions(): string[] {
  const found: string[] = [];
  for (const svg of document.querySelectorAll('figure > svg')) {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')]
      .filter((text) => text.textContent !== '' && !/rotate/.test(text.getAttribute('transform') ?? ''))
      .map((text) => ({ name: text.textContent!, box: text.getBoundingClientRect() }));
    for (const [i, { box, name }] of texts.entries()) {
      const isOut =
        box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
      if (isOut) found.push(`${name} leaves its picture`);
      for (const other of texts.slice(i + 1)) {
        const width = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const height = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        if (width > 1 && height > 2) found.push(`${name} lies on ${other.name}`);
      }
    }
  }
  return found;
}
