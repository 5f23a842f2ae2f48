/** One line of the text format: a name, maybe labels, a value; a time behind it is passed over. */
const SAMPLE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
const LABEL = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const ESCAPES = { "\\n": "\n", '\\"': '"', "\\\\": "\\" };

/**
 * Reads the Prometheus text format (version 0.0.4).
 *
 * Comments and lines that are no samples are passed over.
 * @returns {Map<string, {labels: object, value: number}[]>} the samples by their names
 */
export function parseMetrics(text) {
  const families = new Map();
  for (const line of text.split("\n")) {
    const [, name, labels, number] = SAMPLE.exec(line.trim()) ?? [];
    if (name === undefined) continue;
    const value = numberOf(number);
    if (value === undefined) continue;
    if (!families.has(name)) families.set(name, []);
    families.get(name).push({ labels: labelsOf(labels ?? ""), value });
  }
  return families;
}

/** The sum of the samples whose labels are as wanted; undefined if there is none. */
export function total(families, name, wanted = {}) {
  const fits = ({ labels }) => Object.entries(wanted).every(([label, value]) => labels[label] === value);
  const samples = families.get(name)?.filter(fits);
  return samples?.length ? samples.reduce((sum, { value }) => sum + value, 0) : undefined;
}

/**
 * A histogram, over all its labels; undefined if there is none.
 * @returns {{sum: number, count: number, buckets: [number, number][]} | undefined} buckets as upper bound and the
 *   count up to it, ascending
 */
export function histogram(families, name) {
  const count = total(families, `${name}_count`);
  if (count === undefined) return undefined;
  const buckets = new Map();
  for (const { labels, value } of families.get(`${name}_bucket`) ?? []) {
    const bound = numberOf(labels.le ?? "");
    if (bound !== undefined) buckets.set(bound, (buckets.get(bound) ?? 0) + value);
  }
  return { sum: total(families, `${name}_sum`) ?? 0, count, buckets: [...buckets].sort(([a], [b]) => a - b) };
}

/** What came in between two readings of a histogram; undefined after a restart, which begins at zero again. */
export function between(earlier, later) {
  if (!earlier || !later || later.count < earlier.count) return undefined;
  const before = new Map(earlier.buckets);
  const buckets = later.buckets.map(([bound, count]) => [bound, count - (before.get(bound) ?? 0)]);
  return { sum: later.sum - earlier.sum, count: later.count - earlier.count, buckets };
}

/**
 * The value that a share of the observations does not exceed, as if they lay evenly in each bucket, which is how
 * Prometheus estimates it; above the last bound it is that bound. Undefined without observations.
 */
export function quantile(share, { count, buckets }) {
  if (!count) return undefined;
  const rank = share * count;
  let low = 0;
  let below = 0;
  for (const [bound, upTo] of buckets) {
    if (upTo >= rank) {
      if (bound === Infinity) return low;
      return upTo === below ? bound : low + ((bound - low) * (rank - below)) / (upTo - below);
    }
    low = bound;
    below = upTo;
  }
  return low;
}

function numberOf(text) {
  if (/^\+?Inf$/i.test(text)) return Infinity;
  if (/^-Inf$/i.test(text)) return -Infinity;
  const value = text === "" ? NaN : Number(text);
  return Number.isNaN(value) ? undefined : value;
}

function labelsOf(text) {
  const labels = {};
  for (const [, name, value] of text.matchAll(LABEL)) {
    labels[name] = value.replace(/\\[n"\\]/g, (escape) => ESCAPES[escape]);
  }
  return labels;
}
