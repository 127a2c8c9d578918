/**
 * What is left behind: how many timers still keep this process alive, how many listeners a signal still has.
 */
import { getEventListeners } from 'node:events';

export function armedTimers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}

export function abortListeners(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}
