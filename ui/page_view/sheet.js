// The page as a picture, with a box for everything that was read on it.

const WIDTH = 1400; // pixels asked for

class Sheet {
  constructor(view) {
    this.view = view;
    this.box = view.$('.sheet');
    this.image = view.$('.sheet img');
    this.boxes = view.$('.boxes');
    this.image.onload = () => this.fit();
    this.image.onerror = () => this.failed();
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(this.box);
  }

  load(url, page) {
    const address = `${url}/pages/${page}/image?width=${WIDTH}`;
    if (this.address === address) return;
    this.address = address;
    this.box.hidden = false;
    this.view.$('.blank').hidden = true;
    this.image.alt = `Page ${page}`;
    this.image.src = address;
    this.view.$('.paper').scrollTop = 0;
  }

  // Why there is no picture, the server says in words; an <img> does not hear them.
  async failed() {
    const address = this.address;
    let words = 'This page cannot be shown. The original can still be opened.';
    try {
      const answer = await fetch(address, { headers: { Accept: 'application/json' }, cache: 'no-store' });
      if (answer.status === 401) words = 'You are signed out. Sign in again to see the page.';
      else if (!answer.ok) words = (await answer.json()).detail ?? words;
    } catch {
      // no connection: the general words stand
    }
    if (address !== this.address) return;
    this.box.hidden = true;
    this.view.$('.blank').hidden = false;
    this.view.$('.blank').textContent = words;
  }

  draw(page, hits) {
    const boxes = [];
    const add = (key, box, kind) => {
      if (!box) return;
      const [left, top, right, bottom] = box.map(share => 100 * share);
      const mark = h('i', { 'data-key': key, class: kind });
      mark.style.cssText = `left:${left}%;top:${top}%;width:${right - left}%;height:${bottom - top}%`;
      boxes.push(mark);
    };
    for (const table of page?.tables ?? []) add(`t${table.id}`, table.box, 'table');
    for (const line of page?.lines ?? [])
      add(`l${line.id}`, line.box, `${isLow(line) ? 'low' : ''} ${hits.has(line.id) ? 'hit' : ''}`);
    for (const field of page?.fields ?? []) add(`f${field.id}`, field.box, 'field');
    this.boxes.replaceChildren(...boxes);
    this.turn = page?.rotation ?? 0;
    this.shape = page?.width ? [page.width, page.height] : null;
    this.fit();
  }

  // A page that was turned to be read is turned to be looked at, its boxes with it.
  fit() {
    const { naturalWidth: w, naturalHeight: high } = this.image;
    if (!w) return this.wait();
    const turn = this.turn || 0,
      sideways = turn % 180 !== 0,
      style = element => element.style;
    this.box.classList.toggle('turned', turn !== 0);
    style(this.box).aspectRatio = turn ? (sideways ? `${high} / ${w}` : `${w} / ${high}`) : '';
    for (const part of [this.image, this.boxes]) {
      const wide = this.box.clientWidth;
      style(part).width = turn ? `${sideways ? (wide * w) / high : wide}px` : '';
      style(part).height = turn ? `${sideways ? wide : (wide * high) / w}px` : '';
      style(part).transform = turn ? `translate(-50%, -50%) rotate(${turn}deg)` : '';
      style(part).inset = turn ? '50% auto auto 50%' : '';
    }
  }

  // The room that the picture will take, so that nothing jumps when it comes.
  wait() {
    if (!this.shape) return;
    const [wide, high] = this.turn % 180 ? [...this.shape].reverse() : this.shape;
    this.box.style.aspectRatio = `${wide} / ${high}`;
  }

  reveal(key) {
    const mark = this.boxes.querySelector(`[data-key="${key}"]`),
      paper = this.view.$('.paper');
    if (!mark || paper.scrollHeight <= paper.clientHeight + 4) return;
    const m = mark.getBoundingClientRect(),
      p = paper.getBoundingClientRect();
    if (m.top < p.top || m.bottom > p.bottom)
      paper.scrollBy({ top: m.top - p.top - paper.clientHeight / 3 });
  }
}
