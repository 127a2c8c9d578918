import { connect } from '../world.ts';

export async function ask(address: string): Promise<string> {
  await using connection = await connect(address);
  return await connection.query('now');
}
