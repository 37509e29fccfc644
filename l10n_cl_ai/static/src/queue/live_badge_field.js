import { registry } from "@web/core/registry";
import { BadgeField, badgeField } from "@web/views/fields/badge/badge_field";

import { useQueue } from "./queue_service";

/** Badge of a document that follows its review in the background, without reloading the list. */
export class LiveBadgeField extends BadgeField {
    setup() {
        super.setup();
        useQueue("l10n_cl_ai.review", (records) => {
            const { record } = this.props;
            if (records.some(({ move }) => move === record.resId) && !record.dirty) {
                record.load();
            }
        });
    }
}

export const liveBadgeField = { ...badgeField, component: LiveBadgeField };

registry.category("fields").add("l10n_cl_ai_live_badge", liveBadgeField);
