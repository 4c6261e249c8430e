// The views of a panel as far as they have been fetched: kept by the state of all controls, and asked for ahead of the key.

const MAX_IN_FLIGHT = 6; // messages under way at once
const MAX_A_MESSAGE = 7; // states in one message
const MESSAGE_MS = 30; // drawing time that one message should cost, at least
const NEAR_MS = 60; // nearer than this, the next step's picture comes before any other is asked for
const FARTHEST_MS = 400; // what takes longer to come back met a busy kernel, not a far one
const AHEAD_MS = 60; // drawing time that may be under way, beyond what the distance needs
const MAX_KEPT = 600; // views kept
const PATIENCE = 20; // times what a drawing takes: the first of its kind takes much longer than the next
const SLOW_MS = 500; // after this, say that it is being computed

const afterFrame = (then) => requestAnimationFrame(() => setTimeout(then));

class Views {
  constructor(send, arrived, health, cost) {
    Object.assign(this, { send, arrived, health });
    this.kept = new Map();
    this.bases = new Map();
    this.queue = []; // states still to be asked for, nearest first
    this.beside = []; // states to be asked for when there is nothing else to do
    this.wanted = null; // the state that should be on screen
    this.passed = new Map(); // key of a state that was wanted -> when, as long as the wanted one is not there
    this.wishes = 0;
    this.shown = 0; // which wish is on screen
    this.underway = new Map(); // message id -> {keys with their states, sent, cost, alone, first}
    this.late = new Map(); // the same, of messages that were given up: what comes after all is welcome
    this.cost = cost; // drawing time of one state, ms
    this.distance = 0; // round trip without the drawing, ms
    this.heard = 0;
    this.watch = null;
  }

  static key(state) {
    return JSON.stringify(Object.keys(state).sort().map((name) => state[name]));
  }

  has(state) {
    return this.kept.has(Views.key(state));
  }

  keep(state, view) {
    const key = Views.key(state);
    if (view.drawing !== undefined) this.bases.set(view.base, view.drawing);
    this.kept.delete(key);
    this.kept.set(key, view);
    if (this.kept.size > MAX_KEPT) this.kept.delete(this.kept.keys().next().value);
  }

  isUnderway(key) {
    for (const message of this.underway.values()) if (message.keys.has(key)) return true;
    return false;
  }

  // Neither there nor under way.
  isMissing(key) {
    return !this.kept.has(key) && !this.isUnderway(key);
  }

  want(state) {
    this.wanted = state;
    this.beside = [];
    const key = Views.key(state);
    this.passed.set(key, (this.wishes += 1));
    const view = this.kept.get(key);
    if (view) this.show(key, view);
    else this.pump();
    return Boolean(view);
  }

  // Shows what is wanted, or what was wanted on the way there: a held key moves the picture though replies come late.
  show(key, view) {
    const wish = this.passed.get(key);
    if (wish === undefined || wish < this.shown) return;
    this.shown = wish;
    if (wish === this.wishes) this.passed.clear();
    this.arrived(view, key);
  }

  // `states` nearest first. The very nearest go by themselves: one of them is the next step.
  ahead(states, nearest = 0) {
    this.queue = states.filter((state) => !this.has(state));
    if (nearest && this.queue.length && this.underway.size < MAX_IN_FLIGHT) {
      const first = this.queue.filter((state, at) => at < nearest && !this.isUnderway(Views.key(state)));
      if (first.length) this.ask(first, true);
    }
    this.pump();
  }

  pump() {
    if (this.wanted) {
      const key = Views.key(this.wanted);
      if (this.isMissing(key) && this.underway.size < MAX_IN_FLIGHT) this.ask([this.wanted], !this.underway.size);
    }
    if (this.distance < NEAR_MS) for (const message of this.underway.values()) if (message.first) return;
    const room = this.distance + AHEAD_MS;
    const worth = Math.max(MESSAGE_MS, room / MAX_IN_FLIGHT);
    const most = Math.max(1, Math.min(MAX_A_MESSAGE, Math.floor(worth / this.cost)));
    while (this.queue.length && this.underway.size < MAX_IN_FLIGHT) {
      let spent = 0;
      for (const message of this.underway.values()) spent += message.cost;
      if (spent >= room) return;
      const batch = this.next(this.queue, most);
      if (batch.length) this.ask(batch);
    }
    if (this.underway.size) return;
    const batch = this.next(this.beside, most);
    if (batch.length) this.ask(batch);
  }

  // Takes up to `most` missing states from the front.
  next(states, most) {
    const batch = [];
    while (states.length && batch.length < most) {
      const state = states.shift();
      if (this.isMissing(Views.key(state))) batch.push(state);
    }
    return batch;
  }

  ask(states, first = false) {
    const now = performance.now();
    const keys = new Map(states.map((state) => [Views.key(state), state]));
    const id = this.send({ kind: "draw", states, bases: [...this.bases.keys()] });
    if (id === null) {
      this.drop();
      return this.health("dead");
    }
    this.underway.set(id, { keys, sent: now, cost: this.cost * states.length, alone: !this.underway.size, first });
    if (!this.watch) this.watch = setInterval(() => this.look(), 250);
  }

  take(message) {
    const asked = this.underway.get(message.id) ?? this.late.get(message.id);
    this.heard = performance.now();
    this.health("");
    if (!asked) return; // of another page
    this.underway.delete(message.id);
    this.late.delete(message.id);
    if (!message.views) {
      this.arrived(message);
      return;
    }
    if (asked.keys.size) {
      const cost = Math.max(0.5, message.took / asked.keys.size);
      this.cost += 0.3 * (Math.min(cost, 3 * this.cost) - this.cost); // one slow reply is no rule
    }
    // Only a message that had no other before it tells the distance; the others waited for their turn, too.
    if (asked.alone) {
      const distance = Math.min(FARTHEST_MS, Math.max(0, this.heard - asked.sent - message.took));
      this.distance += (this.distance ? 0.5 : 1) * (distance - this.distance);
    }
    let at = 0;
    let latest = null;
    for (const [key, state] of asked.keys) {
      const view = message.views[at++];
      this.keep(state, view);
      const wish = this.passed.get(key);
      if (wish !== undefined && (!latest || wish > latest.wish)) latest = { wish, key, view };
    }
    if (latest) this.show(latest.key, latest.view);
    // What was waited for is painted before the kernel and the page get more work.
    if (latest && asked.first) afterFrame(() => this.pump());
    else this.pump();
  }

  look() {
    if (!this.underway.size) {
      clearInterval(this.watch);
      this.watch = null;
      return;
    }
    const now = performance.now();
    const oldest = Math.min(...[...this.underway.values()].map((message) => message.sent));
    const silent = now - Math.max(oldest, Math.min(this.heard, now));
    if (silent > Math.max(DEAD_MS, PATIENCE * this.cost)) {
      for (const [id, message] of this.underway) this.late.set(id, message);
      this.underway.clear();
      this.drop();
      this.health("dead");
    } else if (this.wanted && !this.has(this.wanted) && now - oldest > SLOW_MS) {
      this.health("slow");
    }
  }

  drop() {
    this.queue = [];
    this.beside = [];
  }

  forget() {
    this.kept.clear();
    this.passed.clear();
    this.drop();
    this.underway.clear();
    this.late.clear();
  }

  stop() {
    clearInterval(this.watch);
  }
}
