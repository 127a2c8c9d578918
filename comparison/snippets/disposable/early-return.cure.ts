import { connect } from '../world.ts';

export async function askOnce(address: string, known: Map<string, string>): Promise<string> {
  const before = known.get(address);
  if (before !== undefined) return before;
  const connection = await connect(address);
  try {
    return await connection.query('now');
  } finally {
    await connection[Symbol.asyncDispose]();
  }
}
