// Stands between the runtime and the function's bundle `handler.mjs` beside it, and tells with the first response
// what init and request took. In plain JavaScript, so that nothing has to be compiled before.
const memoryBefore = process.memoryUsage.rss();
const cpuBefore = process.cpuUsage();
const { handler: inner } = await import('./handler.mjs');
// What init leaves to be done later counts as well; waiting takes no CPU time.
await new Promise((resolve) => setTimeout(resolve, 50));
const init = milliseconds(process.cpuUsage(cpuBefore));
const memory = (process.memoryUsage.rss() - memoryBefore) / 1e6;

export async function handler(event, context) {
  const before = process.cpuUsage();
  const response = await inner(event, context);
  const request = milliseconds(process.cpuUsage(before));
  return { response, init, memory, request, sinceStart: milliseconds(process.cpuUsage()) };
}

function milliseconds({ user, system }) {
  return (user + system) / 1000;
}
