/** Maps one element after another. The answer is a promise only when `map` answers with one. */
export function inOrder<T, R>(elements: readonly T[], map: (element: T) => R | Promise<R>): R[] | Promise<R[]> {
  const results: R[] = [];
  for (const element of elements) {
    const result = map(element);
    if (result instanceof Promise) return theRest(results, result, elements, map);
    results.push(result);
  }
  return results;
}

async function theRest<T, R>(
  results: R[],
  pending: Promise<R>,
  elements: readonly T[],
  map: (element: T) => R | Promise<R>,
): Promise<R[]> {
  results.push(await pending);
  while (results.length < elements.length) results.push(await map(elements[results.length] as T));
  return results;
}
