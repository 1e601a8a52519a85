// One tab of this browser records and sends; the others know it.

const LOCK = 'verbatim-recorder';

class Tabs {
  constructor() {
    this.isOurs = false;
    this.other = null; // what the tab that has it says of itself
    this.onTaken = () => {}; // it is ours now, after another tab had it
    this.onNews = () => {};
    this.say = () => null;
    try {
      this.channel = new BroadcastChannel(LOCK);
      this.channel.onmessage = ({ data }) => this.heard(data);
    } catch {
      this.channel = null; // a browser that keeps nothing of this site: tabs cannot speak to each other
    }
  }

  // Takes the lock if no other tab has it. Otherwise waits in line for it.
  async take() {
    if (this.isOurs) return true;
    const isFree = await new Promise(answer => {
      const taking = navigator.locks.request(LOCK, { ifAvailable: true }, lock => {
        answer(lock !== null);
        return lock && this.hold();
      });
      // Denied where site data is blocked. Recording matters more than being the only one.
      taking.catch(() => answer((this.isOurs = true)));
    });
    if (!isFree) this.wait();
    return isFree;
  }

  hold() {
    this.isOurs = true;
    this.other = null;
    return new Promise(release => (this.release = release)).finally(() => {
      this.isOurs = false;
      this.channel?.postMessage({ free: true });
    });
  }

  wait() {
    this.other ??= {};
    if (this.isWaiting) return;
    this.isWaiting = true;
    this.channel?.postMessage({ who: true });
    const waiting = navigator.locks.request(LOCK, () => {
      this.isWaiting = false;
      const held = this.hold();
      this.onTaken();
      return held;
    });
    waiting.catch(() => (this.isWaiting = false));
  }

  give() {
    this.release?.();
  }

  // Told to the other tabs at every change, while there is something to tell.
  tell() {
    const other = this.isOurs ? this.say() : null;
    if (other) this.channel?.postMessage({ other });
  }

  heard({ who, other, free }) {
    if (who) this.tell();
    if (free) this.other = null;
    if (other && !this.isOurs) {
      this.other = other;
      this.wait(); // whatever becomes of that tab: when its lock falls, this one looks what it left
    }
    if (other || free) this.onNews();
  }
}
