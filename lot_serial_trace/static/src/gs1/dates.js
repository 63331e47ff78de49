// Dates and times as GS1 writes them. Twin of core/gs1/dates.py; days are "YYYY-MM-DD" and
// times "HH:MM:SS" texts, since a JavaScript Date would move with the time zone.

const DIGITS = /^[0-9]+$/;

/** The year that two digits mean, at most 49 years before and 50 years after `year`. */
export function fullYear(digits, year) {
    const distance = digits - (year % 100);
    let century = year - (year % 100);
    if (distance >= 51) {
        century -= 100;
    } else if (distance <= -50) {
        century += 100;
    }
    return century + digits;
}

function daysInMonth(year, month) {
    if (month === 2) {
        const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
        return leap ? 29 : 28;
    }
    return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

const pad = (number, length) => String(number).padStart(length, "0");

/** The day in YYMMDD or YYYYMMDD, or null; with `dayZero` day 00 is the last of the month. */
export function readDate(text, year, dayZero = false) {
    if (![6, 8].includes(text.length) || !DIGITS.test(text)) {
        return null;
    }
    let full = Number(text.slice(0, -4));
    const month = Number(text.slice(-4, -2));
    let day = Number(text.slice(-2));
    if (text.length === 6) {
        full = fullYear(full, year);
    }
    if (month < 1 || month > 12 || full < 1) {
        return null;
    }
    const last = daysInMonth(full, month);
    if (day === 0 && dayZero) {
        day = last;
    }
    return day >= 1 && day <= last ? `${pad(full, 4)}-${pad(month, 2)}-${pad(day, 2)}` : null;
}

/** The time in HH, HHMM or HHMMSS, or null. */
export function readTime(text) {
    if (![2, 4, 6].includes(text.length) || !DIGITS.test(text)) {
        return null;
    }
    const [hour, minute, second] = [0, 2, 4].map((at) => Number(text.slice(at, at + 2)));
    if (hour > 23 || minute > 59 || second > 59) {
        return null;
    }
    return [hour, minute, second].map((part) => pad(part, 2)).join(":");
}
