// The shelf: what this browser keeps on disk until the server has it.

const SHELF_PATIENCE = 4000; // ms; a database that does not answer counts as one that failed

class Shelf {
  // Throws where the browser keeps nothing: private windows, blocked site data, a full disk.
  open() {
    this.opening ??= new Promise((ok, no) => {
      const asked = indexedDB.open('verbatim-recorder', 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore('recordings', { keyPath: 'recording_id' });
        asked.result.createObjectStore('chunks', { keyPath: ['recording_id', 'sequence'] });
        asked.result.createObjectStore('notes', { keyPath: 'id' });
      };
      asked.onsuccess = () => {
        const base = asked.result;
        base.onclose = () => (this.opening = null); // site data cleared: the next use makes it anew
        base.onversionchange = () => {
          base.close();
          this.opening = null;
        };
        ok(base);
      };
      asked.onerror = () => no(asked.error);
      asked.onblocked = () => no(new Error('blocked'));
    });
    this.opening.catch(() => (this.opening = null));
    return this.opening;
  }

  async work(store, mode, deed) {
    const base = await this.open();
    return await new Promise((ok, no) => {
      // strict: "complete" comes when the disk has it, not the system's cache
      const act = base.transaction(store, mode, { durability: 'strict' });
      const asked = deed(act.objectStore(store));
      act.oncomplete = () => ok(asked?.result);
      act.onabort = act.onerror = () => no(act.error ?? new Error('aborted'));
    });
  }

  within(promise) {
    let timer;
    const late = new Promise((_, no) => {
      timer = setTimeout(() => no(new Error('no answer')), SHELF_PATIENCE);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  }

  put(store, value) {
    return this.within(this.work(store, 'readwrite', s => s.put(value)));
  }

  drop(store, key) {
    return this.within(this.work(store, 'readwrite', s => s.delete(key)));
  }

  get(store, key) {
    return this.within(this.work(store, 'readonly', s => s.get(key)));
  }

  all(store) {
    return this.within(this.work(store, 'readonly', s => s.getAll()));
  }

  keys(store) {
    return this.within(this.work(store, 'readonly', s => s.getAllKeys()));
  }
}

const shelf = (window.__verbatimShelf ??= new Shelf());
