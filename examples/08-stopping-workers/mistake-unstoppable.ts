// Ten workers that nothing can stop: they end with the process, in the middle of whatever they do.
import { setTimeout as sleep } from 'node:timers/promises';

let rounds = 0;

async function work(): Promise<void> {
  while (true) {
    rounds += 1;
    await sleep(20);
  }
}

export function startWorkers(): void {
  for (let worker = 0; worker < 10; worker += 1) void work();
}

process.once('SIGINT', () => {
  console.log(
    `interrupted, the workers have made ${rounds > 10 ? 'many' : 'few'} rounds and go on`,
  );
  process.exit();
});
startWorkers();
setTimeout(() => {
  process.kill(process.pid, 'SIGINT');
}, 200);
