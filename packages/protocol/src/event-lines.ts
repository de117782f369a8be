/**
 * Event lines (NDJSON) as UTF-8 bytes in one growing buffer, as {@link EventBatch.writeLines} appends them.
 *
 * Bytes, because lines go to files, hashes and databases by the million: none of these wants a string.
 */
export class EventLines {
  /** The lines, one after another; only the first {@link length} bytes count. */
  bytes = new Uint8Array(1 << 16);
  /** The same memory, to be written word by word. */
  data = new DataView(this.bytes.buffer);
  /** How many there are. */
  length = 0;
  /** Number of lines. */
  count = 0;
  /** Position behind each line, its `\n` included. */
  ends = new Int32Array(1 << 10);
  /** Position of the comma behind the head `{"event_type":…,"tick":…` of each line. */
  fields = new Int32Array(1 << 10);

  /** The bytes of all lines; a view that the next change may make invalid. */
  get view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /** Makes room for so many further bytes. */
  reserve(bytes: number): void {
    if (this.length + bytes <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + bytes));
    larger.set(this.view);
    this.bytes = larger;
    this.data = new DataView(larger.buffer);
  }

  /** Notes that the line of which {@link length} is now the end is complete. */
  endLine(fields: number): void {
    if (this.count === this.ends.length) {
      this.ends = doubled(this.ends);
      this.fields = doubled(this.fields);
    }
    this.fields[this.count] = fields;
    this.ends[this.count++] = this.length;
  }

  /** Forgets all lines and keeps the buffer. */
  clear(): void {
    this.length = 0;
    this.count = 0;
  }
}

function doubled(positions: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(positions.length * 2);
  larger.set(positions);
  return larger;
}
