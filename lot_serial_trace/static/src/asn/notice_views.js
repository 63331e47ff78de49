import { onWillStart } from "@odoo/owl";
import { Dropzone } from "@web/core/dropzone/dropzone";
import { useCustomDropzone } from "@web/core/dropzone/dropzone_hook";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { listView } from "@web/views/list/list_view";
import { NoticeDialog } from "./notice_dialog";

class NoticeDropzone extends Dropzone {
    static template = "lot_serial_trace.NoticeDropzone";
}

/** Files can be dropped on the view by everybody who may upload them. */
const withDrop = (Controller) =>
    class extends Controller {
        setup() {
            super.setup();
            this.dialogs = useService("dialog");
            onWillStart(async () => {
                this.mayUpload = await user.checkAccessRight("trace.asn.exchange", "create");
            });
            const onDrop = (event) => this.takeFiles(event.dataTransfer.files);
            useCustomDropzone(this.rootRef, NoticeDropzone, { onDrop }, () => this.mayUpload);
        }

        takeFiles(files) {
            if (files.length) {
                const onClose = () => this.model.load();
                this.dialogs.add(NoticeDialog, { files: [...files] }, { onClose });
            }
        }
    };

registry.category("views").add("trace_asn_list", {
    ...listView,
    Controller: withDrop(listView.Controller),
});
registry.category("views").add("trace_asn_kanban", {
    ...kanbanView,
    Controller: withDrop(kanbanView.Controller),
});
