import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { asScanned, makeDetector } from "./detector";

/** Milliseconds between two looks. */
const PAUSE = 100;

/** Milliseconds for which a code must be out of sight before it counts as scanned again. */
export const OUT_OF_SIGHT = 2000;

const PROBLEMS = {
    NotAllowedError: _t(
        "This page may not use the camera. Allow it in the browser (the lock beside the address), then try again.",
    ),
    NotFoundError: _t("This device has no camera."),
    NotReadableError: _t("Another app uses the camera. Close it, then try again."),
};
const INSECURE = _t(
    "The camera works over https only. Ask the administrator, or use a scanner or the keyboard.",
);

/** Tells a code once while it stays in sight. */
export class Sight {
    constructor() {
        this.seen = new Map();
    }

    /** Whether the code is new in sight. */
    isNew(code, at) {
        const last = this.seen.get(code);
        this.seen.set(code, at);
        return last === undefined || at - last > OUT_OF_SIGHT;
    }
}

/** The camera as a scanner: it stays open and tells each code that comes in sight. */
export class CameraPane extends Component {
    static template = "lot_serial_trace.CameraPane";
    static props = { onCode: Function, close: Function };

    setup() {
        this.video = useRef("video");
        this.state = useState({ problem: "", torch: null, hit: 0 });
        this.sight = new Sight();
        this.timer = null;
        this.gone = false;
        onMounted(() => this.open());
        onWillUnmount(() => this.stop());
    }

    async open() {
        this.state.problem = "";
        const { mediaDevices } = browser.navigator;
        if (!mediaDevices?.getUserMedia) {
            this.state.problem = INSECURE;
            return;
        }
        try {
            const video = { facingMode: "environment", width: { ideal: 1280 } };
            const [stream, detector] = await Promise.all([
                mediaDevices.getUserMedia({ video, audio: false }),
                makeDetector(),
            ]);
            this.detector = detector;
            this.start(stream);
        } catch (error) {
            this.state.problem = PROBLEMS[error.name] || error.message;
        }
    }

    start(stream) {
        this.stream = stream;
        if (this.gone) {
            return this.stop();
        }
        const [track] = stream.getVideoTracks();
        this.state.torch = track.getCapabilities?.().torch ? false : null;
        this.video.el.srcObject = stream;
        this.timer = browser.setTimeout(() => this.look(), PAUSE);
    }

    stop() {
        this.gone = true;
        browser.clearTimeout(this.timer);
        this.stream?.getTracks().forEach((track) => track.stop());
    }

    async look() {
        // HAVE_CURRENT_DATA: there is a picture
        if (this.video.el?.readyState >= 2) {
            try {
                (await this.detector.detect(this.video.el)).forEach((code) => this.tell(code));
            } catch {
                // The picture went away while it was looked at; there will be others.
            }
        }
        if (!this.gone) {
            this.timer = browser.setTimeout(() => this.look(), PAUSE);
        }
    }

    tell(code) {
        const text = asScanned(code);
        if (!this.gone && this.sight.isNew(text, performance.now())) {
            this.state.hit++;
            this.props.onCode(text);
        }
    }

    async toggleTorch() {
        const [track] = this.stream.getVideoTracks();
        const torch = !this.state.torch;
        await track.applyConstraints({ advanced: [{ torch }] });
        this.state.torch = torch;
    }
}
