import { connect } from '../world.ts';

export async function ask(address: string): Promise<string> {
  const connection = await connect(address);
  return await connection.query('now');
}
