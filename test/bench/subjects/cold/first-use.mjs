// Prints how many milliseconds of CPU time it takes to import a bundle and to call its handler once.
const [file] = process.argv.slice(2);
const before = process.cpuUsage();
const { handler } = await import(file);
const rows = await handler();
const { user, system } = process.cpuUsage(before);
if (rows !== 10) throw new Error(`Instead of 10 rows there were ${rows}.`);
console.log((user + system) / 1000);
