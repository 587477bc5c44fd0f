// Playwright dismisses every dialog of a page that nobody listens to, as long as it is connected. Between two calls a
// dialog is the business of the browser's user.
'use strict';

class Dialogs {
  constructor() {
    this.waiting = new Set();
    this.isTaking = false;
  }

  attach(context) {
    context.on('dialog', (dialog) => {
      const isHeard = context.listenerCount('dialog') > 1 || (dialog.page()?.listenerCount('dialog') ?? 0) > 0;
      if (this.isTaking && isHeard) return;
      this.waiting.add(dialog);
      if (this.isTaking) this.dismiss();
    });
  }

  /** As Playwright has it. Those that are open are dismissed: nothing can be done with a page that shows one. */
  take() {
    this.isTaking = true;
    this.dismiss();
  }

  release() {
    this.isTaking = false;
  }

  dismiss() {
    for (const dialog of this.waiting) dialog.dismiss().catch(() => {});
    this.waiting.clear();
  }
}

module.exports = { Dialogs };
