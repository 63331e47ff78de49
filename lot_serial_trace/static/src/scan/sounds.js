import { browser } from "@web/core/browser/browser";

const MUTED = "lot_serial_trace/muted";

// Tones as [frequency in Hz, seconds, wave]: told apart by pitch, length and number, also in a
// noisy hall and by people who hear only some of them.
const TONES = {
    good: [[1320, 0.09, "sine"]],
    warn: [
        [740, 0.12, "triangle"],
        [0, 0.06],
        [740, 0.12, "triangle"],
    ],
    stop: [
        [220, 0.3, "square"],
        [0, 0.08],
        [165, 0.45, "square"],
    ],
};
const BUZZES = { good: 40, warn: [90, 60, 90], stop: [350, 80, 350] };

/** Sounds and vibration for the three verdicts, made by the browser: nothing to load. */
export class Sounds {
    constructor() {
        this.muted = browser.localStorage.getItem(MUTED) === "1";
    }

    toggle() {
        this.muted = !this.muted;
        browser.localStorage.setItem(MUTED, this.muted ? "1" : "0");
        this.play("good");
    }

    play(verdict) {
        // Vibration is refused by the browser until somebody has touched the page; so is sound.
        browser.navigator.vibrate?.(BUZZES[verdict]);
        if (!this.muted) {
            this.beep(TONES[verdict]);
        }
    }

    beep(tones) {
        const AudioContext = window.AudioContext || window.webkitAudioContext;
        if (!AudioContext) {
            return;
        }
        this.audio ||= new AudioContext();
        this.audio.resume().catch(() => {});
        this.last?.disconnect();
        this.last = this.audio.createGain();
        this.last.gain.value = 0.25;
        this.last.connect(this.audio.destination);
        let at = this.audio.currentTime;
        for (const [frequency, seconds, wave] of tones) {
            if (frequency) {
                this.tone(frequency, wave, at, at + seconds);
            }
            at += seconds;
        }
    }

    tone(frequency, wave, from, to) {
        const tone = this.audio.createOscillator();
        tone.type = wave;
        tone.frequency.value = frequency;
        tone.connect(this.last);
        tone.start(from);
        tone.stop(to);
    }
}
