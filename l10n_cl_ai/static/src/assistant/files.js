import { _t } from "@web/core/l10n/translation";

export const MOST_FILES = 3;
const MOST_BYTES = 5 * 1024 * 1024;
const TYPES = /\.(xml|pdf)$/i;

/**
 * Choose from files those that may go with a question, and say of each other why it may not.
 *
 * @param {File[]} kept those that go already
 * @param {File[]} wanted
 * @returns {{taken: File[], refused: string[]}} all that go, and words for people
 */
export function chooseFiles(kept, wanted) {
    const taken = [...kept];
    const refused = [];
    for (const file of wanted) {
        const why = refusal(taken, file);
        if (why) {
            refused.push(why);
        } else {
            taken.push(file);
        }
    }
    return { taken, refused };
}

function refusal(taken, file) {
    const { name, size } = file;
    if (!TYPES.test(name)) {
        return _t("%s: only XML and PDF files can be read.", name);
    }
    if (size > MOST_BYTES) {
        return _t("%s: it is larger than 5 MB.", name);
    }
    if (!size) {
        return _t("%s: it is empty.", name);
    }
    if (taken.some((other) => other.name === name && other.size === size)) {
        return _t("%s: it is there already.", name);
    }
    if (taken.length >= MOST_FILES) {
        return _t("%(file)s: at most %(count)s files go with a question.", { file: name, count: MOST_FILES });
    }
    return "";
}
