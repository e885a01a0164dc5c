// Prices one basket with Medusa's own computing functions, without its database.
// Standard input: {"module": path, "items": [...], "promotions": [...], "repeat": n}; output: milliseconds of each run, by
// the clock ("times") and of the processor.
const input = JSON.parse(require("fs").readFileSync(0, "utf8"));
const { getComputedActionsForItems } = require(input.module);

function run() {
  const applied = new Map();
  let actions = 0;
  for (const promotion of input.promotions) {
    actions += getComputedActionsForItems(promotion, input.items, applied).length;
  }
  return actions;
}

const warm = run();
const times = [];
const processor = [];
for (let i = 0; i < input.repeat; i++) {
  const used = process.cpuUsage();
  const start = process.hrtime.bigint();
  run();
  times.push(Number(process.hrtime.bigint() - start) / 1e6);
  const spent = process.cpuUsage(used);
  processor.push((spent.user + spent.system) / 1e3);
}
console.log(JSON.stringify({ actions: warm, times, processor }));
