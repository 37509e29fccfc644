from . import test_automation, test_queue_job, test_queue_job_http
