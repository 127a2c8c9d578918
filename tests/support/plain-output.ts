/**
 * Output that a test reads has no colours, wherever the tests run: somebody's `FORCE_COLOR` would reach the command
 * line under test, and every program that a test starts.
 */
delete process.env['FORCE_COLOR'];
process.env['NO_COLOR'] = '1';
