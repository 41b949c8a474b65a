/** What jestSetup.ts has left in this process. */
export default async function stop(): Promise<void> {
  const { stopSharedServers } = globalThis as { stopSharedServers?: () => Promise<void> };
  await stopSharedServers?.();
}
