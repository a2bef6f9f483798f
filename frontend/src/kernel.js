// The page's connection to its kernel. It comes back by itself after a break, and tells when the kernel has gone for good.

import {PROTOCOL, pack, unpack} from "./wire.js";

const SILENCE = 4000; // milliseconds without any answer after which we look whether the kernel is there
const NEXT = 1500; // milliseconds until we look again
const PAUSES = [200, 500, 1000, 2000]; // before the next try to connect; the last one from then on
const PATIENCE = 10000; // milliseconds for one try

/** An id that nobody else has; crypto.randomUUID would need a secure context. */
export const unique = () => [...crypto.getRandomValues(new Uint32Array(4))].map(n => n.toString(16).padStart(8, "0")).join("");

export class Kernel {
  /** `address` is the kernel's on this server; `gone` is called once the server says that there is no such kernel. */
  constructor(address, gone) {
    Object.assign(this, {address, gone, session: unique(), open: false, before: false, tries: 0, last: Promise.resolve()});
    this.comms = new Map(); // comm id -> Set of functions that hear its messages
    this.opened = () => {}; // hears of widgets that the kernel makes
    this.outputs = new Map(); // message id -> function that hears what was printed in answer to it
    this.unanswered = new Map(); // message id -> {message, buffers, callbacks, sent}
    this.connected = []; // functions to be called after each connection
    const soon = () => { if (this.socket && !this.open && !this.over && !document.hidden) this.later(0); };
    addEventListener("online", soon);
    document.addEventListener("visibilitychange", soon);
  }

  /** There was a connection, and it is broken. */
  get lost() {
    return this.before && !this.open;
  }

  /** Send a message, now or as soon as there is a connection; returns its id. */
  send(type, content, {metadata = {}, buffers = [], callbacks} = {}) {
    const msg_id = unique();
    const header = {msg_id, session: this.session, username: "", msg_type: type, version: "5.3", date: new Date().toISOString()};
    const entry = {message: {header, parent_header: {}, metadata, content}, buffers, callbacks, sent: false};
    this.unanswered.set(msg_id, entry);
    if (this.open) this.post(entry);
    return msg_id;
  }

  post(entry) {
    this.socket.send(pack("shell", entry.message, entry.buffers));
    entry.sent = true;
    this.watch();
  }

  connect() {
    clearTimeout(this.timer);
    this.drop();
    const socket = new WebSocket(`ws${location.protocol.slice(4)}//${location.host}${this.address}/channels?session_id=${this.session}`, PROTOCOL);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.ready();
    socket.onclose = () => { this.drop(); this.later(); };
    socket.onmessage = ({data}) => {
      this.hush();
      this.watch();
      const message = unpack(data);
      // One after the other: what a message shows may depend on what the one before it has changed.
      this.last = this.last.then(() => this.hear(message)).catch(error => console.error(error));
    };
    this.socket = socket;
    this.timer = setTimeout(() => { this.drop(); this.later(); }, PATIENCE);
  }

  ready() {
    clearTimeout(this.timer);
    Object.assign(this, {open: true, before: true, tries: 0});
    for (const [id, entry] of [...this.unanswered]) {
      // A change of a value may be told twice; what else was on its way may have been done, and is not done again.
      if (!entry.sent || entry.message.content.data?.method === "update") this.post(entry);
      else this.done(id, {content: {execution_state: "idle"}});
    }
    this.connected.forEach(told => told());
  }

  /** Leave the socket, which may be dead without knowing it: a phone that lost its network is told so after minutes. */
  drop() {
    this.hush();
    this.open = false;
    if (!this.socket) return;
    this.socket.onopen = this.socket.onclose = this.socket.onmessage = null;
    this.socket.close();
  }

  later(pause = PAUSES[Math.min(this.tries++, PAUSES.length - 1)] * (0.75 + Math.random() / 2)) {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      const state = await this.look();
      if (state === "gone") this.end();
      else if (state === "away") this.later();
      else this.connect();
    }, pause);
  }

  end() {
    if (this.over) return;
    this.over = true;
    this.drop();
    clearTimeout(this.timer);
    this.gone();
  }

  /** How the kernel is: "idle", "busy" …, "gone", or "away" when the server cannot be reached. */
  async look() {
    const stop = new AbortController(), timer = setTimeout(() => stop.abort(), 3000);
    try {
      const answer = await fetch(this.address, {cache: "no-store", signal: stop.signal});
      if (answer.ok) return (await answer.json()).execution_state;
      return [403, 404].includes(answer.status) ? "gone" : "away";
    } catch {
      return "away";
    } finally {
      clearTimeout(timer);
    }
  }

  // Whatever is sent is answered by "busy" and "idle" at least. If nothing comes, either the kernel works, or the server
  // cannot be reached now; or the kernel has died; or the socket has, and a new one is needed.
  watch(pause = SILENCE) {
    if (this.unanswered.size) this.silence ||= setTimeout(() => this.check(), pause);
  }

  hush() {
    clearTimeout(this.silence);
    this.silence = 0;
  }

  async check() {
    const asked = this.silence, state = await this.look();
    if (this.silence !== asked) return; // something came in between
    this.hush();
    if (state === "gone") this.end();
    else if (state === "busy" || state === "away") this.watch(NEXT);
    else this.connect();
  }

  done(id, message) {
    this.unanswered.get(id)?.callbacks?.iopub?.status?.(message);
    if (message.content.execution_state === "idle") this.unanswered.delete(id);
  }

  async hear(message) {
    const type = message.header.msg_type, asked = message.parent_header.msg_id, {content} = message;
    if (type === "status") {
      if (content.execution_state === "dead") this.check();
      this.done(asked, message);
    } else if (type === "comm_open") {
      await this.opened(message);
    } else if (type === "comm_msg" || type === "comm_close") {
      for (const heard of [...this.comms.get(content.comm_id) ?? []]) await heard(message);
      if (type === "comm_close") this.comms.delete(content.comm_id);
    } else {
      this.outputs.get(asked)?.(message);
    }
  }

  /** Hear the messages of a comm; returns a function that ends it. */
  listen(comm_id, heard) {
    const all = this.comms.get(comm_id) ?? new Set();
    this.comms.set(comm_id, all.add(heard));
    return () => all.delete(heard);
  }
}
