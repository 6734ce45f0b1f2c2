// How the page writes numbers: always with their unit, and as many digits as can be read at a glance.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const clock = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

export const NONE = "–";

/** A number without a fraction, thousands apart. */
export function count(value) {
  return whole.format(value);
}

/** Of one thing none or several, of another one. */
export function counted(value, one, several) {
  return `${count(value)} ${value === 1 ? one : several}`;
}

function digits(value) {
  return value >= 100 || value === 0 ? whole.format(value) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function bytes(value) {
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${count(value)} B` : `${digits(value)} ${UNITS[unit]}`;
}

/** Milliseconds as what reads best. */
export function time(millis) {
  if (millis === 0) {
    return "0 ms";
  }
  if (millis < 1000) {
    return millis < 10 ? `${millis.toFixed(1)} ms` : `${whole.format(millis)} ms`;
  }
  return millis < 60_000 ? `${digits(millis / 1000)} s` : age(millis);
}

/** How long ago, to the second; to a tenth of one just now. */
export function age(millis) {
  if (millis < 10_000) {
    return `${(Math.max(0, millis) / 1000).toFixed(1)} s`;
  }
  const seconds = Math.floor(millis / 1000);
  if (seconds < 60) {
    return `${seconds} s`;
  }
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** A part of a whole; nothing of nothing is no share. */
export function share(part, all) {
  return all > 0 ? `${((100 * part) / all).toFixed(1)} %` : NONE;
}

export function perSecond(value, unit = "") {
  return `${value < 10 && value > 0 ? value.toFixed(1) : whole.format(value)}${unit}/s`;
}

/** The moment that an incarnation stands for: microseconds since 1970. */
export function moment(micros) {
  return clock.format(new Date(micros / 1000));
}
