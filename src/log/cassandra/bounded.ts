/** Does the work of all items, so many at once; the results in the order of the items. */
export async function mapBounded<A, B>(
  items: readonly A[],
  atOnceMax: number,
  work: (item: A) => Promise<B>,
): Promise<B[]> {
  if (items.length <= atOnceMax) return Promise.all(items.map(work));
  const results: B[] = [];
  const waiting = items.entries();
  const lane = async (): Promise<void> => {
    for (const [i, item] of waiting) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: atOnceMax }, lane));
  return results;
}
