from . import test_automation, test_orders, test_queue_job, test_queue_job_http
