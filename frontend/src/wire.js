// Messages between page and kernel as they go over the WebSocket: Jupyter's "v1" protocol. A message is its parts one
// after another (channel, four of JSON, buffers), with a table before them that says where each begins. The table's
// numbers have 64 bits; no message of ours is long enough to need the upper half.

export const PROTOCOL = "v1.kernel.websocket.jupyter.org";
const JSONS = ["header", "parent_header", "metadata", "content"];

const bytes = buffer =>
  ArrayBuffer.isView(buffer) ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength) : new Uint8Array(buffer);

/** A message for the kernel as bytes; `buffers` are ArrayBuffers or views of them. */
export function pack(channel, message, buffers = []) {
  const encoder = new TextEncoder();
  const parts = [encoder.encode(channel), ...JSONS.map(part => encoder.encode(JSON.stringify(message[part]))), ...buffers.map(bytes)];
  let at = 8 * (parts.length + 2);
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, at));
  const table = new DataView(whole.buffer);
  table.setUint32(0, parts.length + 1, true);
  parts.forEach((part, i) => {
    table.setUint32(8 * (i + 1), at, true);
    whole.set(part, at);
    at += part.length;
  });
  table.setUint32(8 * (parts.length + 1), at, true);
  return whole;
}

/** A message from the kernel: its channel, its four parts, and its buffers as DataViews. */
export function unpack(data) {
  const table = new DataView(data), decoder = new TextDecoder();
  const at = i => table.getUint32(8 * (i + 1), true);
  const text = i => decoder.decode(new Uint8Array(data, at(i), at(i + 1) - at(i)));
  const message = {channel: text(0), buffers: []};
  JSONS.forEach((part, i) => { message[part] = JSON.parse(text(i + 1)); });
  for (let i = JSONS.length + 1; i < table.getUint32(0, true) - 1; i++)
    message.buffers.push(new DataView(data, at(i), at(i + 1) - at(i)));
  return message;
}
