/** What a transaction cost. */
type Sent = Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>;

/** `gasUsed` of the receipt. */
export async function gasOf(sent: Sent): Promise<number> {
  const receipt = await (await sent).wait();
  if (!receipt) throw new Error("a transaction has no receipt");
  return Number(receipt.gasUsed);
}

/** Gas of the second time: every account and slot that a first time fills is filled. */
export async function second(act: (round: number) => Sent): Promise<number> {
  await (await act(1)).wait();
  return await gasOf(act(2));
}
