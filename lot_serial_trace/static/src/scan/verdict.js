import { _t } from "@web/core/l10n/translation";

/** What each verdict is called and looks like; colour never stands alone. */
export const VERDICTS = {
    good: { word: _t("Good"), icon: "fa-check-circle", style: "alert-success" },
    warn: { word: _t("Look"), icon: "fa-exclamation-triangle", style: "alert-warning" },
    stop: { word: _t("Stop"), icon: "fa-hand-paper-o", style: "alert-danger" },
};
