// Only a deadline travels down; each stage makes its own context. This stage forgets it when the work fails.
import { background, withDeadline, type Context } from '../lib/context.ts';
import { armedTimers } from '../lib/pending.ts';
import { print } from '../lib/print.ts';

async function parse(ctx: Context, text: string): Promise<number> {
  await print(ctx, `parsing ${text}`);
  const number = Number(text);
  if (Number.isNaN(number)) throw new Error(`${text} is not a number`);
  return number;
}

async function stage(text: string, deadline: number): Promise<number> {
  const [ctx, cancel] = withDeadline(background, deadline);
  const number = await parse(ctx, text);
  cancel();
  return number;
}

const deadline = Date.now() + 1000;
const ends = await Promise.allSettled(['1', 'two', '3'].map((text) => stage(text, deadline)));
console.log(ends.map(({ status }) => status).join(', '));
console.log(`all stages have ended; timers still armed: ${armedTimers()}`);
