// The connection to Chromium, and which of its tabs a call is about.
'use strict';
const http = require('node:http');
const { setTimeout: sleep } = require('node:timers/promises');
const { Dialogs } = require('./dialogs');
const { Downloads } = require('./downloads');

const RETRY_MS = 100;
/** A command that was sent to a Chromium which is ending may never be answered. */
const ANSWER_MS = 1000;
const NOT_REACHABLE = /ECONNREFUSED|ECONNRESET|socket hang up|has been closed|\b503\b/;

class BrowserConnection {
  constructor({ packageDirectory, browserURL, connectWithinMs }) {
    this.chromium = require(packageDirectory).chromium;
    this.url = browserURL;
    this.connectWithinMs = connectWithinMs;
    this.dialogs = new Dialogs();
    this.downloads = new Downloads();
    this.targetIDs = new WeakMap();
  }

  /** The browser, connected anew when Chromium has been restarted. One that is starting is waited for. */
  async connected() {
    if (this.browser?.isConnected() && (await this.answers())) return this.browser;
    this.connecting ??= this.connect().finally(() => (this.connecting = undefined));
    return this.connecting;
  }

  /** Whether Chromium is still there: it may have ended without the end having been noticed yet. */
  async answers() {
    const version = this.session.send('Browser.getVersion').then(() => true, () => false);
    return Promise.race([version, sleep(ANSWER_MS, false, { ref: false })]);
  }

  async connect() {
    const deadline = Date.now() + this.connectWithinMs;
    for (;;) {
      try {
        const options = { artifactsDir: this.downloads.directory, timeout: this.connectWithinMs };
        const browser = await this.chromium.connectOverCDP(this.url, options);
        this.session = await browser.newBrowserCDPSession();
        this.downloads.attach(this.session);
        for (const context of browser.contexts()) this.dialogs.attach(context);
        return (this.browser = browser);
      } catch (error) {
        if (!NOT_REACHABLE.test(error.message) || Date.now() >= deadline) throw unreachable(error);
        await sleep(RETRY_MS);
      }
    }
  }

  /** To be called before a call: from now on, dialogs and downloads are the code's. */
  take() {
    this.dialogs.take();
    this.downloads.take();
  }

  /** To be called after it. */
  release() {
    this.dialogs.release();
    this.downloads.release();
  }

  /**
   * The tab of a call, once connected, as `{ page, targetID, created }`.
   *
   * @param own - the executor has a tab of its own, `tab` if that is still open.
   * @param others - tabs of other executors.
   */
  async tab({ own, tab, others }) {
    const { browser } = this;
    const pages = await this.identified(browser.contexts().flatMap((context) => context.pages()));
    const found = own ? pages.find(({ targetID }) => targetID === tab) : await this.activeTab(pages, others);
    return found ? { ...found, created: false } : { ...(await this.open(browser, own)), created: true };
  }

  async identified(pages) {
    const tabs = await Promise.all(pages.map(async (page) => ({ page, targetID: await this.targetID(page) })));
    return tabs.filter(({ targetID }) => targetID !== undefined);
  }

  /** `undefined` of a page that is closing. */
  async targetID(page) {
    if (this.targetIDs.has(page)) return this.targetIDs.get(page);
    try {
      const session = await page.context().newCDPSession(page);
      const { targetInfo } = await session.send('Target.getTargetInfo');
      this.targetIDs.set(page, targetInfo.targetId);
      session.detach().catch(() => {});
      return targetInfo.targetId;
    } catch {
      return undefined;
    }
  }

  /** The one that was active last; other executors' only when there are no more. */
  async activeTab(tabs, others) {
    const candidates = tabs.filter(({ targetID }) => !others.includes(targetID));
    const choice = candidates.length > 0 ? candidates : tabs;
    if (choice.length < 2) return choice[0];
    const order = await this.targetsByActivity();
    const rank = ({ targetID }) => (order.includes(targetID) ? order.indexOf(targetID) : order.length);
    return choice.reduce((best, tab) => (rank(tab) < rank(best) ? tab : best));
  }

  /** Chromium lists its targets with the latest activity first. */
  targetsByActivity() {
    return new Promise((resolve) => {
      http
        .get(`${this.url}/json/list`, async (response) => {
          const text = (await response.setEncoding('utf8').toArray().catch(() => [])).join('');
          resolve(text ? JSON.parse(text).map(({ id }) => id) : []);
        })
        .on('error', () => resolve([]));
    });
  }

  async open(browser, inBackground) {
    const context = browser.contexts()[0] ?? (await browser.newContext());
    if (!inBackground) {
      const page = await context.newPage();
      return { page, targetID: await this.targetID(page) };
    }
    // Waited for from before it is there: it may come before the answer.
    const created = this.session.send('Target.createTarget', { url: 'about:blank', background: true });
    const isCreated = async (page) => (await this.targetID(page)) === (await created).targetId;
    const [page, { targetId }] = await Promise.all([context.waitForEvent('page', isCreated), created]);
    return { page, targetID: targetId };
  }
}

function unreachable(error) {
  return new Error(`Chromium cannot be reached: ${error.message}`, { cause: error });
}

module.exports = { BrowserConnection };
