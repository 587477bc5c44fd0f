// Playwright takes every download of the browser for itself, as long as it is connected. Between two calls they should
// land where the browser's user wants them.
'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const PREFIX = 'guest-agent-playwright-';

/** A directory of this process; those that ended processes have left are removed. */
function makeDirectory() {
  for (const name of fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith(PREFIX))) {
    if (fs.existsSync(`/proc/${name.slice(PREFIX.length)}`)) continue;
    try {
      fs.rmSync(path.join(os.tmpdir(), name), { recursive: true, force: true });
    } catch {} // it is another user's
  }
  const directory = path.join(os.tmpdir(), PREFIX + process.pid);
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}

class Downloads {
  constructor() {
    this.directory = makeDirectory();
  }

  /** @param session - a session with the browser; it has to stay open. */
  attach(session) {
    this.session = session;
  }

  /** As Playwright has it: under names of its own, in its directory. */
  take() {
    this.set({ behavior: 'allowAndName', downloadPath: this.directory });
  }

  release() {
    this.set({ behavior: 'default' });
  }

  set(behavior) {
    this.session?.send('Browser.setDownloadBehavior', behavior).catch(() => {});
  }
}

module.exports = { Downloads };
