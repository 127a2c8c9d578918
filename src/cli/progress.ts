/**
 * One line that is written over and over, for people who wait at a terminal; nothing is written anywhere else.
 */
import type { WriteStream } from 'node:tty';

export interface Progress {
  show(text: string): void;
  clear(): void;
}

const EVERY_MILLISECONDS = 60;

export type ProgressStream = Pick<WriteStream, 'write' | 'clearLine' | 'cursorTo' | 'columns'> & {
  readonly isTTY?: boolean;
};

export function createProgress(stream: ProgressStream, now: () => number): Progress {
  if (stream.isTTY !== true) return { show: () => undefined, clear: () => undefined };
  let shownAt: number | undefined;
  return {
    show(text) {
      const time = now();
      if (shownAt !== undefined && time - shownAt < EVERY_MILLISECONDS) return;
      shownAt = time;
      stream.cursorTo(0);
      stream.clearLine(0);
      // A line that wraps could not be cleared again. Some terminals do not know their width.
      stream.write(text.slice(0, (stream.columns > 0 ? stream.columns : 80) - 1));
    },
    clear() {
      if (shownAt === undefined) return;
      stream.cursorTo(0);
      stream.clearLine(0);
    },
  };
}
