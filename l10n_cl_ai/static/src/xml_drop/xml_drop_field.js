import { useRef } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useDropzone } from "@web/core/dropzone/dropzone_hook";
import { useFileUploader } from "@web/core/utils/files";
import { Many2ManyBinaryField, many2ManyBinaryField } from "@web/views/fields/many2many_binary/many2many_binary_field";

/** Odoo's file field, where files can also be dropped. */
export class XmlDropField extends Many2ManyBinaryField {
    static template = "l10n_cl_ai.XmlDropField";

    setup() {
        super.setup();
        this.uploadFiles = useFileUploader();
        this.root = useRef("root");
        useDropzone(this.root, (ev) => this.onDrop(ev));
    }

    async onDrop(ev) {
        const { resModel, resId } = this.props.record;
        const uploaded = await this.uploadFiles("/web/binary/upload_attachment", {
            csrf_token: odoo.csrf_token,
            ufile: [...ev.dataTransfer.files],
            model: resModel,
            id: resId || 0,
        });
        if (uploaded) {
            await this.onFileUploaded(uploaded);
        }
    }
}

export const xmlDropField = { ...many2ManyBinaryField, component: XmlDropField };

registry.category("fields").add("l10n_cl_ai_xml_drop", xmlDropField);
