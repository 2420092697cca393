// Preloaded into measured processes (`node --require`): at exit, what the process used goes to the file that is waited for.
const { readFileSync, writeFileSync } = require('node:fs');

// The usage that the system keeps of a process starts with the parent's memory; /proc knows the process alone.
function peakKilobytes(fallback) {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return fallback;
  }
}

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakKilobytes: peakKilobytes(maxRSS) };
  writeFileSync(process.env.SEGMENT_BENCH_USAGE, JSON.stringify(usage));
});
