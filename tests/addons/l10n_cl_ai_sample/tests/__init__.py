from . import test_alert, test_emitter, test_extending, test_feature, test_queue, test_tool
