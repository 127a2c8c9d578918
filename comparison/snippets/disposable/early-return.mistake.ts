import { connect } from '../world.ts';

export async function askOnce(address: string, known: Map<string, string>): Promise<string> {
  const connection = await connect(address);
  const before = known.get(address);
  if (before !== undefined) return before;
  try {
    return await connection.query('now');
  } finally {
    await connection[Symbol.asyncDispose]();
  }
}
